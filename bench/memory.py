"""The import's greatest memory use for a file, and for one ten times as long."""

import tempfile
from pathlib import Path

from bench.bnba import write_bnba
from bench.result import Scale, Table
from bench.stores import Stores, opened_stores
from bench.taking_in import take_in


def measure(scale: Scale) -> list[Table]:
    """One row for each store. Memory varies little, so one run of each size is enough."""
    sizes = (scale.rows // 10, scale.rows)
    with tempfile.TemporaryDirectory(prefix="ppks-bench-") as folder, opened_stores(scale) as all_:
        files = [Path(folder) / f"{size}.csv" for size in sizes]
        for file, size in zip(files, sizes, strict=True):
            write_bnba(file, size)
        rows = tuple(_row(stores, files) for stores in all_)
    return [
        Table(
            title="Greatest memory use of an import (resident, MiB)",
            columns=("store", *(f"{size:,} rows" for size in sizes), "ratio"),
            rows=rows,
            note="Of the importing process, with all that it has loaded; the store's own server is "
            "not counted. One run of each.",
        )
    ]


def _row(stores: Stores, files: list[Path]) -> tuple[str, float, float, float]:
    peaks = []
    for file in files:
        with stores.fresh() as url:
            peaks.append(take_in("import", url, file).peak_mib)
    small, large = peaks
    return stores.name, small, large, large / small
