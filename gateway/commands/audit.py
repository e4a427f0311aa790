"""`gateway audit`: look at the sealed log, check it, change its key."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import rich_click as click

from gateway.commands.options import BY, FILE, MOMENT, NEW_FILE

if TYPE_CHECKING:
    from gateway.domain.audit_retention import KelasEntri
    from gateway.infra.sealing.bundle import Written
    from gateway.infra.sealing.sealer import Sealer
    from gateway.infra.stamping.rows import StampState

T = TypeVar("T")

_MOST_SHOWN: Final = 100


@click.group("audit")
def command() -> None:
    """The sealed log of what was disclosed and done."""


@command.command("status")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def status(*, as_json: bool) -> None:
    """Show how far the log reaches, what waits to be sealed, and the newest checkpoint."""
    from gateway.commands.running import stop
    from gateway.commands.shown import print_json
    from gateway.infra.sealing.looking import look

    state = _ask(lambda sealer: sealer.reading(look))
    if state is None:
        stop("No log was begun yet: the gateway begins it when it starts.")
    if as_json:
        print_json(state)
        return
    pada = state.checkpoint_pada
    signed = "never" if pada is None else f"{pada:%Y-%m-%dT%H:%M:%S.%fZ}"
    click.echo(f"{state.asal}: {state.ukuran} entries, {state.menunggu} wait; signed {signed}")
    for each in state.stempel:
        click.echo(_stamped(each))


@command.command("checkpoint")
def checkpoint() -> None:
    """Seal what waits, and print the newest checkpoint: keep it outside, as auditors do."""
    from gateway.commands.running import stop
    from gateway.infra.sealing.looking import look

    def work(sealer: "Sealer") -> str | None:
        sealer.seal_all()
        state = sealer.reading(look)
        return None if state is None else state.checkpoint

    note = _ask(work)
    if note is None:
        stop("The log is empty: there is nothing to sign.")
    click.echo(note, nl=False)


@command.command("timestamp")
def timestamp() -> None:
    """Have every timestamping authority stamp the newest checkpoint now.

    Exit code 1 where one did not; a running gateway does it by itself.
    """
    from gateway.commands.running import FAILED, opened, run, stop
    from gateway.infra.stamping.working import STAMPED

    async def work() -> dict[str, str | None]:
        async with opened() as parts:
            return await parts.stamping.ask_all(early=True)

    came = run(work)
    if not came:
        stop("GATEWAY_AUDIT_TIMESTAMPS names no authority.")
    for authority, result in came.items():
        click.echo(f"{authority}: {result or 'nothing new to stamp'}")
    if not set(came.values()) <= {STAMPED, None}:
        raise SystemExit(FAILED)


@command.command("verify-store")
@click.option(
    "--kept",
    type=FILE,
    multiple=True,
    help="A checkpoint that was kept outside; as often as wanted.",
)
def verify_store(kept: tuple[Path, ...]) -> None:
    """Prove the log as it lies in the store. Exit code 0 = sound, 3 = something was found."""
    from gateway.commands.running import FOUND, err

    notes = [path.read_text(encoding="utf-8") for path in kept]
    found, checked = _ask(lambda sealer: sealer.verify(notes))
    for each in found[:_MOST_SHOWN]:
        err.print(str(each), style="red", markup=False, soft_wrap=True)
    if found:
        err.print(f"{len(found)} findings; the first one is where to begin.")
        raise SystemExit(FOUND)
    click.echo(
        f"sound: {checked.entri} entries ({checked.dimusnahkan} destroyed),"
        f" {checked.checkpoint} checkpoints, {checked.stempel} timestamps"
    )


@command.command("export")
@click.argument("file", type=NEW_FILE)
@click.option("--sejak", type=MOMENT, help="From this day or moment (UTC) on.")
@click.option("--sampai", type=MOMENT, help="Up to this day or moment (UTC).")
@click.option(
    "--kept", type=FILE, multiple=True, help="A checkpoint that the reader has; may be repeated."
)
@click.option(
    "--openings", is_flag=True, help="Tell whom each entry is about, by pseudonym, with its proof."
)
@BY
def export(
    *,
    file: Path,
    sejak: datetime | None,
    sampai: datetime | None,
    kept: tuple[Path, ...],
    openings: bool,
    oleh: str,
) -> None:
    """Write a part of the log as a bundle (a ZIP file) that can be proved without the gateway.

    The reading is an entry of the log itself.
    """
    from gateway.commands.audit_proofs import kept_notes
    from gateway.commands.running import BAD_INPUT, stop
    from gateway.infra.sealing.bundle import Wanted

    if sejak is not None and sampai is not None and sejak >= sampai:
        stop("--sejak comes before --sampai", BAD_INPUT)
    wanted = Wanted(sejak=sejak, sampai=sampai, openings=openings, kept=kept_notes(kept))

    def work(sealer: "Sealer") -> "Written":
        sealer.seal_all()
        return sealer.export(file, wanted)

    done = _ask(work, oleh=oleh, peristiwa="audit.ekspor")
    click.echo(f"entries {done.first} to {done.end}; the newest checkpoint, to be kept:\n")
    click.echo(done.checkpoint, nl=False)


@command.command("verify")
@click.argument("bundle", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--key",
    "keys",
    type=FILE,
    multiple=True,
    required=True,
    help="vkeys of the log and of witnesses that you have from elsewhere; may be repeated.",
)
@click.option(
    "--kept", type=FILE, multiple=True, help="A checkpoint from an earlier time; may be repeated."
)
@click.option("--tsa", type=FILE, help="Certificates (PEM) of the timestamping authorities.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def verify(
    *,
    bundle: Path,
    keys: tuple[Path, ...],
    kept: tuple[Path, ...],
    tsa: Path | None,
    as_json: bool,
) -> None:
    """Prove BUNDLE (a file, a folder with its members, or a folder of an archive's bundles).

    Needs neither a network nor a store. Exit code 0 = proved, 3 = something was found.
    """
    from gateway.audit_bundle.findings import Finding
    from gateway.commands.audit_proofs import proofs, said
    from gateway.commands.running import FOUND
    from gateway.commands.shown import print_json

    parts = proofs(bundle, keys, kept, tsa)
    if as_json:
        print_json(parts)
    for part in () if as_json else parts:
        click.echo(said(part), nl=False)
    if isinstance(parts[-1].hasil, Finding):
        raise SystemExit(FOUND)


@command.command("archive")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@BY
def archive(*, folder: Path, oleh: str) -> None:
    """Write a bundle into FOLDER for every month that is over and has no file there yet.

    Nothing is removed from the store: see `gateway audit destroy`.
    """

    def work(sealer: "Sealer") -> "list[tuple[Path, Written]]":
        sealer.seal_all()
        return sealer.archive(folder)

    for path, done in _ask(work, oleh=oleh, peristiwa="audit.arsip"):
        click.echo(f"{path}: entries {done.first} to {done.end}")


@command.command("destroy")
@BY
def destroy(*, oleh: str) -> None:
    """Destroy what entries said that are older than GATEWAY_AUDIT_RETENTION lets them be.

    Each destruction is an entry of the log before it is done; the hashes stay, so that the log can
    be proved as before. It needs the right to delete rows.
    """
    from datetime import timedelta

    from gateway.commands.running import BAD_INPUT, opened, run, stop

    async def work() -> None:
        async with opened() as parts:
            if not parts.settings.audit_retention:
                stop("GATEWAY_AUDIT_RETENTION names no class: nothing is ever too old.", BAD_INPUT)
            for kelas, days in parts.settings.audit_retention.items():
                sebelum = parts.clock() - timedelta(days=days)
                done = await parts.sealing.ask(partial(_destroyed, kelas, sebelum, oleh))
                click.echo(f"{kelas}: {done} entries from before {sebelum:%Y-%m-%dT%H:%M:%SZ}")

    run(work)


@command.group("key")
def key() -> None:
    """The key that signs the log."""


@key.command("list")
def key_list() -> None:
    """Print the log's keys as vkeys, oldest first, with the times in which each one signed."""
    from gateway.infra.sealing.looking import keys

    for each in _ask(lambda sealer: sealer.reading(keys)):
        end = "" if each.pensiun_pada is None else f"{each.pensiun_pada:%Y-%m-%dT%H:%M:%SZ}"
        click.echo(f"# {each.dibuat_pada:%Y-%m-%dT%H:%M:%SZ} ... {end}\n{each.vkey}")


@key.command("rotate")
@click.option("--lost", is_flag=True, help="The key until now cannot be opened any more.")
@BY
def key_rotate(*, lost: bool, oleh: str) -> None:
    """Let a new key sign; the old one signs that, too, and is erased.

    Give the printed key to whoever checks the log. After --lost nothing else tells them that the
    new key is yours.
    """
    click.echo(_ask(lambda sealer: sealer.rotate(oleh=oleh, lost=lost)))


def _destroyed(kelas: "KelasEntri", sebelum: datetime, oleh: str, sealer: "Sealer") -> int:
    return sealer.destroy(kelas, sebelum, oleh=oleh)


def _stamped(state: "StampState") -> str:
    told = f"  timestamps of {state.otoritas}: "
    if state.waktu is None:
        told += "none yet"
    else:
        told += f"{state.ukuran} entries, at {state.waktu:%Y-%m-%dT%H:%M:%SZ}"
    if state.menunggu_sejak is not None:
        told += f"; waits since {state.menunggu_sejak:%Y-%m-%dT%H:%M:%SZ}"
    return told + (f"; {state.gagal} tries failed: {state.alasan}" if state.gagal else "")


def _ask(question: "Callable[[Sealer], T]", *, oleh: str = "", peristiwa: str = "") -> T:
    """What the sealer answers; where an operator is named, the act is in the log before that."""
    from gateway.commands.running import opened, run

    async def work() -> T:
        async with opened() as parts:
            if oleh:
                await parts.admin_log.note(
                    pada=parts.clock(), oleh=oleh, peristiwa=peristiwa, objek="audit", rincian={}
                )
            return await parts.sealing.ask(question)

    return run(work)
