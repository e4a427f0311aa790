"""Rows of an XLSX (or XLS) export: the first sheet that has a header we know."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

import python_calamine

from adapters.siks_ng.konteks import Konteks
from adapters.siks_ng.mapping import PemetaBaris, pemeta_tabel
from adapters.siks_ng.objek import teks
from adapters.siks_ng.temuan import baris_ditolak
from gateway.domain.importing import Baris, FileRefused, KodeMasalah, Masalah

BATAS_URAI: Final = 1 << 30
"""Bytes that a workbook may unfold to; a sheet is held in memory while it is read."""

_BARIS_JUDUL: Final = 20
"""Rows in which the header is looked for: exports put titles above it."""

_AWALAN_VERSI: Final = "dtsen versi"
_RUSAK: Final = (OSError, ValueError, zipfile.BadZipFile, python_calamine.CalamineError)

Sel = int | float | str | bool | time | date | datetime | timedelta


def baca_lembar(path: Path, konteks: Konteks) -> Iterator[Baris]:
    """The rows below the header, numbered as in the sheet. Raises FileRefused."""
    try:
        buku = _buka(path)
        lembar = [buku.get_sheet_by_index(n) for n in range(len(buku.sheet_names))]
    except _RUSAK as error:
        raise _tak_terbaca() from error
    sebab: FileRefused | None = None
    for satu in lembar:
        baris = enumerate(satu.iter_rows(), 1)
        try:
            pemeta, lebar = _cari_judul(baris, konteks)
        except FileRefused as error:
            sebab = sebab or error
            continue
        yield from _isi(baris, pemeta, lebar)
        return
    raise sebab or _tak_terbaca()


def _buka(path: Path) -> python_calamine.CalamineWorkbook:
    with path.open("rb") as berkas:
        is_zip = berkas.read(2) == b"PK"
    if is_zip:
        with zipfile.ZipFile(path) as arsip:
            if sum(bagian.file_size for bagian in arsip.infolist()) > BATAS_URAI:
                raise _terlalu_besar()
    return python_calamine.CalamineWorkbook.from_path(path)


def _cari_judul(
    baris: Iterator[tuple[int, list[Any]]], konteks: Konteks
) -> tuple[PemetaBaris, int]:
    """The mapper of the first row that is a header, and its width; takes a version on the way."""
    sebab: FileRefused | None = None
    for nomor, sel in islice(baris, _BARIS_JUDUL):
        judul = [sel_teks(isi) for isi in sel]
        while judul and not judul[-1]:
            judul.pop()
        for isi in judul:
            if isi.lower().startswith(_AWALAN_VERSI):
                konteks.lengkapi_versi(isi)
        try:
            return pemeta_tabel(judul, konteks, nomor), len(judul)
        except FileRefused as error:
            # The row with the most headings is the likeliest to have been meant as the header.
            sebab = sebab or error
    raise sebab or _tak_terbaca()


def _isi(
    baris: Iterator[tuple[int, list[Any]]], pemeta: PemetaBaris, lebar: int
) -> Iterator[Baris]:
    for nomor, sel in baris:
        isi = [sel_teks(satu) for satu in sel]
        if not any(isi):
            continue
        if any(_bilangan(sel[n]) for n in pemeta.kolom_nomor if n < len(sel)):
            yield baris_ditolak(nomor, KodeMasalah.NIK_FLOAT)
        elif any(isi[lebar:]):
            yield baris_ditolak(nomor, KodeMasalah.COLUMN_COUNT)
        else:
            yield pemeta.petakan(isi[:lebar] + [""] * (lebar - len(isi)), nomor)


def sel_teks(sel: Sel) -> str:
    """A cell as text: a day as ISO date, a whole number without its point."""
    if isinstance(sel, datetime):
        return sel.date().isoformat()
    if isinstance(sel, date | time | timedelta):
        return str(sel)
    return teks(sel)


def _bilangan(sel: Sel) -> bool:
    return isinstance(sel, int | float) and not isinstance(sel, bool) and sel != 0


def _terlalu_besar() -> FileRefused:
    pesan = "buku kerja terlalu besar; bagi menjadi beberapa berkas atau ekspor sebagai teks"
    return FileRefused(Masalah(kode=KodeMasalah.FILE_UNREADABLE, pesan=pesan))


def _tak_terbaca() -> FileRefused:
    pesan = "buku kerja tidak dapat dibuka; simpan ulang sebagai XLSX tanpa sandi"
    return FileRefused(Masalah(kode=KodeMasalah.FILE_UNREADABLE, pesan=pesan))
