"""`gateway subscription`: whom changes are pushed to, how that goes, and their secrets."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import rich_click as click

from gateway.application.feed.manage_subscriptions import ManageSubscriptions
from gateway.commands.options import BY
from gateway.commands.running import asked
from gateway.commands.shown import print_json
from gateway.domain.langganan import Langganan

Work = Callable[[ManageSubscriptions], Coroutine[Any, Any, None]]
_ID = click.argument("subscription_id")


@click.group("subscription")
def command() -> None:
    """Subscribers of changes: systems that the gateway pushes to."""


@command.command("add")
@click.argument("grant_id")
@click.argument("url")
@click.option("--with-data", is_flag=True, help="Push the granted attributes, not only ids.")
@click.option("--from-start", is_flag=True, help="Push all records first, then their changes.")
@BY
def add(grant_id: str, url: str, *, with_data: bool, from_start: bool, oleh: str) -> None:
    """Push what GRANT_ID shows to URL. The secret is shown once; hand it over by a safe way."""

    async def work(manage: ManageSubscriptions) -> None:
        made = await manage.add(
            grant_id, url, dengan_data=with_data, dari_awal=from_start, oleh=oleh
        )
        _show_secret(made)

    _do(work)


@command.command("list")
@click.option("--grant", "grant_id", help="Only those of this grant.")
def list_subscriptions(grant_id: str | None) -> None:
    """List every subscription with its state."""

    async def work(manage: ManageSubscriptions) -> None:
        for one in await manage.all(grant_id):
            told = "-" if one.posisi is None else f"{one.posisi.sejak:%Y-%m-%dT%H:%M:%SZ}"
            reason = one.alasan or ""
            click.echo(f"{one.id} {one.status:<9} {one.grant_id:<24} {told} {reason}".rstrip())

    _do(work)


@command.command("show")
@_ID
def show(subscription_id: str) -> None:
    """Show one subscription as JSON, without its secrets."""

    async def work(manage: ManageSubscriptions) -> None:
        one = await manage.one(subscription_id)
        names = [name for name in one.__struct_fields__ if name not in {"rahasia", "posisi"}]
        told = {name: getattr(one, name) for name in names}
        told["sampai"] = None if one.posisi is None else one.posisi.sejak
        told["rahasia_sampai"] = [each.berlaku_sampai for each in one.rahasia]
        print_json(told)

    _do(work)


@command.command("pause")
@_ID
@BY
def pause(subscription_id: str, oleh: str) -> None:
    """Push nothing until it is resumed."""
    _do(lambda manage: manage.pause(subscription_id, oleh=oleh))


@command.command("resume")
@_ID
@BY
def resume(subscription_id: str, oleh: str) -> None:
    """Go on where it stood, also where the gateway had given up."""
    _do(lambda manage: manage.resume(subscription_id, oleh=oleh))


@command.command("end")
@_ID
@BY
def end(subscription_id: str, oleh: str) -> None:
    """Push nothing any more, for good."""
    _do(lambda manage: manage.end(subscription_id, oleh=oleh))


@command.command("rotate")
@_ID
@click.option(
    "--overlap", type=click.IntRange(0, 168), default=24, help="Hours that both secrets sign."
)
@BY
def rotate(subscription_id: str, overlap: int, oleh: str) -> None:
    """Give it another secret, which is shown once."""

    async def work(manage: ManageSubscriptions) -> None:
        hours = timedelta(hours=overlap)
        _show_secret(await manage.rotate(subscription_id, overlap=hours, oleh=oleh))

    _do(work)


@command.command("replay")
@_ID
@click.option("--message", "pesan", help="Id of a message that was set aside; else all is pushed.")
@BY
def replay(subscription_id: str, pesan: str | None, oleh: str) -> None:
    """Push again, from where a message began that was set aside or from the beginning."""
    _do(lambda manage: manage.replay(subscription_id, pesan, oleh=oleh))


@command.command("deliveries")
@_ID
@click.option("--limit", type=click.IntRange(1, 1000), default=50, help="Tries to show.")
def deliveries(subscription_id: str, limit: int) -> None:
    """Show the last tries, the newest first: when, which message, what came of it."""

    async def work(manage: ManageSubscriptions) -> None:
        for one in await manage.deliveries(subscription_id, limit):
            answer = one.status_http or one.alasan
            click.echo(
                f"{one.pada:%Y-%m-%dT%H:%M:%SZ} {one.pesan} {one.hasil:<8} {answer} "
                f"try {one.percobaan}, {one.jumlah} items"
            )

    _do(work)


def _do(work: Work) -> None:
    from gateway.pushing import manage_subscriptions

    asked(manage_subscriptions, work)


def _show_secret(langganan: Langganan) -> None:
    newest, *_ = langganan.rahasia
    click.echo(f"subscription: {langganan.id}")
    click.echo(f"secret: {newest.teks}")
