"""`gateway report balikan`: the data balikan of an agreement, as a file or sent to the registry."""

from codecs import BOM_UTF8
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
import rich_click as click
from rich.progress import Progress

from gateway.application.ask_registry import one_system
from gateway.application.manage_agreements import ManageAgreements
from gateway.application.operator import named_operator
from gateway.application.send_balikan import (
    Batches,
    Calon,
    HasilKirim,
    NameBalikan,
    SendBalikan,
)
from gateway.commands.nik_file import NikFile
from gateway.commands.options import BY, FILE, NEW_FILE
from gateway.commands.report_forms import new_private
from gateway.commands.running import BAD_INPUT, FAILED, FOUND, err, opened, run, stop
from gateway.commands.shown import print_json
from gateway.domain.periode import baca_periode
from gateway.domain.ports_perjanjian import Tumpukan
from gateway.domain.systems import Capability, FeedbackItem
from gateway.infra.seen import SeenOnDisk
from gateway.kit.sheets import csv_rows
from gateway.parts import Parts

_ENDINGS: Final = (".csv", ".ndjson")
_Sink = Callable[[Parts, Tumpukan, Batches, str], Awaitable[HasilKirim | None]]


class Ringkasan(msgspec.Struct, frozen=True, kw_only=True):
    """What a run found and did."""

    nomor: str
    sistem: str
    periode: str
    baris_terutang: int
    """Rows owed still, after this run."""
    baris_terkirim: int
    """Rows sent, in this run and before."""
    orang_ditemukan: int
    """Persons whose NIK was offered and for whom something was owed."""
    baris_ditemukan: int
    nik_tak_terbaca: int
    kirim: HasilKirim | None = None


@click.command("balikan")
@click.argument("nomor")
@click.argument("periode")
@click.option("--niks", type=FILE, help="The agency's CSV: column nik, further columns are told.")
@click.option("--out", type=NEW_FILE, help="Write what is owed, with NIKs: .csv or .ndjson.")
@click.option("--send", is_flag=True, help="Send what is owed to the registry.")
@click.option("--dry-run", is_flag=True, help="Only count; write no file and send nothing.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@BY
def balikan(
    *,
    nomor: str,
    periode: str,
    niks: Path | None,
    out: Path | None,
    send: bool,
    dry_run: bool,
    as_json: bool,
    oleh: str,
) -> None:
    """Tell what data balikan the agreement NOMOR owes for a period; write it, or send it.

    NIKs come from the gateway's own records, or from the agency's file. Sent again, a row does no
    harm; a run that broke off is given again. Exit code 0 = nothing is owed any more, 3 = some is,
    1 = the registry stopped it.
    """
    if out is not None and out.suffix not in _ENDINGS:
        stop(f"{out.name}: its ending must be one of {', '.join(_ENDINGS)}", BAD_INPUT)
    if out is not None and send:
        stop("either --out or --send", BAD_INPUT)

    sink: _Sink = _count
    if not dry_run and (send or out is not None):
        sink = _send if out is None else partial(_to_file, out)

    async def work() -> Ringkasan:
        async with opened() as parts:
            await parts.connect_systems()
            return await _run(parts, nomor, periode, niks, sink, named_operator(oleh))

    _tell(run(work), as_json=as_json)


async def _run(
    parts: Parts, nomor: str, periode: str, niks: Path | None, sink: _Sink, oleh: str
) -> Ringkasan:
    perjanjian = await ManageAgreements(
        parts.perjanjian.agreements, parts.clients, parts.clock
    ).show(nomor)
    period = baca_periode(periode)
    pile = Tumpukan(nomor=nomor, sistem=_system(parts), periode=str(period))
    simpanan = perjanjian.balikan_simpanan
    await parts.perjanjian.balikan.collect(pile, period, simpanan=simpanan)
    owed = await parts.perjanjian.balikan.counts(pile)
    file = None if niks is None else NikFile(niks)
    agencies = {one.client_id: one.opd for one in await parts.clients.clients()}
    naming = NameBalikan(parts.perjanjian.balikan, parts.keyring, agencies)
    found = Found()
    with SeenOnDisk() as seen, Progress(console=err) as progress:
        shown = progress.add_task("rows", total=owed.terutang)
        named = naming(perjanjian, pile, _offered(parts, file), seen)
        watched = found.watch(named, lambda rows: progress.advance(shown, rows))
        done = await sink(parts, pile, watched, oleh)
    left = await parts.perjanjian.balikan.counts(pile)
    return Ringkasan(
        nomor=nomor,
        sistem=pile.sistem,
        periode=pile.periode,
        baris_terutang=left.terutang,
        baris_terkirim=left.terkirim,
        orang_ditemukan=found.persons,
        baris_ditemukan=found.rows,
        nik_tak_terbaca=0 if file is None else file.unreadable,
        kirim=done,
    )


class Found:
    """Counts what was found while it passes by."""

    def __init__(self) -> None:
        self.persons = 0
        self.rows = 0

    async def watch(self, batches: Batches, on_rows: Callable[[int], None]) -> Batches:
        """The same batches."""
        async for batch in batches:
            rows = sum(len(one.baris) for one in batch)
            self.persons += len(batch)
            self.rows += rows
            yield batch
            on_rows(rows)


async def _count(_parts: Parts, _pile: Tumpukan, batches: Batches, _oleh: str) -> None:
    async for _ in batches:
        pass


async def _to_file(out: Path, parts: Parts, pile: Tumpukan, batches: Batches, oleh: str) -> None:
    await _note(parts, pile, "balikan.berkas", oleh)
    with new_private(out) as file:
        file.write(_HEADS[out.suffix])
        async for batch in batches:
            file.write(_LINES[out.suffix]([one.item for one in batch]))


async def _send(parts: Parts, pile: Tumpukan, batches: Batches, oleh: str) -> HasilKirim:
    _, system = one_system(parts.systems.offering, Capability.FEEDBACK)
    assert system.feedback is not None
    await _note(parts, pile, "balikan.kirim", oleh)
    return await SendBalikan(parts.perjanjian.balikan, system.feedback, parts.clock)(pile, batches)


async def _note(parts: Parts, pile: Tumpukan, peristiwa: str, oleh: str) -> None:
    """On record before the first NIK leaves."""
    await parts.admin_log.write(
        pada=parts.clock(),
        oleh=oleh,
        peristiwa=peristiwa,
        objek=pile.nomor,
        rincian={"sistem": pile.sistem, "periode": pile.periode},
    )


def _system(parts: Parts) -> str:
    """The system that data balikan goes to: the one whose adapter can take it."""
    specs = parts.systems.specs.values()
    return next(spec.name for spec in specs if Capability.FEEDBACK in spec.capabilities)


async def _offered(parts: Parts, file: NikFile | None) -> AsyncIterator[Sequence[Calon]]:
    if file is not None:
        for rows in file.batches():
            yield rows
        return
    async for niks in parts.perjanjian.niks.batches():
        yield [Calon(nik=nik) for nik in niks]


def _csv_lines(items: Sequence[FeedbackItem]) -> bytes:
    return csv_rows(
        [(item.nik, msgspec.json.encode(param).decode()) for item in items for param in item.param]
    )


def _json_lines(items: Sequence[FeedbackItem]) -> bytes:
    return b"".join(msgspec.json.encode(item) + b"\n" for item in items)


_HEADS: Final = {".csv": BOM_UTF8 + csv_rows([("nik", "param")]), ".ndjson": b""}
_LINES: Final = {".csv": _csv_lines, ".ndjson": _json_lines}


def _tell(done: Ringkasan, *, as_json: bool) -> None:
    if as_json:
        print_json(done)
    else:
        click.echo(
            f"Rows found: {done.baris_ditemukan} (persons: {done.orang_ditemukan}). "
            f"Sent: {done.baris_terkirim}. Owed: {done.baris_terutang}."
        )
        if done.nik_tak_terbaca:
            click.echo(f"Rows of the file without a NIK of 16 digits: {done.nik_tak_terbaca}.")
        if done.kirim is not None and done.kirim.ditolak:
            click.echo(f"Persons whose rows {done.sistem} refused: {done.kirim.ditolak}.")
    if done.kirim is not None and done.kirim.berhenti is not None:
        stop(f"{done.sistem}: {done.kirim.berhenti}. The same command goes on.", FAILED)
    if done.baris_terutang:
        raise SystemExit(FOUND)
