"""`gateway serve`: run the server."""

import rich_click as click

from gateway.kit.loading import loading


@click.command("serve")
@click.option("--host", help="Address to listen on; else GATEWAY_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; else GATEWAY_PORT.")
def command(host: str | None, port: int | None) -> None:
    """Run the gateway until it is told to stop; needs a migrated store."""
    # The workers are forked: what is loaded here, the application above all, they have.
    with loading():
        from gateway import app
        from gateway.commands.before_serving import begin_log
        from gateway.commands.descriptors import make_room, needed
        from gateway.commands.expiring import warn_of_expiring
        from gateway.commands.listening import port_of_its_own
        from gateway.commands.running import BAD_INPUT, load_parts, run, stop
        from gateway.commands.server import Draining, in_turns, make_server
        from gateway.infra.db.upgrading.schema_version import misfit
        from gateway.infra.observing.log import configure_logging
        from gateway.infra.observing.ready import stored_version

    parts = load_parts()
    settings = parts.settings
    if said := misfit(run(lambda: stored_version(parts.database))):
        stop(said, BAD_INPUT)
    configure_logging(settings.log_format, settings.log_level)
    make_room(needed(parts))
    run(lambda: warn_of_expiring(parts))
    in_turns()
    run(lambda: begin_log(parts))
    port = port or settings.port
    with port_of_its_own(host or settings.host, port) as address:
        server = make_server(
            f"{app.__name__}:{app.serve_from_environment.__name__}",
            address=address,
            port=port,
            workers=settings.workers,
        )
        drained = Draining(server).serve()
    if not drained:
        stop("Stopped before every answer had left.")
