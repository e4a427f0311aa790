"""`gateway simulate`: run the simulators of the outside systems."""

import os

import rich_click as click

from gateway.commands.running import BAD_INPUT, stop


@click.command("simulate")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True)
def command(host: str, port: int) -> None:
    """Serve every system's simulator under /SYSTEM/, with the invented people of the sandbox.

    Each reads the settings of its adapter (GATEWAY_DUKCAPIL_USER_ID, ...), so that it serves
    whoever is set alike. `PUT /SYSTEM/_faults` breaks its answers, `PUT /SYSTEM/_control` its
    protocol. One more serves /tsa/: a timestamping authority, with its anchor at /tsa/ca.pem.
    """
    from granian import Granian
    from granian.constants import Interfaces

    from gateway.commands.listening import port_of_its_own
    from gateway.infra.systems import discover, read_configs

    _, problems = read_configs(discover(), os.environ)
    if problems:
        stop("\n".join(["The settings are not right:", *map(str, problems)]), BAD_INPUT)
    with port_of_its_own(host, port) as address:
        Granian(
            "gateway.sandbox.simulators:serve_from_environment",
            factory=True,
            interface=Interfaces.ASGI,
            address=address,
            port=port,
            workers=1,
            log_enabled=False,
        ).serve()
