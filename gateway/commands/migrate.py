"""`gateway migrate`: bring the store to the newest version."""

import rich_click as click

from gateway.commands.running import load_parts, out, run


@click.command("migrate")
def command() -> None:
    """Run the migrations that the store has not seen; safe to repeat."""
    from gateway.infra.db.migrate import make_folder, upgrade

    url = load_parts().settings.database_url

    async def work() -> str:
        make_folder(url)
        return upgrade(url)

    out.print(f"The store is at version {run(work)}.")
