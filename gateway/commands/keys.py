"""`gateway keys`: make encryption keys."""

from datetime import UTC, datetime

import rich_click as click


@click.group("keys")
def command() -> None:
    """Make the keys that protect the data at rest."""


@command.command("new")
def new() -> None:
    """Print fresh values of GATEWAY_DATA_KEYS and GATEWAY_INDEX_KEY; keep them where secrets live."""
    from gateway.infra.crypto import new_key

    name = datetime.now(UTC).strftime("%Y%m")
    click.echo(f"GATEWAY_DATA_KEYS={name}:{new_key()}")
    click.echo(f"GATEWAY_INDEX_KEY={new_key()}")
