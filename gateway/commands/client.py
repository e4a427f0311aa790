"""`gateway client`: register clients, show, suspend, resume, revoke them and log them out."""

from datetime import datetime
from pathlib import Path
from typing import Any

import rich_click as click

from gateway.application.admin.manage_clients import ManageClients
from gateway.commands.client_key import key
from gateway.commands.client_secret import secret, secret_end
from gateway.commands.client_token import call, token
from gateway.commands.expiring import expiring
from gateway.commands.key_files import given_keys
from gateway.commands.options import ALGS, BY, FILE, MOMENT, NEW_FILE
from gateway.commands.running import BAD_INPUT, opened, run, stop
from gateway.commands.shown import print_json
from gateway.domain.client import AuthMethod, StatusClient


@click.group("client")
def command() -> None:
    """Clients: the agencies' systems that may ask for tokens."""


for _part in (key, secret, secret_end, expiring, token, call):
    command.add_command(_part)


@command.command("add")
@click.argument("client_id")
@click.option("--opd", required=True, help="The agency whose system this is.")
@click.option("--jwk", type=FILE, help="Its public key, JWK or JWK set; else a key is made.")
@click.option("--alg", default="ES256", type=ALGS, help="Algorithm of a key that is made.")
@click.option("--key-out", type=NEW_FILE, help="New file for a key that is made.")
@click.option("--with-secret", is_flag=True, help="It shall have a secret (legacy issuer).")
@click.option(
    "--berakhir", type=MOMENT, help="Day or moment (UTC) from which it gets no more tokens."
)
@BY
def add(
    *, jwk: Path | None, alg: str, key_out: Path | None, with_secret: bool, **about: Any
) -> None:
    """Register a client. A private key that is made here is shown once and kept nowhere."""
    if with_secret and (jwk or key_out):
        stop("--with-secret goes without --jwk and --key-out", BAD_INPUT)
    if with_secret:
        _register(AuthMethod.CLIENT_SECRET, [], **about)
    else:
        with given_keys(jwk, alg, key_out) as jwks:
            _register(AuthMethod.PRIVATE_KEY_JWT, jwks, **about)


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


@command.command("suspend")
@click.argument("client_id")
@BY
def suspend(client_id: str, oleh: str) -> None:
    """Stop a client for a while; its tokens stop with it."""
    _set_status(client_id, StatusClient.DITANGGUHKAN, oleh)


@command.command("resume")
@click.argument("client_id")
@BY
def resume(client_id: str, oleh: str) -> None:
    """Let a suspended client in again."""
    _set_status(client_id, StatusClient.AKTIF, oleh)


@command.command("revoke")
@click.argument("client_id")
@BY
def revoke(client_id: str, oleh: str) -> None:
    """Stop a client for good."""
    _set_status(client_id, StatusClient.DICABUT, oleh)


@command.command("logout")
@click.argument("client_id")
@BY
def log_out(client_id: str, oleh: str) -> None:
    """End every token of a client that is out; it may ask for new ones."""

    async def work() -> None:
        async with opened() as parts:
            await ManageClients(parts.clients, parts.clock).log_out(client_id, oleh=oleh)
        click.echo(f"{client_id}: its tokens have ended")

    run(work)


def _register(
    auth: AuthMethod,
    jwks: list[dict[str, Any]],
    *,
    client_id: str,
    opd: str,
    berakhir: datetime | None,
    oleh: str,
) -> None:
    async def work() -> None:
        async with opened() as parts:
            await ManageClients(parts.clients, parts.clock).add(
                client_id, opd=opd, auth=auth, jwks=jwks, berakhir_pada=berakhir, oleh=oleh
            )
        click.echo(f"{client_id} is registered.", err=True)

    run(work)


def _set_status(client_id: str, status: StatusClient, oleh: str) -> None:
    async def work() -> None:
        async with opened() as parts:
            await ManageClients(parts.clients, parts.clock).set_status(client_id, status, oleh=oleh)
        click.echo(f"{client_id}: {status}")

    run(work)
