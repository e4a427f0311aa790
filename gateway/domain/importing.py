"""Reading an operator's file: row by row, with problems in words that an operator can act on."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import msgspec

from gateway.domain.complaint import Pengaduan
from gateway.domain.ppks import AngkaTahunan, RekamanPpks
from gateway.kit.struct import Quiet


class KodeMasalah(StrEnum):
    """Every reason for which a file or a row is refused or flagged."""

    FILE_UNREADABLE = "FILE_UNREADABLE"
    HEADER_UNKNOWN = "HEADER_UNKNOWN"
    COLUMN_COUNT = "COLUMN_COUNT"
    VALUE_MISSING = "VALUE_MISSING"
    VALUE_FORMAT = "VALUE_FORMAT"
    NIK_FORMAT = "NIK_FORMAT"
    NIK_FLOAT = "NIK_FLOAT"
    DATE_FORMAT = "DATE_FORMAT"
    CODE_UNKNOWN = "CODE_UNKNOWN"
    REGION_UNRESOLVED = "REGION_UNRESOLVED"
    DUPLICATE_ROW = "DUPLICATE_ROW"
    TOTAL_MISMATCH = "TOTAL_MISMATCH"
    VERSION_MISSING = "VERSION_MISSING"
    AMBIGUOUS_CATEGORY = "AMBIGUOUS_CATEGORY"
    SMALL_CELL = "SMALL_CELL"


class Masalah(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One problem. `pesan` is a sentence for the operator and never holds a full NIK or a name."""

    kode: KodeMasalah
    pesan: str
    baris: int | None = None
    """Line (or sheet row) counted from 1, the header included."""
    kolom: str | None = None
    """The column's header as it stands in the file."""


class FileRefused(Exception):
    """The file as a whole cannot be read; nothing of it is taken."""

    def __init__(self, masalah: Masalah) -> None:
        super().__init__(masalah.pesan)
        self.masalah = masalah


Isi = RekamanPpks | Pengaduan | AngkaTahunan


class Baris(Quiet, frozen=True, kw_only=True):
    """One row of the file: what it became, or why it was refused; warnings stand beside content.

    `isi` empty = refused, `masalah` says why. A wide row may become several contents.
    """

    baris: int
    isi: tuple[Isi, ...] = ()
    masalah: tuple[Masalah, ...] = ()


class FileOption(msgspec.Struct, frozen=True, kw_only=True):
    """Something the file does not say and the operator must or may add (`--set name=value`)."""

    name: str
    help: str
    required: bool = False


class RingkasanImpor(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file. Rows are counted once: stored rows may hold several contents."""

    sistem: str
    sha256: str
    pengaturan: dict[str, str]
    uji_coba: bool
    """True for a dry run, which stores nothing."""
    baris: int
    baris_ditolak: int
    baru: int
    berubah: int
    tetap: int
    masalah: dict[str, int]
    """How often each problem code occurred, warnings included."""


class FileBrokeOff(FileRefused):
    """The file cannot be read to its end; `ringkasan` says what was stored of it before."""

    def __init__(self, masalah: Masalah, ringkasan: RingkasanImpor) -> None:
        super().__init__(masalah)
        self.ringkasan = ringkasan


class WilayahIndex(Protocol):
    """Finds the Kemendagri code for names, as files without codes need it."""

    def resolve(
        self, provinsi: str | None, kab_kota: str | None, kecamatan: str | None, desa: str | None
    ) -> str | None:
        """The deepest code that the names prove, or None where even the province is unknown."""

    def name(self, kode: str) -> str | None:
        """The name of an area, or None where the table does not hold it."""


class FileSource(Protocol):
    """Reads files of one system. `read` is lazy: memory does not grow with the file."""

    options: tuple[FileOption, ...]

    def read(
        self, path: Path, settings: Mapping[str, str], wilayah: WilayahIndex
    ) -> Iterator[Baris]:
        """The rows in file order. Raises FileRefused before the first row, or at a broken end."""
