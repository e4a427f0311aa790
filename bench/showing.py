"""Prints tables of numbers, each number with three figures that count."""

from rich.console import Console
from rich.table import Table as Grid

from bench.result import Cell, Table

_ENOUGH = 100


def show_facts(console: Console, facts: dict[str, str]) -> None:
    """Names and values, one below the other."""
    grid = Grid.grid(padding=(0, 2))
    for name, value in facts.items():
        grid.add_row(name, value)
    console.print(grid, "")


def show_tables(console: Console, tables: list[Table]) -> None:
    """One table below the other, its note beneath."""
    for table in tables:
        grid = Grid(title=table.title, title_justify="left")
        for number, column in enumerate(table.columns):
            is_number = not isinstance(table.rows[0][number], str)
            grid.add_column(column, justify="right" if is_number else "left")
        for row in table.rows:
            grid.add_row(*map(shown, row))
        console.print(grid, table.note, "")


def shown(cell: Cell) -> str:
    """A cell as text: 1,234 or 123 or 12.3 or 1.23 or 0.12."""
    if isinstance(cell, str):
        return cell
    if abs(cell) >= _ENOUGH:
        return f"{cell:,.0f}"
    return f"{cell:.3g}" if abs(cell) >= 1 else f"{cell:.2f}"
