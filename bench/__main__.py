"""`python -m bench [MEASURE ...]`: runs measures, prints their tables, writes them as JSON."""

from pathlib import Path

import msgspec
import rich_click as click
from rich.console import Console

from bench.machine import describe_machine
from bench.measures import MEASURES, run_measure
from bench.result import FULL, QUICK, STORES, Scale, Table
from bench.serving.tools import ToolsMissing
from bench.showing import show_facts, show_tables

_LISTING = "\n".join(f"- `{name}`: {line}" for name, (_, line) in MEASURES.items())


@click.command(
    help=f"Measure speed and memory; all measures, or those that are named.\n\n{_LISTING}"
)
@click.argument("measures", nargs=-1, type=click.Choice([*MEASURES]), metavar="[MEASURE]...")
@click.option("--quick", is_flag=True, help=f"{QUICK.rows:,} rows, {QUICK.rounds} rounds.")
@click.option("--rows", type=click.IntRange(10), help=f"Rows of a file; else {FULL.rows:,}.")
@click.option("--rounds", type=click.IntRange(1), help=f"Rounds; else {FULL.rounds}.")
@click.option("--seconds", type=click.FloatRange(1), help=f"Under load; else {FULL.seconds:g}.")
@click.option("--store", "stores", multiple=True, type=click.Choice(STORES), help="Else both.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write all of it as JSON.")
@click.rich_config(help_config={"text_markup": "markdown"})
def main(
    measures: tuple[str, ...],
    rows: int | None,
    rounds: int | None,
    seconds: float | None,
    stores: tuple[str, ...],
    file: Path | None,
    *,
    quick: bool,
) -> None:
    chosen = QUICK if quick else FULL
    scale = Scale(
        rows=rows or chosen.rows,
        rounds=rounds or chosen.rounds,
        seconds=seconds or chosen.seconds,
        stores=stores or STORES,
    )
    console = Console(highlight=False)
    machine = describe_machine()
    show_facts(console, machine)
    results: dict[str, list[Table]] = {}
    for name in measures or MEASURES:
        click.echo(f"measuring: {name} ...", err=True)
        try:
            results[name] = run_measure(name, scale)
        except ToolsMissing as missing:
            click.echo(f"left out: {name} {missing}", err=True)
        else:
            show_tables(console, results[name])
    if file is not None:
        told = {"machine": machine, "scale": scale, "measures": results}
        file.write_bytes(msgspec.json.format(msgspec.json.encode(told)) + b"\n")


if __name__ == "__main__":
    main()
