"""`gateway client secret` and `secret-end`: give a client a secret, and end one."""

from datetime import timedelta

import rich_click as click

from gateway.application.admin.manage_clients import ManageClients
from gateway.commands.options import BY
from gateway.commands.running import opened, run
from gateway.commands.shown import print_json


@click.command("secret")
@click.argument("client_id")
@click.option("--days", default=180, show_default=True, help="How long it lives.")
@BY
def secret(client_id: str, days: int, oleh: str) -> None:
    """Give a client another secret and show it this once. Two may be live at a time."""

    async def work() -> None:
        async with opened() as parts:
            made = await ManageClients(parts.clients, parts.clock).add_secret(
                client_id, lifetime=timedelta(days=days), oleh=oleh
            )
        shown = {"client_id": client_id, "client_secret": made.secret.reveal()}
        print_json({**shown, "secret_id": made.secret_id, "berlaku_sampai": made.berlaku_sampai})

    run(work)


@click.command("secret-end")
@click.argument("client_id")
@click.argument("secret_id")
@click.option(
    "--grace",
    type=click.IntRange(0, 168),
    default=0,
    show_default=True,
    help="Hours for which it still works; 0 = an emergency: the tokens that are out end too.",
)
@BY
def secret_end(client_id: str, secret_id: str, grace: int, oleh: str) -> None:
    """End one secret of a client; its id stands before the dot, and in `gateway client show`."""

    async def work() -> None:
        async with opened() as parts:
            ended = await ManageClients(parts.clients, parts.clock).end_secret(
                client_id, secret_id, grace=timedelta(hours=grace), oleh=oleh
            )
        click.echo(f"{client_id}: {secret_id} ends at {ended.berlaku_sampai:%Y-%m-%dT%H:%M:%SZ}")

    run(work)
