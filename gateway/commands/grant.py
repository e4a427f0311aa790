"""`gateway grant`: draft, approve, suspend, end, show, list and compare grants."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import rich_click as click

from gateway.application.manage_grants import ManageGrants
from gateway.commands.options import BY, FILE
from gateway.commands.running import opened, run
from gateway.commands.shown import print_json
from gateway.domain.grant import Grant


@click.group("grant")
def command() -> None:
    """Grants: what one agreement lets one client do. No version is ever changed or erased."""


@command.command("draft")
@click.argument("file", type=FILE)
@BY
def draft(file: Path, oleh: str) -> None:
    """Store a grant written as JSON; it grants nothing until somebody else approves it."""
    _change(lambda grants: grants.draft(file.read_bytes(), oleh=oleh))


@command.command("approve")
@click.argument("grant_id")
@click.option("--versi", type=int, help="The version that you have read; another one is refused.")
@BY
def approve(grant_id: str, versi: int | None, oleh: str) -> None:
    """Put a drafted or suspended grant in force. Whoever drafted it cannot."""
    _change(lambda grants: grants.approve(grant_id, oleh=oleh, versi=versi))


@command.command("suspend")
@click.argument("grant_id")
@BY
def suspend(grant_id: str, oleh: str) -> None:
    """Take a grant out of force until it is approved again."""
    _change(lambda grants: grants.suspend(grant_id, oleh=oleh))


@command.command("end")
@click.argument("grant_id")
@BY
def end(grant_id: str, oleh: str) -> None:
    """End a grant for good."""
    _change(lambda grants: grants.end(grant_id, oleh=oleh))


@command.command("show")
@click.argument("grant_id")
@click.option("--versi", type=int, help="A version; by default the newest.")
def show(grant_id: str, versi: int | None) -> None:
    """Show one version of a grant as JSON."""
    print_json(_ask(lambda grants: grants.show(grant_id, versi)))


@command.command("list")
@click.option("--client", "client_id", help="Only this client's.")
def list_grants(client_id: str | None) -> None:
    """List the newest version of every grant."""
    for grant in _ask(lambda grants: grants.all(client_id)):
        ends = f"{grant.berlaku_sampai:%Y-%m-%d}"
        click.echo(
            f"{grant.grant_id:<24} v{grant.versi:<3} {grant.status:<12} {ends} "
            f"{grant.client_id:<32} {grant.tujuan}"
        )


@command.command("diff")
@click.argument("grant_id")
@click.argument("before", type=int)
@click.argument("after", type=int)
def diff(grant_id: str, before: int, after: int) -> None:
    """Show what differs between two versions, as JSON."""
    print_json(_ask(lambda grants: grants.diff(grant_id, before, after)))


def _ask(question: Callable[[ManageGrants], Awaitable[Any]]) -> Any:
    async def work() -> Any:
        async with opened() as parts:
            return await question(ManageGrants(parts.clients, parts.clock))

    return run(work)


def _change(step: Callable[[ManageGrants], Awaitable[Grant]]) -> None:
    grant = _ask(step)
    click.echo(f"{grant.grant_id} version {grant.versi}: {grant.status}")
