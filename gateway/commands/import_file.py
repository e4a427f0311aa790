"""`gateway import SYSTEM FILE`: take an operator's file in."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import rich_click as click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gateway.commands.running import BAD_INPUT, err, opened, out, run, stop
from gateway.domain.importing import FileBrokeOff, FileRefused, Masalah, RingkasanImpor

_SHOWN = 20


@click.command("import")
@click.argument("system")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--set", "pairs", multiple=True, metavar="NAME=VALUE", help="What the file leaves out."
)
@click.option("--dry-run", is_flag=True, help="Check and count; store nothing.")
@click.option("--report", type=click.Path(path_type=Path), help="CSV of every problem.")
def command(
    system: str, file: Path, pairs: tuple[str, ...], report: Path | None, *, dry_run: bool
) -> None:
    """Take FILE of SYSTEM (siks-ng, sijosku, simasos, ...) in.

    Problems are told by line and column; a row is stored whole or not at all; the same file again
    changes nothing. Exit code 0 = all rows stored, 3 = some were refused, 2 = the file was refused,
    or broke off after the rows that are counted.
    """
    from gateway.application.records.import_file import ImportFile
    from gateway.commands.acting import noted
    from gateway.infra.seen import SeenOnDisk
    from gateway.kit.many_rows import many_rows

    async def work() -> RingkasanImpor:
        async with opened() as parts:
            source = _file_source(parts.systems, system)
            settings = _settings(source, pairs)
            areas = await parts.area_names()
            if not dry_run:
                await noted(parts, "impor", system)
            with (
                many_rows(),
                SeenOnDisk() as seen,
                _problems(report) as on_problem,
                _progress(file) as on_rows,
            ):
                importing = ImportFile(parts.forgetting_imports, seen, areas)
                return await importing(
                    system.replace("-", "_"),
                    source,
                    file,
                    settings,
                    dry_run=dry_run,
                    on_rows=on_rows,
                    on_problem=on_problem,
                )

    try:
        summary = run(work)
    except FileBrokeOff as broken:
        _tell(broken.ringkasan, report)
        stop(f"{file}: {_line(broken.masalah)}. The rows before that are counted above.", BAD_INPUT)
    except FileRefused as refused:
        stop(f"{file}: {_line(refused.masalah)}", BAD_INPUT)
    _tell(summary, report)
    if summary.baris_ditolak:
        raise SystemExit(3)


def _file_source(systems: Any, slug: str) -> Any:
    name = slug.replace("-", "_")
    readers = {s.name: s for s in systems.specs.values() if s.file_source is not None}
    if name not in readers:
        known = ", ".join(spec.slug for spec in readers.values())
        stop(f"{slug}: no system of this name reads files; these do: {known}", BAD_INPUT)
    return readers[name].file_source(systems.configs[name])


def _settings(source: Any, pairs: tuple[str, ...]) -> dict[str, str]:
    if unclear := [pair for pair in pairs if not pair.partition("=")[0] or "=" not in pair]:
        stop(f"--set {unclear[0]}: write NAME=VALUE", BAD_INPUT)
    told = dict(pair.partition("=")[::2] for pair in pairs)
    known = {option.name: option for option in source.options}
    listing = "; ".join(f"{name}: {option.help}" for name, option in known.items())
    if unknown := sorted(told.keys() - known.keys()):
        stop(f"--set {', '.join(unknown)} is unknown. This file takes {listing}", BAD_INPUT)
    missing = [name for name, option in known.items() if option.required and name not in told]
    if missing:
        stop(f"--set {'=..., '.join(missing)}=... is needed. This file takes {listing}", BAD_INPUT)
    return told


@contextmanager
def _problems(report: Path | None) -> Iterator[Any]:
    """Shows the first problems, and writes all of them to the report."""
    shown = 0
    try:
        file = report.open("w", encoding="utf-8", newline="") if report else None
    except OSError as error:
        stop(f"{report}: {error.strerror}", BAD_INPUT)
    writer = csv.writer(file) if file else None
    if writer:
        writer.writerow(("baris", "kolom", "kode", "pesan"))

    def on_problem(problem: Masalah) -> None:
        nonlocal shown
        if writer:
            writer.writerow((problem.baris, problem.kolom, problem.kode.value, problem.pesan))
        if shown < _SHOWN:
            err.print(_line(problem), style="yellow", markup=False)
        elif shown == _SHOWN:
            err.print("... more problems follow; --report FILE writes all of them", style="yellow")
        shown += 1

    try:
        yield on_problem
    finally:
        if file:
            file.close()


@contextmanager
def _progress(file: Path) -> Iterator[Any]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err) as progress:
        task = progress.add_task("rows", total=_lines(file))
        yield lambda count: progress.advance(task, count)


def _lines(file: Path) -> int | None:
    """How many rows to expect of a text file; None for a workbook."""
    with file.open("rb") as handle:
        first = handle.read(1 << 16)
        if first.startswith(b"PK"):
            return None
        count = first.count(b"\n")
        while chunk := handle.read(1 << 20):
            count += chunk.count(b"\n")
    return max(1, count - 1)


def _line(problem: Masalah) -> str:
    where = f"baris {problem.baris}" if problem.baris else "berkas"
    column = f", kolom {problem.kolom}" if problem.kolom else ""
    return f"{where}{column}: {problem.kode.value}: {problem.pesan}"


def _tell(summary: RingkasanImpor, report: Path | None) -> None:
    verb = "Would store" if summary.uji_coba else "Stored"
    out.print(
        f"{verb}: {summary.baru} new, {summary.berubah} changed, {summary.tetap} unchanged; "
        f"{summary.baris_ditolak} of {summary.baris} rows refused."
    )
    for code, count in summary.masalah.items():
        out.print(f"  {code}: {count}")
    if report:
        out.print(f"Every problem: {report}")
