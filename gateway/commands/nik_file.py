"""Reads an agency's file of the NIKs that it owes data balikan for, with what it has to tell."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from gateway.application.agreements.send_balikan import Calon
from gateway.commands.running import BAD_INPUT, stop

_AT_ONCE: Final = 500
_NIK: Final = "nik"


class NikFile:
    """A CSV with a column `nik`; every further column is a field of the row under its own name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.unreadable = 0
        """Rows so far whose NIK has not 16 digits; they are left out."""

    def batches(self) -> Iterator[Sequence[Calon]]:
        """All rows, a few hundred at a time; ends the command where the file is no such CSV."""
        batch: list[Calon] = []
        try:
            with self._path.open(encoding="utf-8-sig", newline="") as file:
                for row in self._rows(file):
                    batch.append(row)
                    if len(batch) == _AT_ONCE:
                        yield batch
                        batch = []
        except (UnicodeDecodeError, csv.Error):
            stop(f"{self._path.name}: not a CSV in UTF-8", BAD_INPUT)
        if batch:
            yield batch

    def _rows(self, file: Iterator[str]) -> Iterator[Calon]:
        head = next(file, "")
        names = next(csv.reader([head], delimiter=_delimiter(head)), [])
        places = [place for place, name in enumerate(names) if name.strip().lower() == _NIK]
        if len(places) != 1:
            stop(f"{self._path.name}: one column must be named {_NIK}", BAD_INPUT)
        place = places[0]
        for cells in csv.reader(file, delimiter=_delimiter(head)):
            told = dict(zip(names, cells, strict=False))
            # Our own sheets, and some of other people's, mark a text by an apostrophe.
            nik = told.pop(names[place], "").strip().removeprefix("'")
            if len(nik) == 16 and nik.isascii() and nik.isdecimal():
                yield Calon(nik=nik, isian={name: text for name, text in told.items() if text})
            elif any(cells):
                self.unreadable += 1


def _delimiter(head: str) -> str:
    return max(",;\t", key=head.count)
