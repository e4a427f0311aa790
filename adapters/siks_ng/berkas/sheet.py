"""Rows of an XLSX (or XLS) export: the first sheet that has a header we know."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from adapters.siks_ng.berkas.workbook import buka_lembar, tak_terbaca
from adapters.siks_ng.konteks import Konteks
from adapters.siks_ng.mapping import PemetaBaris, pemeta_tabel
from adapters.siks_ng.objek import teks
from adapters.siks_ng.temuan import baris_ditolak
from gateway.domain.importing import Baris, FileRefused, KodeMasalah

_BARIS_JUDUL: Final = 20
"""Rows in which the header is looked for: exports put titles above it."""

_TERPANJANG: Final = 10**15
"""From here on a spreadsheet's numbers lose their last digits."""

_AWALAN_VERSI: Final = "dtsen versi"
Sel = int | float | str | bool | time | date | datetime | timedelta


def baca_lembar(path: Path, konteks: Konteks) -> Iterator[Baris]:
    """The rows below the header, numbered as in the sheet. Raises FileRefused.

    Another sheet with rows below such a header is told as a refused row.
    """
    sebab: FileRefused | None = None
    terbaca = False
    for nomor, satu in buka_lembar(path):
        baris = enumerate(satu.iter_rows(), 1)
        try:
            pemeta, judul = _cari_judul(baris, konteks)
        except FileRefused as error:
            sebab = sebab or error
            continue
        isi = _isi(baris, pemeta, judul)
        if not terbaca:
            terbaca = True
            yield from isi
        elif (pertama := next(isi, None)) is not None:
            pesan = f"lembar ke-{nomor} juga memuat tabel; simpan sebagai berkas sendiri"
            yield baris_ditolak(pertama.baris, KodeMasalah.HEADER_UNKNOWN, pesan)
    if not terbaca:
        raise sebab or tak_terbaca()


def _cari_judul(
    baris: Iterator[tuple[int, list[Any]]], konteks: Konteks
) -> tuple[PemetaBaris, list[str]]:
    """The mapper of the first row that is a header, and that row; takes a version on the way."""
    # Of rows that are no header, the widest is the likeliest to have been meant as one.
    sebab, terlebar = tak_terbaca(), 0
    for nomor, sel in islice(baris, _BARIS_JUDUL):
        judul = [sel_teks(isi) for isi in sel]
        while judul and not judul[-1]:
            judul.pop()
        for isi in judul:
            if isi.lower().startswith(_AWALAN_VERSI):
                konteks.lengkapi_versi(isi)
        try:
            return pemeta_tabel(judul, konteks, nomor), judul
        except FileRefused as error:
            if len(judul) > terlebar:
                sebab, terlebar = error, len(judul)
    raise sebab


def _isi(
    baris: Iterator[tuple[int, list[Any]]], pemeta: PemetaBaris, judul: list[str]
) -> Iterator[Baris]:
    lebar = len(judul)
    for nomor, sel in baris:
        isi = [sel_teks(satu) for satu in sel]
        if not any(isi):
            continue
        if bilangan := _kolom_rusak(sel, pemeta):
            yield baris_ditolak(nomor, KodeMasalah.NIK_FLOAT, kolom=judul[bilangan[0]])
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


def _kolom_rusak(sel: list[Any], pemeta: PemetaBaris) -> list[int]:
    """Columns in which a number stands that has lost digits."""
    nomor = [n for n in pemeta.kolom_nomor if n < len(sel) and _bilangan(sel[n])]
    sendiri = (n for n in pemeta.kolom_pengenal if n < len(sel))
    return nomor + [n for n in sendiri if _bilangan(sel[n]) and sel[n] >= _TERPANJANG]


def _bilangan(sel: Sel) -> bool:
    return isinstance(sel, int | float) and not isinstance(sel, bool) and sel != 0
