"""`gateway report balikan`: the data balikan of an agreement, as a file or sent to the registry."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
import rich_click as click
from rich.progress import Progress

from gateway.application.agreements.hold_balikan import HoldBalikan
from gateway.application.agreements.manage_agreements import ManageAgreements
from gateway.application.agreements.send_balikan import Batches, HasilKirim, NameBalikan
from gateway.application.caller.operator import named_operator
from gateway.commands.balikan_ways import FORMS, Way, offered, only_count, send, to_file
from gateway.commands.nik_file import NikFile
from gateway.commands.options import BY, FILE, NEW_FILE
from gateway.commands.running import BAD_INPUT, FAILED, FOUND, err, opened, run, stop
from gateway.commands.shown import print_json
from gateway.domain.errors import BadInput
from gateway.domain.periode import Periode, baca_periode
from gateway.domain.ports_perjanjian import Tumpukan
from gateway.domain.systems import Capability
from gateway.infra.seen import SeenOnDisk
from gateway.parts import Parts
from gateway.use_cases import forget_balikan


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
    orang_ditahan: int
    """Persons of these whose disclosure is stopped: their rows stay, and are owed still."""
    nik_tak_terbaca: int
    """Rows of the agency's file without a NIK of 16 digits."""
    kirim: HasilKirim | None = None


class Found:
    """Counts what was found while it passes by."""

    def __init__(self) -> None:
        self.persons = 0
        self.rows = 0

    async def watch(self, batches: Batches, on_rows: Callable[[int], None]) -> Batches:
        """The same batches; `on_rows` is told of rows that are done."""
        async for batch in batches:
            rows = sum(len(one.baris) for one in batch)
            self.persons += len(batch)
            self.rows += rows
            yield batch
            on_rows(rows)


@click.command("balikan")
@click.argument("nomor")
@click.argument("periode")
@click.option("--niks", type=FILE, help="The agency's CSV: column nik, further columns are told.")
@click.option("--out", type=NEW_FILE, help="Write what is owed, with NIKs: .csv or .ndjson.")
@click.option("--send", "sending", is_flag=True, help="Send what is owed to the registry.")
@click.option("--dry-run", is_flag=True, help="Only count; write no file and send nothing.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@BY
def balikan(
    *,
    nomor: str,
    periode: str,
    niks: Path | None,
    out: Path | None,
    sending: bool,
    dry_run: bool,
    as_json: bool,
    oleh: str,
) -> None:
    """Tell what data balikan the agreement NOMOR owes for a period; write it, or send it.

    NIKs come from the gateway's own records, or from the agency's file. Sent again, a row does no
    harm; a run that broke off is given again. Exit code 0 = nothing is owed any more, 3 = some is,
    1 = the registry stopped it.
    """
    way = _way(out, sending=sending)

    async def work() -> Ringkasan:
        async with opened() as parts:
            chosen = only_count if dry_run else way
            return await _run(parts, nomor, periode, niks, chosen, named_operator(oleh))

    _tell(run(work), as_json=as_json)


def _way(out: Path | None, *, sending: bool) -> Way:
    if out is None:
        return send if sending else only_count
    if sending:
        stop("either --out or --send", BAD_INPUT)
    if out.suffix not in FORMS:
        stop(f"{out.name}: its ending must be one of {', '.join(FORMS)}", BAD_INPUT)
    return partial(to_file, out)


async def _run(
    parts: Parts, nomor: str, periode: str, niks: Path | None, way: Way, oleh: str
) -> Ringkasan:
    stores = parts.perjanjian
    perjanjian = await ManageAgreements(stores.agreements, parts.clients, parts.clock).show(nomor)
    period = _kept(parts, baca_periode(periode))
    pile = Tumpukan(nomor=nomor, sistem=_system(parts), periode=str(period))
    await stores.balikan.collect(pile, period, simpanan=perjanjian.balikan_simpanan)
    file = None if niks is None else NikFile(niks)
    agencies = {one.client_id: one.opd for one in await parts.clients.clients()}
    naming = NameBalikan(stores.balikan, parts.keyring, agencies)
    owed, found = await stores.balikan.counts(pile), Found()
    audit = None if way is only_count else parts.audit
    hold = HoldBalikan(parts.subjects.restrictions, parts.keyring, audit, parts.clock)
    with SeenOnDisk() as seen, Progress(console=err) as progress:
        shown = progress.add_task("rows", total=owed.terutang)
        named = naming(perjanjian, pile, offered(parts, file), seen)
        watched = found.watch(named, lambda rows: progress.advance(shown, rows))
        done = await way(parts, pile, watched, hold, oleh)
    left = await stores.balikan.counts(pile)
    return Ringkasan(
        nomor=nomor,
        sistem=pile.sistem,
        periode=pile.periode,
        baris_terutang=left.terutang,
        baris_terkirim=left.terkirim,
        orang_ditemukan=found.persons,
        baris_ditemukan=found.rows,
        orang_ditahan=hold.persons,
        nik_tak_terbaca=0 if file is None else file.unreadable,
        kirim=done,
    )


def _kept(parts: Parts, periode: Periode) -> Periode:
    if forget_balikan(parts).is_past(periode):
        raise BadInput(
            "baris periode ini sudah dihapus menurut GATEWAY_BALIKAN_KEEP_DAYS / "
            "the rows of this period are kept no longer"
        )
    return periode


def _system(parts: Parts) -> str:
    """The system that data balikan goes to: the one whose adapter can take it."""
    specs = parts.systems.specs.values()
    return next(spec.name for spec in specs if Capability.FEEDBACK in spec.capabilities)


def _tell(done: Ringkasan, *, as_json: bool) -> None:
    if as_json:
        print_json(done)
    else:
        click.echo(
            f"Rows found: {done.baris_ditemukan} (persons: {done.orang_ditemukan}). "
            f"Sent: {done.baris_terkirim}. Owed: {done.baris_terutang}."
        )
        if done.orang_ditahan:
            click.echo(f"Persons whose disclosure is stopped: {done.orang_ditahan}.")
        if done.nik_tak_terbaca:
            click.echo(f"Rows of the file without a NIK of 16 digits: {done.nik_tak_terbaca}.")
        if done.kirim is not None and done.kirim.ditolak:
            click.echo(f"Persons whose rows {done.sistem} refused: {done.kirim.ditolak}.")
    if done.kirim is not None and done.kirim.berhenti is not None:
        stop(f"{done.sistem}: {done.kirim.berhenti}. The same command goes on.", FAILED)
    if done.baris_terutang:
        raise SystemExit(FOUND)
