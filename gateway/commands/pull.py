"""`gateway pull SYSTEM`: read a system's records through its own service."""

import rich_click as click

from gateway.commands.running import opened, out, run


@click.command("pull")
@click.argument("system")
@click.option("--cursor", help="Go on where an earlier reading ended.")
def command(system: str, cursor: str | None) -> None:
    """Read the records of SYSTEM (siks-ng, sijosku, ...), or those since a cursor."""
    from shlex import quote

    from rich.progress import Progress

    from gateway.application.records.pull_records import HasilTarik, PullRecords
    from gateway.commands.acting import noted
    from gateway.commands.running import err
    from gateway.kit.many_rows import many_rows

    async def work() -> HasilTarik:
        async with opened() as parts:
            await parts.connect_systems()
            await noted(parts, "tarik", system)
            pull = PullRecords(parts.systems.offering, parts.forgetting_imports)
            with many_rows(), Progress(console=err) as progress:
                task = progress.add_task("records", total=None)
                return await pull(
                    system.replace("-", "_"), cursor, lambda count: progress.advance(task, count)
                )

    result = run(work)
    count = result.hitungan
    out.print(
        f"{count.baru} new, {count.berubah} changed, {count.tetap} unchanged; "
        f"{result.ditolak} could not be read."
    )
    if result.cursor:
        out.print(f"Next time: --cursor {quote(result.cursor)}", markup=False, soft_wrap=True)
