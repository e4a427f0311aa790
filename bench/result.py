"""What a measure is told and what it answers: how much to measure, and tables of numbers."""

import msgspec

STORES = ("sqlite", "postgresql")

Cell = str | int | float


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """How much to measure. `rows` are those of the large file; the small one has a tenth.

    `seconds` is how long a server is under load at a time.
    """

    rows: int
    rounds: int
    seconds: float = 4.0
    stores: tuple[str, ...] = STORES


FULL = Scale(rows=200_000, rounds=5)
QUICK = Scale(rows=20_000, rounds=3, seconds=2.0)


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers with their units in the column names; medians, where a column does not say else."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
