"""Takes a BNBA file in, as new and again, against csv + executemany of its cells as they are."""

import tempfile
from pathlib import Path
from typing import Final

from bench.bnba import write_bnba
from bench.result import Cell, Scale, Table
from bench.rounds import COLUMNS, told
from bench.stores import Stores, opened_stores
from bench.taking_in import Run, take_in

_WAYS: Final = {
    "raw": "csv + executemany",
    "import": "import",
    "again": "same again",
}


def measure(scale: Scale) -> list[Table]:
    """One row for each store and way; the ways take turns in every round."""
    rows: list[tuple[Cell, ...]] = []
    with tempfile.TemporaryDirectory(prefix="ppks-bench-") as folder, opened_stores(scale) as all_:
        file = Path(folder) / "bnba.csv"
        write_bnba(file, scale.rows)
        size = file.stat().st_size / 1e6
        for stores in all_:
            rounds = [_round(stores, file) for _ in range(scale.rounds)]
            rows += [_row(stores.name, way, rounds) for way in _WAYS]
    return [
        Table(
            title=f"Taking in {scale.rows:,} rows of a BNBA file ({size:.1f} MB)",
            columns=("store", "way", *COLUMNS),
            rows=tuple(rows),
            note=f"Rounds: {scale.rounds}. Raw is every cell as text into one table without a key: "
            "nothing is checked, sealed or indexed. CPU is the process's own, not the server's.",
        )
    ]


def _round(stores: Stores, file: Path) -> dict[str, Run]:
    with stores.fresh() as url:
        raw = take_in("raw", url, file)
    with stores.fresh() as url:
        new = take_in("import", url, file)
        return {"raw": raw, "import": new, "again": take_in("import", url, file)}


def _row(store: str, way: str, rounds: list[dict[str, Run]]) -> tuple[Cell, ...]:
    return (store, _WAYS[way], *told(rounds, way))
