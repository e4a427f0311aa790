"""Small CSV files with a known header: results, anomalies, ground checks; each row typed."""

import csv
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from adapters.siks_ng.objek import kunci
from adapters.siks_ng.temuan import baris_ditolak
from gateway.domain.importing import FileRefused, KodeMasalah, Masalah
from gateway.kit.struct import Quiet

S = TypeVar("S", bound=msgspec.Struct)

_PEMISAH: Final = (",", ";", "|", "\t")


class BarisCsv(Quiet, frozen=True, kw_only=True):
    """One line: its cells by field name, or the problem with it."""

    baris: int
    sel: Mapping[str, str] = {}
    masalah: tuple[Masalah, ...] = ()


def baca_csv(path: Path, kolom: Collection[str], wajib: Collection[str]) -> Iterator[BarisCsv]:
    """The lines of a file whose header has at least the columns `wajib` of `kolom`.

    Headers are compared without case and punctuation; further columns are left aside. Raises
    FileRefused for another header, and where the text breaks off.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as berkas:
            judul = berkas.readline()
            pemisah = max(_PEMISAH, key=lambda p: len(_dikenal(judul.split(p), kolom)))
            nama = [kunci(teks) for teks in next(csv.reader([judul], delimiter=pemisah), [])]
            if kurang := [k for k in wajib if k not in nama]:
                raise _ditolak(
                    KodeMasalah.HEADER_UNKNOWN, "kolom tidak ditemukan: " + ", ".join(kurang)
                )
            pembaca = csv.reader(berkas, delimiter=pemisah, strict=True)
            for sel in pembaca:
                if any(sel):
                    yield _baris(pembaca.line_num + 1, nama, sel, kolom)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _ditolak(
            KodeMasalah.FILE_UNREADABLE, "bukan CSV UTF-8 yang utuh; ekspor ulang"
        ) from error


def _dikenal(judul: list[str], kolom: Collection[str]) -> set[str]:
    return {kunci(teks) for teks in judul} & set(kolom)


def _baris(nomor: int, nama: list[str], sel: list[str], kolom: Collection[str]) -> BarisCsv:
    if len(sel) != len(nama):
        return BarisCsv(baris=nomor, masalah=baris_ditolak(nomor, KodeMasalah.COLUMN_COUNT).masalah)
    isi = {k: teks.strip() for k, teks in zip(nama, sel, strict=True) if k in kolom}
    return BarisCsv(baris=nomor, sel=isi)


def _ditolak(kode: KodeMasalah, pesan: str) -> FileRefused:
    return FileRefused(Masalah(kode=kode, pesan=pesan, baris=1))
