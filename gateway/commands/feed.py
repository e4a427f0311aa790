"""`gateway feed`: the change feed, after the store was put back to an earlier state."""

import rich_click as click

from gateway.commands.running import opened, out, run


@click.group("feed")
def command() -> None:
    """The change feed of PPKS records."""


@command.command("restart")
def restart() -> None:
    """Let no cursor of before hold: every client begins its copy anew. For a restored backup."""

    async def work() -> None:
        async with opened() as parts:
            await parts.feed.restart(parts.clock())
        out.print("Every cursor of before is answered 410 from now on.")

    run(work)
