"""`gateway sync`: what is carried over between outside systems and the gateway."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import rich_click as click

from gateway.commands.options import BY
from gateway.commands.running import BAD_INPUT, FAILED, FOUND, opened, out, run, stop

if TYPE_CHECKING:
    from gateway.domain.sinkron import Hitungan, Jalur, Titik
    from gateway.parts import Parts

_DIRECTION: Final = click.argument(
    "direction", type=click.Choice(["in", "out"]), required=False, metavar="[in|out]"
)
_SYSTEM: Final = click.argument("system")
_MANY: Final = 20


@click.group("sync")
def command() -> None:
    """Synchronisation: GATEWAY_SYNC_IN takes records over, GATEWAY_SYNC_OUT sends them."""


@command.command("run")
@click.argument("system", required=False)
@_DIRECTION
def run_now(system: str | None, direction: str | None) -> None:
    """Carry over all there is now, due or not. Ends with 1 where something went wrong."""
    from rich.progress import Progress, TextColumn

    from gateway.commands.running import err
    from gateway.syncing import run_sync, sync_points

    async def work(parts: "Parts") -> int:
        await parts.connect_systems()
        sync, failed = run_sync(parts), 0
        before = {titik.jalur: titik.hitungan for titik in await sync_points(parts).all()}
        with Progress(TextColumn("{task.description}"), console=err) as progress:
            for jalur in _directions(parts, system, direction):
                task = progress.add_task(str(jalur), total=None)
                titik = await sync.work(jalur, early=True)
                while titik is not None and not titik.alasan and titik.lanjut_pada is None:
                    progress.update(task, description=f"{jalur} {_carried(titik, before)}")
                    titik = await sync.work(jalur, early=True)
                if titik is None:
                    out.print(f"{jalur}: paused, or being worked on by another process")
                    failed += 1
                    continue
                out.print(f"{jalur}: {titik.alasan or 'complete'} {_carried(titik, before)}")
                failed += titik.alasan is not None
        return failed

    if _with_parts(work):
        stop("Not everything could be carried over; it is tried again when it is due.", FAILED)


@command.command("status")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(*, as_json: bool) -> None:
    """Show where each direction stands. Ends with 3 where one fails, or its records are held."""
    import msgspec

    from gateway.commands.running import err
    from gateway.domain.sinkron import TERTAHAN, Arah, Titik, umur
    from gateway.rules import sync_plan
    from gateway.syncing import sent_records, sync_points

    async def work(parts: "Parts") -> list[tuple[Titik, int | None, dict[str, int]]]:
        sent, now = sent_records(parts), parts.clock()
        # What is no longer in the settings can neither fail nor be mended.
        planned = sync_plan(parts.settings).jalur
        found = []
        for titik in await sync_points(parts).all():
            if titik.jalur not in planned:
                continue
            outward = titik.jalur.arah is Arah.KELUAR
            counts = dict(await sent.counts(titik.jalur.sistem)) if outward else {}
            found.append((titik, umur(titik, now), counts))
        return found

    found = _with_parts(work)
    if as_json:
        lines = [
            msgspec.to_builtins(titik) | {"umur": age, "kiriman": counts}
            for titik, age, counts in found
        ]
        click.echo(msgspec.json.encode(lines))
    else:
        for line in found:
            out.print(_described(*line))
        if not found:
            err.print("Nothing was carried yet: GATEWAY_SYNC_IN and GATEWAY_SYNC_OUT say what is.")
    if any(titik.alasan or counts.keys() & set(TERTAHAN) for titik, _, counts in found):
        raise SystemExit(FOUND)


@command.command("pause")
@_SYSTEM
@_DIRECTION
@BY
def pause(system: str, direction: str | None, oleh: str) -> None:
    """Stop before the next page."""
    _decide(
        system,
        direction,
        lambda points, jalur: points.pause(jalur, dijeda=True, boleh_hilang=False, oleh=oleh),
    )


@command.command("resume")
@_SYSTEM
@_DIRECTION
@click.option(
    "--accept-vanished", is_flag=True, help="It is right that many records are gone at once."
)
@BY
def resume(system: str, direction: str | None, *, accept_vanished: bool, oleh: str) -> None:
    """Go on where it stood, now."""
    _decide(
        system,
        direction,
        lambda points, jalur: points.pause(
            jalur, dijeda=False, boleh_hilang=accept_vanished, oleh=oleh
        ),
    )


@command.command("reset")
@_SYSTEM
@_DIRECTION
@BY
def reset(system: str, direction: str | None, oleh: str) -> None:
    """Read everything anew; what is the same on both sides is not carried again."""
    _decide(system, direction, lambda points, jalur: points.reset(jalur, oleh=oleh))


@command.command("compare")
@_SYSTEM
@click.option("--repair", is_flag=True, help="Send what differs.")
def compare(system: str, *, repair: bool) -> None:
    """Compare by digests what SYSTEM holds with what it was sent. Ends with 3 where they differ."""
    from gateway.syncing import run_sync

    async def work(parts: "Parts") -> Any:
        await parts.connect_systems()
        return await run_sync(parts).compare(system.replace("-", "_"), repair=repair)

    found = _with_parts(work)
    areas = ", ".join(kode or "(no area)" for kode in found.wilayah[:_MANY])
    out.print(
        f"{len(found.kurang)} missing or different, {len(found.lebih)} too many"
        f"{f' in {areas}' if areas else ''}; {found.ditanya} questions asked."
    )
    if (found.kurang or found.lebih) and not repair:
        raise SystemExit(FOUND)


@command.command("held")
@_SYSTEM
@click.option("--after", default="", help="Go on after this id.")
def held(system: str, after: str) -> None:
    """List records that SYSTEM did not take: id, what it said, why, its version."""
    from gateway.syncing import sent_records

    async def work(parts: "Parts") -> Any:
        return await sent_records(parts).held(system.replace("-", "_"), after, 200)

    for one in _with_parts(work):
        click.echo(f"{one.ppks_id} {one.status} {one.alasan or '-'} {one.versi_jauh or '-'}")


@command.command("send-over")
@_SYSTEM
@click.argument("ids", nargs=-1, required=True)
def send_over(system: str, ids: tuple[str, ...]) -> None:
    """Replace what was written in SYSTEM with our content, for these records."""
    from gateway.syncing import run_sync

    async def work(parts: "Parts") -> None:
        await parts.connect_systems()
        await run_sync(parts).send_over(system.replace("-", "_"), ids)

    _with_parts(work)
    out.print("Sent; see `gateway sync held`.")


def _decide(
    system: str,
    direction: str | None,
    decision: Callable[[Any, "Jalur"], Awaitable[None]],
) -> None:
    from gateway.syncing import sync_points

    async def work(parts: "Parts") -> None:
        for jalur in _directions(parts, system, direction):
            await decision(sync_points(parts), jalur)
            out.print(f"{jalur}: done")

    _with_parts(work)


def _directions(parts: "Parts", system: str | None, direction: str | None) -> list["Jalur"]:
    from gateway.domain.sinkron import Arah
    from gateway.rules import sync_plan

    wanted = {"in": Arah.MASUK, "out": Arah.KELUAR}.get(direction or "")
    found = [
        jalur
        for jalur in sync_plan(parts.settings).jalur
        if system in (None, jalur.sistem, jalur.sistem.replace("_", "-"))
        and wanted in (None, jalur.arah)
    ]
    if not found:
        stop("Nothing such is synchronised: see GATEWAY_SYNC_IN and GATEWAY_SYNC_OUT.", BAD_INPUT)
    return found


def _with_parts(work: Callable[["Parts"], Awaitable[Any]]) -> Any:
    async def whole() -> Any:
        async with opened() as parts:
            return await work(parts)

    return run(whole)


def _described(titik: "Titik", age: int | None, sent: dict[str, int]) -> str:
    from gateway.domain.sinkron import TERTAHAN

    state = "paused" if titik.dijeda else titik.alasan or "in order"
    lag = "never complete" if age is None else f"complete {age} s ago"
    held = ", ".join(f"{count} {name}" for name, count in sent.items() if name in TERTAHAN)
    told = _counts(titik.hitungan) or "nothing yet"
    return f"{titik.jalur}: {state}; {lag}; {told}" + (f"; held: {held}" if held else "")


def _carried(titik: "Titik", before: Mapping["Jalur", "Hitungan"]) -> str:
    """What came to the counts of before this run."""
    first = before.get(titik.jalur)
    done = titik.hitungan if first is None else titik.hitungan.since(first)
    return _counts(done) or "nothing new"


def _counts(hitungan: "Hitungan") -> str:
    from msgspec.structs import asdict

    return ", ".join(f"{count} {name}" for name, count in asdict(hitungan).items() if count)
