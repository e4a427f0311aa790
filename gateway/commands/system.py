"""`gateway system`: let the instances call an outside system again."""

import rich_click as click

from gateway.commands.running import BAD_INPUT, opened, out, run, stop


@click.group("system")
def command() -> None:
    """The outside systems."""


@command.command("reopen")
@click.argument("name")
def reopen(name: str) -> None:
    """Say that NAME's credentials are in order: every instance calls it again."""
    from gateway.commands.acting import noted
    from gateway.domain.errors import Unavailable

    async def work() -> None:
        async with opened() as parts:
            if parts.redis is None:
                stop("There is nothing shared to change: restart the gateway.")
            await parts.connect_systems()
            system = parts.systems.connected.get(name.replace("-", "_"))
            if system is None or system.ketentuan is None:
                stop(f"{name}: no connected system with an account.", BAD_INPUT)
            await noted(parts, "sistem.buka", name)
            try:
                await parts.desk.account(name.replace("-", "_"), system.ketentuan).reopen()
            except Unavailable:
                stop("Redis does not answer. Try again.")
        out.print("Reopened.")

    run(work)
