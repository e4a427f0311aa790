"""`gateway admin`: see who administered what."""

from datetime import datetime

import msgspec
import rich_click as click

from gateway.commands.acting import noted
from gateway.commands.options import MOMENT
from gateway.commands.running import opened, run


@click.group("admin")
def command() -> None:
    """The record of what operators did."""


@command.command("log")
@click.option("--since", type=MOMENT, help="Only from this day or moment (UTC) on.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a line.")
def log(*, since: datetime | None, as_json: bool) -> None:
    """Show who changed which client, grant or key and how, oldest first."""

    async def work() -> None:
        async with opened() as parts:
            await noted(parts, "catatan.baca", "catatan_admin")
            async for entry in parts.admin_log.entries(since):
                if as_json:
                    click.echo(msgspec.json.encode(entry))
                    continue
                details = msgspec.json.encode(entry.rincian).decode()
                click.echo(
                    f"{entry.pada:%Y-%m-%dT%H:%M:%SZ} {entry.oleh} {entry.peristiwa} "
                    f"{entry.objek} {details}"
                )

    run(work)
