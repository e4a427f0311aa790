"""`gateway client key`: give a client further keys, list them, take them away."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import rich_click as click

from gateway.application.admin.manage_client_keys import ManageClientKeys
from gateway.application.admin.manage_clients import ManageClients
from gateway.commands.key_files import given_keys
from gateway.commands.options import ALGS, BY, FILE, MOMENT, NEW_FILE
from gateway.commands.running import opened, run
from gateway.domain.client import kunci_berlaku

_ALWAYS: Final = "-"


class _WithKid(click.RichCommand):
    """Takes a kid that begins with a hyphen for what it is: one thumbprint of 64 does."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Words with one hyphen that are no option go behind the mark that ends the options."""
        options = {name for option in self.get_params(ctx) for name in option.opts}
        kids = [word for word in args if re.match("-[^-]", word) and word not in options]
        if "--" in args or not kids:
            return super().parse_args(ctx, args)
        rest = [word for word in args if word not in kids]
        return super().parse_args(ctx, [*rest, "--", *kids])


@click.group("key")
def key() -> None:
    """A client's public keys, each for its time."""


@key.command("add")
@click.argument("client_id")
@click.option("--jwk", type=FILE, help="The public key, JWK or JWK set; else a key is made.")
@click.option("--alg", default="ES256", type=ALGS, help="Algorithm of a key that is made.")
@click.option("--key-out", type=NEW_FILE, help="New file for a key that is made.")
@click.option("--not-before", type=MOMENT, help="Day or moment (UTC) from which it may be used.")
@click.option("--not-after", type=MOMENT, help="Day or moment (UTC) from which it may not.")
@BY
def add(
    *,
    client_id: str,
    jwk: Path | None,
    alg: str,
    key_out: Path | None,
    not_before: datetime | None,
    not_after: datetime | None,
    oleh: str,
) -> None:
    """Give a client another key beside those that it has."""
    with given_keys(jwk, alg, key_out) as jwks:
        _add(client_id, jwks, not_before, not_after, oleh)


@key.command("remove", cls=_WithKid)
@click.argument("client_id")
@click.argument("kid")
@BY
def remove(client_id: str, kid: str, oleh: str) -> None:
    """Take a key away; not the last live one. For tokens that are out: `gateway client logout`."""

    async def work() -> None:
        async with opened() as parts:
            await ManageClientKeys(parts.clients, parts.clock).remove(client_id, kid, oleh=oleh)
        click.echo(f"{client_id} has the key {kid} no more.", err=True)

    run(work)


@key.command("list")
@click.argument("client_id")
def list_keys(client_id: str) -> None:
    """List a client's keys: algorithm, from when, until when, whether live now or not, kid."""

    async def work() -> None:
        async with opened() as parts:
            client = (await ManageClients(parts.clients, parts.clock).show(client_id)).client
            now = parts.clock()
        for jwk in client.jwks:
            live = "live" if kunci_berlaku(jwk, now) else "not-live"
            bounds = f"{_bound(jwk, 'nbf'):<20} {_bound(jwk, 'exp'):<20}"
            click.echo(f"{jwk['alg']:<7} {bounds} {live:<8} {jwk['kid']}")

    run(work)


def _bound(jwk: Mapping[str, Any], name: str) -> str:
    if name not in jwk:
        return _ALWAYS
    return f"{datetime.fromtimestamp(jwk[name], UTC):%Y-%m-%dT%H:%M:%SZ}"


def _add(
    client_id: str,
    jwks: list[dict[str, Any]],
    not_before: datetime | None,
    not_after: datetime | None,
    oleh: str,
) -> None:
    async def work() -> None:
        async with opened() as parts:
            await ManageClientKeys(parts.clients, parts.clock).add(
                client_id, jwks, not_before=not_before, not_after=not_after, oleh=oleh
            )
        for added in jwks:
            click.echo(f"{client_id} has the key {added['kid']}.", err=True)

    run(work)
