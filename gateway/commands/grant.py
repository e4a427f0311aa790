"""`gateway grant`: draft, approve, suspend, resume, end, show, list and compare grants."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import msgspec
import rich_click as click

from gateway.application.admin.manage_grants import FieldChange, ManageGrants
from gateway.commands.grant_draft import draft
from gateway.commands.options import BY
from gateway.commands.running import asked
from gateway.commands.shown import print_json
from gateway.domain.grant import Grant, JenisGrant, StatusGrant
from gateway.parts import Parts

T = TypeVar("T")

_VERSION = click.option(
    "--versi", type=int, help="The version that you have read; another one is refused."
)
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


@click.group("grant")
def command() -> None:
    """Grants: what one agreement lets one client do. No version is ever changed or erased."""


command.add_command(draft)


@command.command("approve")
@click.argument("grant_id")
@_VERSION
@BY
def approve(grant_id: str, versi: int | None, oleh: str) -> None:
    """Put a drafted grant in force. Whoever drafted it cannot."""
    _change(lambda grants: grants.approve(grant_id, oleh=oleh, versi=versi))


@command.command("suspend")
@click.argument("grant_id")
@BY
def suspend(grant_id: str, oleh: str) -> None:
    """Take a grant out of force until it is resumed. It holds within a second."""
    _change(lambda grants: grants.suspend(grant_id, oleh=oleh))


@command.command("resume")
@click.argument("grant_id")
@_VERSION
@BY
def resume(grant_id: str, versi: int | None, oleh: str) -> None:
    """Put a suspended grant in force again, as it was. Whoever drafted it cannot."""
    _change(lambda grants: grants.resume(grant_id, oleh=oleh, versi=versi))


@command.command("end")
@click.argument("grant_id")
@BY
def end(grant_id: str, oleh: str) -> None:
    """End a grant for good. It holds within a second."""
    _change(lambda grants: grants.end(grant_id, oleh=oleh))


@command.command("show")
@click.argument("grant_id")
@click.option("--versi", type=int, help="A version; by default the newest.")
def show(grant_id: str, versi: int | None) -> None:
    """Show one version of a grant as JSON."""
    print_json(_ask(lambda grants: grants.show(grant_id, versi)))


@command.command("list")
@click.option("--client", "client_id", help="Only this client's.")
@click.option("--jenis", type=click.Choice([*JenisGrant]), help="Only of this type.")
@click.option("--status", type=click.Choice([*StatusGrant]), help="Only in this state.")
@_AS_JSON
def list_grants(
    *, client_id: str | None, jenis: str | None, status: str | None, as_json: bool
) -> None:
    """List the newest version of every grant: id, version, type, state, end, client, purpose."""
    found = [
        grant
        for grant in _ask(lambda grants: grants.all(client_id))
        if jenis in (None, grant.jenis) and status in (None, grant.status)
    ]
    if as_json:
        print_json(found)
        return
    for grant in found:
        ends = f"{grant.berakhir_pada:%Y-%m-%d}"
        click.echo(
            f"{grant.grant_id:<24} v{grant.versi:<3} {grant.jenis:<12} {grant.status:<12} {ends} "
            f"{grant.client_id:<32} {grant.tujuan}"
        )


@command.command("diff")
@click.argument("grant_id")
@click.argument("before", type=int, required=False)
@click.argument("after", type=int, required=False)
@_AS_JSON
def diff(*, grant_id: str, before: int | None, after: int | None, as_json: bool) -> None:
    """Show field by field what version AFTER made of version BEFORE.

    Without AFTER it is the newest version, without BEFORE the one before that.
    """
    changes = _ask(lambda grants: grants.diff(grant_id, before, after))
    if as_json:
        print_json(changes)
    else:
        _print_changes(changes)


def _print_changes(changes: Mapping[str, FieldChange]) -> None:
    for field, change in changes.items():
        click.echo(f"{field}: {_plain(change.sebelum)} -> {_plain(change.sesudah)}")
        if isinstance(change.sebelum, list) and isinstance(change.sesudah, list):
            old, new = set(change.sebelum), set(change.sesudah)
            for mark, names in (("+", new - old), ("-", old - new)):
                for name in sorted(names):
                    click.echo(f"  {mark} {name}")


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _ask(question: Callable[[ManageGrants], Awaitable[T]]) -> T:
    return asked(_manage, question)


def _manage(parts: Parts) -> ManageGrants:
    return ManageGrants(parts.clients, parts.clock, parts.perjanjian.agreements)


def _change(step: Callable[[ManageGrants], Awaitable[Grant]]) -> None:
    grant = _ask(step)
    click.echo(f"{grant.grant_id} version {grant.versi}: {grant.status}")
