"""Tables as files for spreadsheets: CSV and XLSX in which numbers of persons stay texts.

A spreadsheet that opens a CSV guesses what each cell is: it would run a formula, and round a NIK
to 15 digits. So a cell that it would misread begins with an apostrophe, and so does every cell that
has one of its own: who takes one apostrophe away from the front of a cell has the value again.
In XLSX a cell says itself that it is a text.
"""

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

Cell = str | int

_MARK: Final = "'"
# What OWASP lists as the beginning of a formula, its full-width forms, and the mark itself.
_STARTS: Final = tuple("=+-@\t\r\n＝＋－＠" + _MARK)  # noqa: RUF001 - the full-width forms are meant
# Whatever may be taken for a number, a date ("005/010") or a power of ten ...
_NUMBERLIKE: Final = re.compile(r"[0-9.][0-9.,:/% -]*([eE][0-9]+)?")
# ... but for what comes out of it as it went in.
_SAFE: Final = re.compile(r"0|[1-9][0-9]{0,10}|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_CELL: Final = 32_767
"""Characters that a cell of XLSX can hold."""
# A moment of its own would make two files of the same records differ.
_CREATED: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Table(NamedTuple):
    """A header and rows under it. An absent value is an empty text."""

    header: tuple[str, ...]
    rows: Iterator[tuple[Cell, ...]]


def as_csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark, commas, quotes around every cell, CRLF (RFC 4180)."""
    return BOM_UTF8 + csv_rows([table.header]) + csv_rows(table.rows)


def csv_rows(rows: Iterator[tuple[Cell, ...]] | Sequence[tuple[Cell, ...]]) -> bytes:
    """These rows as they stand in such a file, without what begins it."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([_marked(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def as_xlsx(tables: Mapping[str, Table]) -> bytes:
    """One sheet a table, under its name (at most 31 characters).

    Made in memory: on the disk its temporary files would hold every NIK in clear.
    """
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED.replace(tzinfo=None)})
        text = book.add_format({"num_format": "@"})
        for name, table in tables.items():
            _write_sheet(book.add_worksheet(name), table, text)
    return made.getvalue()


def _write_sheet(sheet: Any, table: Table, text: Any) -> None:
    for column, name in enumerate(table.header):
        sheet.write_string(0, column, name, text)
    for number, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, column, cell)
            elif cell:
                sheet.write_string(number, column, cell[:_LONGEST_CELL], text)


def _marked(cell: Cell) -> str:
    if isinstance(cell, int):
        return str(cell)
    return _MARK + cell if cell.startswith(_STARTS) or _is_spoilt(cell) else cell


def _is_spoilt(cell: str) -> bool:
    return _NUMBERLIKE.fullmatch(cell) is not None and _SAFE.fullmatch(cell) is None
