"""`gateway client expiring`: what ends soon, for people, for programs, and for the log."""

from collections.abc import Sequence

import rich_click as click
import structlog

from gateway.application.admin.find_expiring import AkanBerakhir, FindExpiring
from gateway.application.agreements.find_due import FindDue
from gateway.commands.running import FOUND, opened, run
from gateway.commands.shown import print_json
from gateway.domain.tenggat import AMBANG_HARI, LEWAT
from gateway.parts import Parts


@click.command("expiring")
@click.option(
    "--days",
    type=click.IntRange(1, AMBANG_HARI[-1]),
    default=AMBANG_HARI[-1],
    show_default=True,
    help="Only what ends within so many days.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def expiring(*, days: int, as_json: bool) -> None:
    """List clients, keys, secrets and grants that end soon. Exit code 0 = none, 3 = some do."""

    async def work() -> Sequence[AkanBerakhir]:
        async with opened() as parts:
            return await FindExpiring(parts.clients, parts.clock)(days)

    found = run(work)
    if as_json:
        print_json(found)
    else:
        for one in found:
            click.echo(
                f"{one.berakhir_pada:%Y-%m-%dT%H:%M:%SZ} {one.ambang_hari:>3} d {one.jenis:<8} "
                f"{one.client_id:<32} {one.id}"
            )
    if found:
        raise SystemExit(FOUND)


async def warn_of_expiring(parts: Parts) -> None:
    """A warning in the log where something ends within 30 days, and one where a report is due."""
    try:
        found = await FindExpiring(parts.clients, parts.clock)()
        reminders = await FindDue(parts.perjanjian.agreements, parts.clients, parts.clock)()
    finally:
        await parts.database.close()
    log = structlog.get_logger("gateway.expiring")
    if reminders.tenggat:
        log.warning(
            "agreements_due",
            count=len(reminders.tenggat),
            late=sum(one.ambang_hari == LEWAT for one in reminders.tenggat),
            see="gateway report agreements",
        )
    if found:
        log.warning(
            "expiring",
            count=len(found),
            soonest=f"{found[0].berakhir_pada:%Y-%m-%dT%H:%M:%SZ}",
            client_ids=sorted({one.client_id for one in found}),
            see="gateway client expiring",
        )
