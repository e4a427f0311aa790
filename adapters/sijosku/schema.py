"""SIJOSKU's wire as this adapter assumes it: JSON objects in the words of its PPKS records.

No interface is published. The field names follow the one known person-level record; paths,
envelopes, versions and outcomes are assumed, and every field name can be set (`field_names`).
"""

from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from gateway.kit.struct import Quiet

TeksWire = str | int | float | UnsetType | None
"""A text; exports that passed through a spreadsheet write some of them as numbers."""


class KategoriWire(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """One category: its name, its number in the list, the list, and the kind within it."""

    nama: str
    nomor: int | None = None
    skema: str | None = None
    subjenis: str | None = None


class RekamanWire(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """One person's record. A field that is absent was not spoken of; null says "none"."""

    id: TeksWire = UNSET
    kunci: str | UnsetType = UNSET
    """The pushing system's own key; only in pushed records and their results."""
    versi: int | str | UnsetType | None = UNSET
    """Grows with each change; in a pushed record, the version that the change builds upon."""
    kategori: str | tuple[KategoriWire, ...] | UnsetType | None = UNSET
    kategori_id: TeksWire = UNSET
    subjenis: str | UnsetType | None = UNSET
    nama: TeksWire = UNSET
    nik: TeksWire = UNSET
    nokk: TeksWire = UNSET
    jenis_kelamin: TeksWire = UNSET
    tempat_lahir: TeksWire = UNSET
    tgl_lahir: TeksWire = UNSET
    no_telp: TeksWire = UNSET
    alamat: TeksWire = UNSET
    rt: TeksWire = UNSET
    rw: TeksWire = UNSET
    kelurahan: TeksWire = UNSET
    kecamatan: TeksWire = UNSET
    kabupaten: TeksWire = UNSET
    provinsi: TeksWire = UNSET
    kode_wilayah: TeksWire = UNSET
    status_keberadaan: TeksWire = UNSET
    status_bantuan: TeksWire = UNSET
    status_panti: TeksWire = UNSET
    proses: TeksWire = UNSET
    tgl_data: TeksWire = UNSET
    tgl_out: TeksWire = UNSET
    foto: TeksWire = UNSET
    latitude: TeksWire = UNSET
    longitude: TeksWire = UNSET
    asal: TeksWire = UNSET
    """Who wrote this version."""
    diubah_pada: TeksWire = UNSET
    dihapus: bool = False


FIELDS: Final[tuple[str, ...]] = RekamanWire.__struct_fields__


class HalamanWire(Quiet, frozen=True, kw_only=True):
    """One page of the change feed; `kursor` continues after it, also when nothing is left now."""

    data: tuple[msgspec.Raw, ...]
    kursor: str
    masih_ada: bool = False


class KirimanWire(Quiet, frozen=True, kw_only=True):
    """A batch of pushed records."""

    asal: str
    data: tuple[msgspec.Raw, ...]


class HasilWire(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one pushed record."""

    kunci: str
    hasil: str
    id: str | int | None = None
    versi: int | str | None = None
    alasan: str | None = None


class JawabanKirimWire(Quiet, frozen=True, kw_only=True):
    """The answer to a batch: a result per record, in any order."""

    hasil: tuple[HasilWire, ...]


class SidikWilayahWire(Quiet, frozen=True, kw_only=True):
    """An area, how many records lie in it, and the sum of their digests as hexadecimal digits."""

    kode: str
    jumlah: int
    sidik: str


class SidikRekamanWire(Quiet, frozen=True, kw_only=True):
    """One record's key and digest."""

    kunci: str
    sidik: str


class JawabanWilayahWire(Quiet, frozen=True, kw_only=True):
    """What lies one level below an area."""

    wilayah: tuple[SidikWilayahWire, ...]


class JawabanRinciWire(Quiet, frozen=True, kw_only=True):
    """The records in exactly one area."""

    rekaman: tuple[SidikRekamanWire, ...]


class GalatWire(Quiet, frozen=True, kw_only=True):
    """The body of an answer that is not 2xx."""

    kode: str | None = None
    pesan: str | None = None
