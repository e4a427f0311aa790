"""Pushes records in batches of 10,000, against raw batched inserts of the rows that they become."""

import tempfile
from pathlib import Path
from typing import Final

from bench.pushing_in import dump, run
from bench.result import Cell, Scale, Table
from bench.rounds import COLUMNS, told
from bench.stores import Stores, opened_stores
from bench.taking_in import Run

_WAYS: Final = {"raw": "executemany, 1000 a commit", "push": "push"}


def measure(scale: Scale) -> list[Table]:
    """One row for each store and way; the ways take turns in every round."""
    rows: list[tuple[Cell, ...]] = []
    with opened_stores(scale) as all_:
        for stores in all_:
            rounds = [_round(stores, scale.rows) for _ in range(scale.rounds)]
            rows += [_row(stores.name, way, rounds) for way in _WAYS]
    return [
        Table(
            title=f"Pushing {scale.rows:,} records",
            columns=("store", "way", *COLUMNS, "MiB"),
            rows=tuple(rows),
            note=f"Rounds: {scale.rounds}. Raw inserts ready rows into the same table and indexes: "
            "nothing is read, checked, sealed or compared. A push begins with the bytes of "
            "an NDJSON body. CPU is the process's own, not the server's.",
        )
    ]


def _round(stores: Stores, count: int) -> dict[str, Run]:
    with tempfile.TemporaryDirectory(prefix="ppks-bench-") as folder:
        kept = Path(folder) / "rows"
        with stores.fresh() as url:
            new = run("push", url, count)
            dump(url, kept)
        with stores.fresh() as url:
            raw = run(f"raw:{kept}", url, count)
    return {"raw": raw, "push": new}


def _row(store: str, way: str, rounds: list[dict[str, Run]]) -> tuple[Cell, ...]:
    return (store, _WAYS[way], *told(rounds, way), max(each[way].peak_mib for each in rounds))
