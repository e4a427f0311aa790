"""Writes a report as a page, a workbook, CSV or JSON: the file's ending says which."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
import rich_click as click

from gateway.commands.running import BAD_INPUT, stop
from gateway.domain.laporan import Bagian, Cell, Laporan
from gateway.kit.sheets import Table, as_csv, as_xlsx
from gateway.web.report_page import as_page


def _csv(laporan: Laporan) -> bytes:
    """All tables under one another, since a CSV is one table; the first cell says which."""
    kinds = laporan.bagian[0].kolom[1:]
    header = ("bagian", "kunci", *kinds) if len(laporan.bagian) > 1 else laporan.bagian[0].kolom
    return as_csv(Table(header, _stacked(laporan)))


def _stacked(laporan: Laporan) -> Iterator[tuple[Cell, ...]]:
    for part in laporan.bagian:
        first = (part.nama,) if len(laporan.bagian) > 1 else ()
        for row in part.baris:
            yield (*first, *row)


def _xlsx(laporan: Laporan) -> bytes:
    facts = Table(("hal", "isi"), iter([("Judul", laporan.judul), *laporan.fakta]))
    return as_xlsx({"Laporan": facts} | {part.nama: _table(part) for part in laporan.bagian})


def _table(part: Bagian) -> Table:
    return Table(part.kolom, iter(part.baris))


def _json(laporan: Laporan) -> bytes:
    return msgspec.json.format(msgspec.json.encode(laporan), indent=2) + b"\n"


_FORMS: Final[Mapping[str, Callable[[Laporan], bytes]]] = {
    ".html": as_page,
    ".xlsx": _xlsx,
    ".csv": _csv,
    ".json": _json,
}


def form_of(out: Path) -> Callable[[Laporan], bytes]:
    """What writes a report as this file's ending says, or the end of the command."""
    if out.suffix not in _FORMS:
        stop(f"{out.name}: its ending must be one of {', '.join(_FORMS)}", BAD_INPUT)
    return _FORMS[out.suffix]


@contextmanager
def new_private(out: Path) -> Iterator[BinaryIO]:
    """A file that its owner alone may read; it takes the name once it is whole."""
    beside = out.with_name(f".{out.name}.part")
    beside.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)


def show(laporan: Laporan) -> None:
    """The report on a terminal."""
    click.echo(laporan.judul)
    for name, value in laporan.fakta:
        click.echo(f"  {name}: {value}")
    for part in laporan.bagian:
        _show_table(part)
    for remark in laporan.catatan:
        click.echo(f"\n{remark}")


def _show_table(part: Bagian) -> None:
    lines = [part.kolom, *(tuple(map(str, row)) for row in part.baris)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    click.echo(f"\n{part.nama}")
    for line in lines:
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        click.echo(f"  {'  '.join(cells)}".rstrip())
