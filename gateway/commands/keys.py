"""`gateway keys`: make encryption keys, list and rotate the issuers' signing keys."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

import rich_click as click

from gateway.commands.options import BY
from gateway.domain.issuer import LEGACY, STRICT

_ISSUERS: Final = {"strict": STRICT, "legacy": LEGACY}
_NAMES: Final = {nama: word for word, nama in _ISSUERS.items()}


@click.group("keys")
def command() -> None:
    """The keys that protect the data at rest, and the keys that sign tokens."""


@command.command("new")
def new() -> None:
    """Print fresh GATEWAY_DATA_KEYS and GATEWAY_INDEX_KEY; keep them where secrets live."""
    from gateway.infra.crypto import new_key

    name = datetime.now(UTC).strftime("%Y%m")
    click.echo(f"GATEWAY_DATA_KEYS={name}:{new_key()}")
    click.echo(f"GATEWAY_INDEX_KEY={new_key()}")


@command.command("list")
def list_keys() -> None:
    """List the issuers' signing keys: state, published, signing, retiring, gone since, kid."""
    for key in _ask(lambda keys: keys.all()):
        moments = (key.dibuat_pada, key.dipakai_pada, key.pensiun_pada, key.hilang_pada)
        shown = " ".join(f"{_shown(moment):<20}" for moment in moments)
        click.echo(f"{_NAMES.get(key.penerbit, key.penerbit):<6} {key.status:<9} {shown} {key.kid}")


@command.command("rotate")
@click.option(
    "--issuer", type=click.Choice([*_ISSUERS]), default="strict", show_default=True, help="Whose."
)
@click.option("--now", "at_once", is_flag=True, help="Publish and sign in one go.")
@click.option(
    "--stolen", is_flag=True, help="As --now, and the keys so far are gone with all their tokens."
)
@BY
def rotate(*, issuer: str, at_once: bool, stolen: bool, oleh: str) -> None:
    """Publish the issuer's next signing key; called again after 5 minutes, let it sign.

    The key that signed until then retires: it is believed for 10 more minutes, then erased.
    """
    from gateway.application.tokens.rotate_signing_keys import ripe_at
    from gateway.domain.signing import StatusKunci

    key = _ask(lambda keys: keys(_ISSUERS[issuer], oleh=oleh, at_once=at_once, stolen=stolen))
    if key.status is StatusKunci.PUBLISHED:
        click.echo(f"{key.kid} is published; rotate again from {_shown(ripe_at(key))} on.")
    else:
        click.echo(f"{key.kid} signs.")


def _ask(question: Callable[[Any], Awaitable[Any]]) -> Any:
    from gateway.application.tokens.rotate_signing_keys import RotateSigningKeys
    from gateway.commands.running import opened, run

    async def work() -> Any:
        async with opened() as parts:
            return await question(RotateSigningKeys(parts.signing_keys, parts.clock, asyncio.sleep))

    return run(work)


def _shown(moment: datetime | None) -> str:
    return "-" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"
