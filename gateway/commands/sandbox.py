"""`gateway sandbox`: everything at once, with simulators and invented people."""

import os
from pathlib import Path

import rich_click as click

from gateway.commands.running import out, stop

_DEFAULT_PORT = 8000


@click.command("sandbox")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("var/sandbox"))
@click.option("--port", type=int, help="The gateway's port (the simulators take the next one).")
def command(folder: Path, port: int | None) -> None:
    """Run the gateway over its simulators on this machine; Ctrl-C stops it all.

    All persons are invented. The folder keeps the store, the keys and `clients.json`.
    """
    from gateway.sandbox.run import SandboxFailed, run_sandbox

    chosen = port or int(os.environ.get("GATEWAY_PORT", _DEFAULT_PORT))
    try:
        run_sandbox(os.environ, folder, chosen, out)
    except SandboxFailed as error:
        stop(str(error))
