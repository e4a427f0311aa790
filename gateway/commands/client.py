"""`gateway client`: register clients, give them secrets, suspend, resume and revoke them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import rich_click as click

from gateway.application.manage_clients import ManageClients
from gateway.commands.client_token import token
from gateway.commands.key_files import hand_over, read_keys
from gateway.commands.running import BAD_INPUT, opened, run, stop
from gateway.commands.shown import print_json
from gateway.domain.client import AuthMethod, StatusClient
from gateway.infra.client_keys import check_public_jwk, new_private_jwk, public_jwk

_DAY: Final = click.DateTime(formats=["%Y-%m-%d"])
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE: Final = click.Path(dir_okay=False, path_type=Path)
_ALGS: Final = click.Choice(["ES256", "PS256", "Ed25519"])
_BY: Final = click.option("--oleh", required=True, help="Your name; it is recorded.")


@click.group("client")
def command() -> None:
    """Clients: the agencies' systems that may ask for tokens."""


command.add_command(token)


@command.command("add")
@click.argument("client_id")
@click.option("--opd", required=True, help="The agency whose system this is.")
@click.option("--jwk", type=_FILE, help="Its public key, JWK or JWK set; else a key is made.")
@click.option("--alg", default="ES256", type=_ALGS, help="Algorithm of a key that is made.")
@click.option("--key-out", type=_NEW_FILE, help="New file for a key that is made.")
@click.option("--with-secret", is_flag=True, help="It shall have a secret (legacy issuer).")
@click.option("--berakhir", type=_DAY, help="Day (UTC) from which it gets no more tokens.")
@_BY
def add(
    *, jwk: Path | None, alg: str, key_out: Path | None, with_secret: bool, **about: Any
) -> None:
    """Register a client. A private key that is made here is shown once and kept nowhere."""
    if with_secret and (jwk or key_out):
        stop("--with-secret goes without --jwk and --key-out", BAD_INPUT)
    if with_secret:
        _register(AuthMethod.CLIENT_SECRET, [], **about)
    elif jwk is not None:
        _register(AuthMethod.PRIVATE_KEY_JWT, read_keys(jwk), **about)
    else:
        private = new_private_jwk(alg)
        hand_over(private, key_out)
        _register(AuthMethod.PRIVATE_KEY_JWT, [public_jwk(private)], **about)


@command.command("list")
def list_clients() -> None:
    """List every client with its state."""

    async def work() -> None:
        async with opened() as parts:
            for one in await ManageClients(parts.clients, parts.clock).all():
                click.echo(f"{one.client_id:<32} {one.status:<12} {one.auth:<20} {one.opd}")

    run(work)


@command.command("show")
@click.argument("client_id")
def show(client_id: str) -> None:
    """Show one client, its public keys, the ids of its live secrets and its grants, as JSON."""

    async def work() -> None:
        async with opened() as parts:
            found = await ManageClients(parts.clients, parts.clock).show(client_id)
        ends = {row.secret_id: row.berlaku_sampai for row in found.secrets}
        grants = {grant.grant_id: grant.status for grant in found.grants}
        print_json({"client": found.client, "secrets": ends, "grants": grants})

    run(work)


@command.command("secret")
@click.argument("client_id")
@click.option("--days", default=180, show_default=True, help="How long it lives.")
@_BY
def secret(client_id: str, days: int, oleh: str) -> None:
    """Give a client another secret and show it this once. Two may be live at a time."""

    async def work() -> None:
        async with opened() as parts:
            made = await ManageClients(parts.clients, parts.clock).add_secret(
                client_id, lifetime=timedelta(days=days), oleh=oleh
            )
        shown = {"client_id": client_id, "client_secret": made.secret.reveal()}
        print_json({**shown, "berlaku_sampai": made.berlaku_sampai})

    run(work)


@command.command("suspend")
@click.argument("client_id")
@_BY
def suspend(client_id: str, oleh: str) -> None:
    """Stop a client for a while; its tokens stop with it."""
    _set_status(client_id, StatusClient.DITANGGUHKAN, oleh)


@command.command("resume")
@click.argument("client_id")
@_BY
def resume(client_id: str, oleh: str) -> None:
    """Let a suspended client in again."""
    _set_status(client_id, StatusClient.AKTIF, oleh)


@command.command("revoke")
@click.argument("client_id")
@_BY
def revoke(client_id: str, oleh: str) -> None:
    """Stop a client for good."""
    _set_status(client_id, StatusClient.DICABUT, oleh)


def _register(
    auth: AuthMethod,
    keys: list[dict[str, Any]],
    *,
    client_id: str,
    opd: str,
    berakhir: datetime | None,
    oleh: str,
) -> None:
    async def work() -> None:
        jwks = [check_public_jwk(key) for key in keys]
        ends = None if berakhir is None else berakhir.replace(tzinfo=UTC)
        async with opened() as parts:
            await ManageClients(parts.clients, parts.clock).add(
                client_id, opd=opd, auth=auth, jwks=jwks, berakhir_pada=ends, oleh=oleh
            )
        click.echo(f"{client_id} is registered.", err=True)

    run(work)


def _set_status(client_id: str, status: StatusClient, oleh: str) -> None:
    async def work() -> None:
        async with opened() as parts:
            await ManageClients(parts.clients, parts.clock).set_status(client_id, status, oleh=oleh)
        click.echo(f"{client_id}: {status}")

    run(work)
