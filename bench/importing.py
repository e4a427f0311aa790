"""Takes a BNBA file in, as new and again, against csv + executemany of its cells as they are."""

import statistics
import tempfile
from pathlib import Path
from typing import Final

from bench.bnba import write_bnba
from bench.result import Scale, Table
from bench.stores import Stores, opened_stores
from bench.taking_in import Run, take_in

_WAYS: Final = {
    "raw": "csv + executemany",
    "import": "import",
    "again": "import, nothing changed",
}


def measure(scale: Scale) -> list[Table]:
    """One row for each store and way; the ways take turns in every round."""
    rows: list[tuple[str, str, float, float, float, float]] = []
    with tempfile.TemporaryDirectory(prefix="ppks-bench-") as folder, opened_stores(scale) as all_:
        file = Path(folder) / "bnba.csv"
        write_bnba(file, scale.rows)
        size = file.stat().st_size / 1e6
        for stores in all_:
            rounds = [_round(stores, file) for _ in range(scale.rounds)]
            rows += _rows(stores.name, rounds)
    return [
        Table(
            title=f"Taking in {scale.rows:,} rows of a BNBA file ({size:.1f} MB)",
            columns=("store", "way", "seconds", "slowest", "rows/s", "speed to raw"),
            rows=tuple(rows),
            note=f"Rounds: {scale.rounds}. Raw is every cell as text into one table without a key: "
            "nothing is checked, sealed or indexed. Again finds the file's rows stored already.",
        )
    ]


def _round(stores: Stores, file: Path) -> dict[str, Run]:
    with stores.fresh() as url:
        raw = take_in("raw", url, file)
    with stores.fresh() as url:
        return {"raw": raw, "import": take_in("import", url, file),
                "again": take_in("import", url, file)}  # fmt: skip


def _rows(
    store: str, rounds: list[dict[str, Run]]
) -> list[tuple[str, str, float, float, float, float]]:
    raw = statistics.median(each["raw"].seconds for each in rounds)
    rows = []
    for way, title in _WAYS.items():
        seconds = [each[way].seconds for each in rounds]
        middle = statistics.median(seconds)
        speed = rounds[0][way].rows / middle
        rows.append((store, title, middle, max(seconds), speed, raw / middle))
    return rows
