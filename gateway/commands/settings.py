"""`gateway settings`: show every setting and check those that are set."""

import rich_click as click
from rich.table import Table

from gateway.commands.running import BAD_INPUT, out, stop


@click.command("settings")
@click.option("--check", is_flag=True, help="Only check; exit 2 with every problem.")
def command(*, check: bool) -> None:
    """Every variable with its type, default and meaning; secrets are never shown."""
    from gateway.infra.systems import discover, env_prefix
    from gateway.kit.env import describe_struct
    from gateway.parts import read_everything
    from gateway.settings import PREFIX, Settings, SettingsWrong

    if not check:
        table = Table("variable", "type", "default", "meaning")
        rows = describe_struct(Settings, PREFIX)
        for spec in discover().values():
            rows += describe_struct(spec.config, env_prefix(spec))
        for row in rows:
            table.add_row(row.name, row.type, row.default or "", row.description)
        out.print(table)
        return
    try:
        read_everything()
    except SettingsWrong as wrong:
        stop("\n".join(map(str, wrong.problems)), BAD_INPUT)
    out.print("All settings are right.")
