"""Finds the table inside a recap sheet: the delimiter, the header row, and each row's cells."""

import csv
from collections.abc import Iterator
from itertools import islice
from typing import Final

from adapters.simasos.recap_tables import JUDUL, WAJIB, Kolom
from adapters.simasos.textfile import OpenBytes, read_lines, refuse
from gateway.domain.importing import KodeMasalah
from gateway.kit.struct import Quiet

_DELIMITERS: Final = (";", ",", "\t")
_LOOK_AT: Final = 20


class Letak(Quiet, frozen=True, kw_only=True):
    """Where the table is."""

    pemisah: str
    baris: int
    """How many records stand before the rows, the header included."""
    judul: tuple[str, ...]
    kolom: tuple[Kolom | None, ...]

    def header(self, kolom: Kolom) -> str:
        """The header of a column as it stands in the file."""
        return self.judul[self.kolom.index(kolom)]


class Rekam(Quiet, frozen=True, kw_only=True):
    """One row: its first line in the file, and its cells."""

    baris: int
    sel: tuple[str, ...]


def find_table(open_bytes: OpenBytes, encoding: str) -> Letak:
    """The header row and its delimiter. Raises FileRefused that says what is missing."""
    found = [
        place
        for delimiter in _DELIMITERS
        if (place := _header(open_bytes, encoding, delimiter)) is not None
    ]
    if not found:
        refuse(
            KodeMasalah.HEADER_UNKNOWN, "tidak ada baris judul yang dikenal (tanggal, isi aduan)"
        )
    place = max(found, key=lambda each: sum(kolom is not None for kolom in each.kolom))
    known = [kolom for kolom in place.kolom if kolom is not None]
    for kolom in WAJIB:
        if kolom not in known:
            refuse(KodeMasalah.HEADER_UNKNOWN, f"kolom {kolom.value} tidak ada")
    for kolom in known:
        if known.count(kolom) > 1:
            refuse(KodeMasalah.HEADER_UNKNOWN, f"dua kolom berarti {kolom.value}")
    return place


def _header(open_bytes: OpenBytes, encoding: str, delimiter: str) -> Letak | None:
    records = islice(_records(open_bytes, encoding, delimiter), _LOOK_AT)
    try:
        for number, record in enumerate(records, start=1):
            columns = tuple(JUDUL.get(cell) if cell.strip() else None for cell in record.sel)
            if sum(column is not None for column in columns) >= len(WAJIB):
                return Letak(pemisah=delimiter, baris=number, judul=record.sel, kolom=columns)
    except csv.Error:
        # Quotes that make no sense between these delimiters: the file has another one.
        return None
    return None


def read_records(open_bytes: OpenBytes, encoding: str, letak: Letak) -> Iterator[Rekam]:
    """The rows under the header that are not empty. Raises FileRefused at a broken end."""
    records = islice(_records(open_bytes, encoding, letak.pemisah), letak.baris, None)
    try:
        for record in records:
            if any(cell.strip() for cell in record.sel):
                yield record
    except csv.Error:
        refuse(KodeMasalah.FILE_UNREADABLE, "tanda kutip di dalam file rusak atau tidak ditutup")


def _records(open_bytes: OpenBytes, encoding: str, delimiter: str) -> Iterator[Rekam]:
    reader = csv.reader(read_lines(open_bytes, encoding), delimiter=delimiter, strict=True)
    begin = 1
    for cells in reader:
        yield Rekam(baris=begin, sel=tuple(cells))
        begin = reader.line_num + 1
