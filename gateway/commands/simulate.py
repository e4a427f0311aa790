"""`gateway simulate`: run the simulators of the outside systems."""

import rich_click as click


@click.command("simulate")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8001, show_default=True)
def command(host: str, port: int) -> None:
    """Serve every system's simulator under /SYSTEM/, with the invented people of the sandbox.

    Each reads the settings of its adapter (GATEWAY_DUKCAPIL_USER_ID, ...), so that it serves whoever
    is set alike. `PUT /SYSTEM/_faults` breaks its answers; `PUT /SYSTEM/_control` its protocol.
    """
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "gateway.sandbox.simulators:serve_from_environment",
        factory=True,
        interface=Interfaces.ASGI,
        address=host,
        port=port,
        workers=1,
        log_enabled=False,
    ).serve()
