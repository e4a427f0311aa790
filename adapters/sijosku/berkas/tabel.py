"""What the readers of printed tables share: years in a header, whole rows, cells with a place."""

import re
from collections.abc import Callable
from itertools import islice
from typing import Final, TypeVar

from adapters.sijosku.berkas.refusal import refused
from adapters.sijosku.berkas.sheet import Row, Sheet
from gateway.domain.importing import Baris, FileRefused, KodeMasalah, Masalah

T = TypeVar("T")

_YEAR: Final = re.compile(r"(19|20)\d\d", re.ASCII)
_MOST_ROWS: Final = 5000
"""Rows of the longest printed table; sums are checked before the first row is given out."""


def year_columns(sheet: Sheet) -> dict[int, int]:
    """Year -> index of its column, in the order of years. Raises FileRefused for a year twice."""
    found: dict[int, int] = {}
    for place, name in enumerate(sheet.kepala):
        if _YEAR.fullmatch(name):
            if int(name) in found:
                raise twice(sheet, place)
            found[int(name)] = place
    return dict(sorted(found.items()))


def whole(sheet: Sheet) -> list[Row | Baris]:
    """Every row in file order. Raises FileRefused for more than a printed table holds."""
    rows = list(islice(sheet.rows, _MOST_ROWS + 1))
    if len(rows) > _MOST_ROWS:
        pesan = f"tabel lebih panjang dari {_MOST_ROWS} baris"
        raise refused(KodeMasalah.FILE_UNREADABLE, pesan, baris=rows[-1].baris)
    return rows


def one_column(sheet: Sheet, slugs: frozenset[str]) -> int | None:
    """The place of the only column with one of these names, or None. Raises FileRefused for two."""
    places = [place for place, name in enumerate(sheet.slugs) if name in slugs]
    if len(places) > 1:
        raise twice(sheet, places[-1])
    return places[0] if places else None


def twice(sheet: Sheet, place: int) -> FileRefused:
    """The refusal of a header that says the same thing twice; `place` is a recognised column."""
    return refused(
        KodeMasalah.HEADER_UNKNOWN,
        "dua kolom judul berarti sama; hapus salah satunya",
        baris=sheet.baris_kepala,
        kolom=sheet.kepala[place],
    )


def cell(row: Row, place: int, sheet: Sheet, read: Callable[[str], T]) -> T | Masalah:
    """A cell's value, or the problem with its line and column."""
    try:
        return read(row.sel[place])
    except ValueError as error:
        return problem(KodeMasalah.VALUE_FORMAT, f"sel {error}", row, sheet, place)


def problem(kode: KodeMasalah, pesan: str, row: Row, sheet: Sheet, place: int) -> Masalah:
    """A problem of one cell; `place` is a recognised column."""
    return Masalah(kode=kode, pesan=pesan, baris=row.baris, kolom=sheet.kepala[place])


def refused_row(row: Row, *masalah: Masalah) -> Baris:
    """The row with nothing but its problems."""
    return Baris(baris=row.baris, masalah=masalah)
