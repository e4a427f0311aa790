"""What one way took over several rounds, in each of which every way had its turn."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Final

from bench.result import Cell
from bench.taking_in import Run

COLUMNS: Final = ("seconds", "slowest", "CPU s", "rows/s", "speed to raw")
"""What `told` tells, in its order."""


def told(rounds: Sequence[Mapping[str, Run]], way: str) -> tuple[Cell, ...]:
    """Medians of the way's runs and their slowest; every round has a run of the way `raw`."""
    runs = [each[way] for each in rounds]
    seconds = statistics.median(run.seconds for run in runs)
    return (
        seconds,
        max(run.seconds for run in runs),
        statistics.median(run.cpu_seconds for run in runs),
        runs[0].rows / seconds,
        # Each round against its own raw run: what else the machine did, it did to both.
        statistics.median(each["raw"].seconds / each[way].seconds for each in rounds),
    )
