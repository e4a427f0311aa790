"""A delimited text file as a header and rows, each row with its line number."""

import csv
from collections.abc import Iterator
from typing import Final

import msgspec

from adapters.sijosku.berkas.refusal import refused
from gateway.domain.importing import Baris, KodeMasalah, Masalah
from gateway.kit.struct import Quiet
from gateway.kit.table import slug

_SEPARATORS: Final = (",", ";", "|", "\t")
_QUOTED: Final = '"'
Lines = Iterator[tuple[int, str]]


class Row(Quiet, frozen=True):
    """One row: its line, and as many cells as the header has, without outer spaces."""

    baris: int
    sel: tuple[str, ...]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A header and the rows below it, read once and in order."""

    baris_kepala: int
    kepala: tuple[str, ...]
    rows: Iterator[Row | Baris]
    """A row that is too short or too long comes as a refused `Baris`."""

    @property
    def slugs(self) -> tuple[str, ...]:
        """The header without case and punctuation."""
        return tuple(slug(name) for name in self.kepala)


def open_sheet(lines: Lines) -> Sheet:
    """The header is the first line that holds anything. Raises FileRefused, also while read."""
    numbered = _Numbered(lines)
    first = next((line for line in numbered if line.strip()), "")
    if not first:
        raise refused(KodeMasalah.FILE_UNREADABLE, "berkas kosong")
    baris = numbered.baris
    separator = max(_SEPARATORS, key=_outside_quotes(first).count)
    kepala = tuple(name.strip() for name in next(_cells(iter([first]), numbered, separator)))
    rows = _rows(_cells(numbered, numbered, separator), numbered, len(kepala))
    return Sheet(baris_kepala=baris, kepala=kepala, rows=rows)


class _Numbered:
    """Lines that remember how far they were read."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.baris = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.baris, line = next(self._lines)
        return line


def _outside_quotes(line: str) -> str:
    return "".join(line.split(_QUOTED)[::2])


def _cells(lines: Iterator[str], numbered: _Numbered, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            pesan = "tanda kutip salah letak atau tidak ditutup"
            raise refused(KodeMasalah.FILE_UNREADABLE, pesan, baris=numbered.baris) from None


def _rows(cells: Iterator[list[str]], numbered: _Numbered, width: int) -> Iterator[Row | Baris]:
    begin = numbered.baris + 1
    for row in cells:
        baris, begin = begin, numbered.baris + 1
        sel = tuple(cell.strip() for cell in row)
        if not any(sel):
            continue
        if len(sel) < width or any(sel[width:]):
            pesan = f"baris berisi {len(sel)} kolom, judul berisi {width}"
            masalah = Masalah(kode=KodeMasalah.COLUMN_COUNT, pesan=pesan, baris=baris)
            yield Baris(baris=baris, masalah=(masalah,))
        else:
            yield Row(baris, sel[:width])
