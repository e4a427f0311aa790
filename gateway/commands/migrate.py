"""`gateway migrate`: bring the store to the newest version."""

import rich_click as click

from gateway.commands.running import BAD_INPUT, load_parts, out, run, stop


@click.command("migrate")
def command() -> None:
    """Run the migrations that the store has not seen, while others use it; safe to repeat."""
    from gateway.infra.db.upgrading.migrate import StoreBusy, StoreUnknown, make_folder, upgrade
    from gateway.infra.db.upgrading.schema_version import misfit

    url = load_parts().settings.database_url

    async def work() -> str:
        make_folder(url)
        try:
            return upgrade(url, tell=out.print)
        except StoreBusy:
            stop("Others hold what the upgrade must change. What is done is kept: run it again.")
        except StoreUnknown as unknown:
            stop(misfit(str(unknown)) or str(unknown), BAD_INPUT)

    out.print(f"The store is at version {run(work)}.")
