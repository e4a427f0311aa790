"""`gateway sandbox`: everything at once, with simulators and invented people."""

import os
from pathlib import Path

import rich_click as click

from gateway.commands.running import out, stop


@click.command("sandbox")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/sandbox"))
@click.option(
    "--port",
    type=click.IntRange(1, 65534),
    envvar="GATEWAY_PORT",
    default=8000,
    show_default=True,
    help="The gateway's port (the simulators take the next one).",
)
def command(folder: Path, port: int) -> None:
    """Run the gateway over its simulators on this machine; Ctrl-C stops it all.

    All persons are invented. The folder keeps the store, the keys and `clients.json`.
    """
    from gateway.sandbox.run import SandboxFailed, run_sandbox

    try:
        run_sandbox(os.environ, folder, port, out)
    except SandboxFailed as error:
        stop(str(error))
