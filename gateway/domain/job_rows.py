"""Reads the rows of a lookup job, NDJSON or CSV, piece by piece; bad ones are told by line."""

import csv
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Final, Protocol

import msgspec

from gateway.domain.nik import is_sixteen_digits
from gateway.domain.tugas import Baris, BarisSalah, KodeBaris
from gateway.kit.lines import Line, Lines
from gateway.kit.struct import Quiet

LONGEST_LINE: Final = 4096
KOLOM: Final = "nik"
_SEPARATORS: Final = ",;\t|"
_BLANK: Final = b" \t\r"

Hasil = Baris | BarisSalah


class ColumnMissing(ValueError):
    """The header names no column `nik`, or more than one, so that no row can be read."""


class RowReader(Protocol):
    """Takes a body in pieces of any size and gives its rows."""

    def feed(self, piece: bytes) -> Iterator[Hasil]:
        """The rows that end in this piece; take them all. Raises ColumnMissing."""

    def end(self) -> Iterator[Hasil]:
        """The last row, where no newline follows it. Raises ColumnMissing."""


class _LineReader(ABC):
    """What both formats share: lines, and those of them that hold no row."""

    def __init__(self) -> None:
        self._lines = Lines(LONGEST_LINE)

    def feed(self, piece: bytes) -> Iterator[Hasil]:
        self._lines.feed(piece)
        for line in self._lines:
            yield from self._read(line)

    def end(self) -> Iterator[Hasil]:
        if (last := self._lines.end()) is not None:
            yield from self._read(last)

    def _read(self, line: Line) -> Iterator[Hasil]:
        number, content = line
        if content is None:
            yield BarisSalah(baris=number, kode=KodeBaris.LINE_TOO_LONG)
            return
        if content.strip(_BLANK):
            found = self._row(number, content)
            if found is not None:
                yield found

    @abstractmethod
    def _row(self, number: int, content: bytes) -> Hasil | None:
        """What a line that is not blank holds; None for a header."""


class _JsonRow(Quiet, frozen=True):
    """Members beyond the NIK are not read, and so never stored."""

    nik: str | None = None


class NdjsonRows(_LineReader):
    """One object `{"nik": "..."}` a line."""

    def __init__(self) -> None:
        super().__init__()
        self._decoder = msgspec.json.Decoder(_JsonRow)

    def _row(self, number: int, content: bytes) -> Hasil:
        try:
            told = self._decoder.decode(content).nik
        except msgspec.ValidationError:
            return BarisSalah(baris=number, kode=KodeBaris.NOT_SIXTEEN_DIGITS)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return BarisSalah(baris=number, kode=KodeBaris.NOT_JSON)
        return _checked(number, told)


class CsvRows(_LineReader):
    """A header with a column `nik`, then a row a line; comma, semicolon, tab or bar between."""

    def __init__(self) -> None:
        super().__init__()
        self._place: int | None = None
        self._separator = ","

    def end(self) -> Iterator[Hasil]:
        """As the other; an input without any header lacks the column, too."""
        yield from super().end()
        if self._place is None:
            raise ColumnMissing

    def _row(self, number: int, content: bytes) -> Hasil | None:
        try:
            text = content.decode()
        except UnicodeDecodeError:
            return BarisSalah(baris=number, kode=KodeBaris.NOT_UTF8)
        if self._place is None:
            self._read_header(text)
            return None
        try:
            cells = self._cells(text)
        except csv.Error:
            return BarisSalah(baris=number, kode=KodeBaris.NOT_CSV)
        told = cells[self._place] if self._place < len(cells) else ""
        # Our own sheets, and some of other people's, mark a text by an apostrophe.
        return _checked(number, told.strip().removeprefix("'"))

    def _read_header(self, text: str) -> None:
        self._separator = max(_SEPARATORS, key=text.count)
        try:
            names = [cell.strip().lower() for cell in self._cells(text)]
        except csv.Error:
            raise ColumnMissing from None
        if names.count(KOLOM) != 1:
            raise ColumnMissing
        self._place = names.index(KOLOM)

    def _cells(self, text: str) -> list[str]:
        # A row is one line: a quoted cell that goes on in the next one is not taken.
        return next(csv.reader([text], delimiter=self._separator, strict=True))


def _checked(number: int, told: str | None) -> Hasil:
    nik = (told or "").strip()
    if not nik:
        return BarisSalah(baris=number, kode=KodeBaris.NIK_MISSING)
    if not is_sixteen_digits(nik):
        return BarisSalah(baris=number, kode=KodeBaris.NOT_SIXTEEN_DIGITS)
    return Baris(baris=number, nik=nik)
