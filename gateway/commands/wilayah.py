"""`gateway wilayah`: load districts and villages, and look codes up."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import rich_click as click

from gateway.commands.running import BAD_INPUT, opened, out, run, stop

T = TypeVar("T")


@click.group("wilayah")
def command() -> None:
    """Area codes of the Ministry of Home Affairs; provinces and regencies are built in."""


@command.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Load a CSV `kode,nama,edisi_pertama,edisi_terakhir[,penerus]`; safe to repeat."""
    from gateway.commands.acting import noted
    from gateway.domain.wilayah import baca_tabel

    async def work() -> None:
        async with opened() as parts:
            await noted(parts, "wilayah.muat", "wilayah")
            with file.open(encoding="utf-8-sig", newline="") as rows:
                try:
                    count = await parts.wilayah.load(_some(baca_tabel(rows)))
                except (ValueError, KeyError, TypeError) as error:
                    stop(f"{file}: not a table of areas ({error}); nothing was stored", BAD_INPUT)
        out.print(f"The table now holds {count} areas; running gateways see them at their restart.")

    run(work)


def _some(areas: Iterator[T]) -> Iterator[T]:
    """The areas. Raises ValueError where there is none: then it is another kind of file."""
    first = next(areas, None)
    if first is None:
        raise ValueError("it holds no area")
    yield first
    yield from areas


@command.command("show")
@click.argument("kode")
def show(kode: str) -> None:
    """Show an area, what it lies in, and what replaced it."""
    from gateway.domain.wilayah import KodeWilayahSalah, leluhur, parse_kode, tabel_bawaan

    async def work() -> None:
        async with opened() as parts:
            known = dict(tabel_bawaan()) | {area.kode: area async for area in parts.wilayah.all()}
        found = [known[code] for code in leluhur(parse_kode(kode)) if code in known]
        if not found:
            stop(f"{kode} is not in the table", BAD_INPUT)
        for area in found:
            later = f", now {area.penerus}" if area.penerus else ""
            span = f"{area.edisi_pertama}-{area.edisi_terakhir}"
            out.print(f"{area.kode:<15} {area.nama} ({span}{later})")

    try:
        run(work)
    except KodeWilayahSalah as error:
        stop(str(error), BAD_INPUT)
