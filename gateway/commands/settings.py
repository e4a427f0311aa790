"""`gateway settings`: show every setting and check those that are set."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import rich_click as click

from gateway.commands.running import load_parts

if TYPE_CHECKING:
    from gateway.kit.env import Setting


@click.command("settings")
@click.option("--check", is_flag=True, help="Only check; exit 2 with every problem.")
def command(*, check: bool) -> None:
    """Every variable with its type, default and meaning; secrets are never shown."""
    if check:
        load_parts()
        click.echo("All settings are right.")
        return
    for setting in _settings():
        default = f", default {setting.default}" if setting.default else ""
        click.echo(f"{setting.name} ({setting.type}{default})\n    {setting.description}")


def _settings() -> Iterator["Setting"]:
    from gateway.infra.systems import discover, env_prefix
    from gateway.kit.env import describe_struct
    from gateway.settings import PREFIX, Settings

    yield from describe_struct(Settings, PREFIX)
    for spec in discover().values():
        yield from describe_struct(spec.config, env_prefix(spec))
