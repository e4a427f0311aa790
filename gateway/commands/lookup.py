"""`gateway lookup`: the residents of a file, looked up by a job of a running gateway."""

import asyncio
import sys
from codecs import BOM_UTF8
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import rich_click as click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gateway.commands.client_token import private_key, url_of
from gateway.commands.job_client import JobClient
from gateway.commands.running import BAD_INPUT, FAILED, err, out, run, stop
from gateway.commands.strict_client import StrictClient
from gateway.commands.whole_file import whole_file

_FILE: Final = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
_KEY: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_TARGET: Final = click.Path(dir_okay=False, path_type=Path)
_KINDS: Final = {"ndjson": "application/x-ndjson", "csv": "text/csv"}
_INTERRUPTED: Final = 130


@click.command("lookup")
@click.argument("file", type=_FILE)
@click.option("--client", "client_id", required=True, help="The client that asks.")
@click.option("--key", required=True, type=_KEY, help="The client's private key, a JWK.")
@click.option("--issuer", help="The gateway's URL; by default GATEWAY_PUBLIC_URL.")
@click.option("--grant", "grant_id", help="The grant, where the client holds several.")
@click.option("--out", "target", type=_TARGET, help="Where results go; by default beside FILE.")
@click.option("--format", "kind", type=click.Choice([*_KINDS]), help="By default as FILE's.")
@click.option("--cancel", is_flag=True, help="End the job of this file instead.")
def command(
    file: Path,
    client_id: str,
    key: Path,
    issuer: str | None,
    grant_id: str | None,
    target: Path | None,
    kind: str | None,
    *,
    cancel: bool,
) -> None:
    """Look up the residents whose NIKs stand in FILE, and write what came of each line.

    FILE is CSV with a column `nik`, or NDJSON; `-` is standard input. The gateway works in the
    background: Ctrl-C leaves the job running, and the same command goes on with it. Results are
    written when all are there.
    """
    body = _read(file)
    told = "ndjson" if body.removeprefix(BOM_UTF8).lstrip()[:1] == b"{" else "csv"
    wanted = kind or told
    if target is None and not cancel:
        if str(file) == "-":
            stop("with standard input, say where results go: --out", BAD_INPUT)
        target = file.with_name(f"{file.name}.results.{wanted}")

    async def work() -> Mapping[str, Any]:
        async with StrictClient.at(url_of(issuer), client_id, private_key(key)) as client:
            jobs = JobClient(client, {"grant_id": grant_id})
            job = await jobs.hand_in(body, _KINDS[told])
            if target is None or cancel:
                return await jobs.cancel(job)
            with _progress() as seen:
                ended = await jobs.follow(job, seen)
            await _write(target, jobs.results(ended, _KINDS[wanted]), wanted)
            return ended

    try:
        job = run(work)
    except (KeyboardInterrupt, asyncio.CancelledError):
        err.print("The job goes on without you. The same command follows it, --cancel ends it.")
        sys.exit(_INTERRUPTED)
    _tell(job, None if cancel else target)


def _read(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        stop(f"{file}: {error.strerror}", BAD_INPUT)


@contextmanager
def _progress() -> Iterator[Any]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err) as progress:
        task = progress.add_task("rows", total=None)

        def seen(job: Mapping[str, Any]) -> None:
            why = f" ({job['alasan']} until {job['lanjut_pada']})" if "alasan" in job else ""
            done = job["jumlah"] - job["sisa"]
            progress.update(
                task, description=job["status"] + why, completed=done, total=job["jumlah"]
            )

        yield seen


async def _write(target: Path, pages: AsyncIterator[bytes], kind: str) -> None:
    """All pages as one file, which is there whole or not at all, for its owner alone."""
    with whole_file(target) as part:
        await _append(part, pages, kind)


async def _append(part: IO[bytes], pages: AsyncIterator[bytes], kind: str) -> None:
    """The results alone: one header of CSV, and none of the lines that end a page of NDJSON."""
    is_first = True
    async for page in pages:
        lines = page.splitlines(keepends=True)
        if kind == "ndjson":
            lines.pop()
        elif not is_first:
            del lines[0]
        part.writelines(lines)
        is_first = False


def _tell(job: Mapping[str, Any], target: Path | None) -> None:
    out.print(
        f"{job['status']}: {job['terjawab']} answered, {job['gagal']} failed, "
        f"{job['salah']} lines cannot be asked for, {job['sisa']} were not asked for.",
        soft_wrap=True,
    )
    if target is not None:
        out.print(f"Results: {target}", markup=False, soft_wrap=True)
        if job["status"] != "selesai":
            sys.exit(FAILED)
