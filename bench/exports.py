"""An export of all records, against the bare driver that reads the same columns by a cursor."""

import statistics
import tempfile
from pathlib import Path

from bench.bnba import write_bnba
from bench.exporting import PROCESSES, WAYS, Reading, read_all
from bench.result import Cell, Scale, Table
from bench.stores import Stores, opened_stores
from bench.taking_in import take_in
from gateway.infra.exports.crew_source import LARGE


def measure(scale: Scale) -> list[Table]:
    """One row for each store and size; the ways take turns in every round."""
    sizes = (scale.rows // 10, scale.rows)
    rows: list[tuple[Cell, ...]] = []
    with tempfile.TemporaryDirectory(prefix="ppks-bench-") as folder, opened_stores(scale) as all_:
        for size in sizes:
            file = Path(folder) / f"{size}.csv"
            write_bnba(file, size)
            rows += [row for stores in all_ for row in _rows(stores, file, scale.rounds)]
    return [
        Table(
            title="Exporting records",
            columns=(
                "store",
                "records",
                "processes",
                "driver records/s",
                "export records/s",
                "ratio",
                "ratio by CPU",
                "driver MiB",
                "export MiB",
                "child MiB",
            ),
            rows=tuple(rows),
            note=f"Rounds: {scale.rounds}, medians; a round's ratio is to its own driver run. The "
            "driver fetches the same columns by a cursor of the server's and drops them. An export "
            "counts, reads, opens NIK and KK, writes JSON, compresses, seals and syncs; the start "
            "of its processes is in its time. CPU is that of all of them, not the server's; MiB is "
            "the greatest resident memory of the process that leads, and of the largest it starts.",
        )
    ]


def _rows(stores: Stores, file: Path, rounds: int) -> list[tuple[Cell, ...]]:
    with stores.fresh() as url:
        take_in("import", url, file)
        runs = [{way: read_all(way, url) for way in WAYS} for _ in range(rounds)]
    driver = [run["driver"] for run in runs]
    ways = {"alone": 1, "crew": PROCESSES}
    # A crew starts for what is large only.
    return [
        _row(stores.name, count, driver, export)
        for way, count in ways.items()
        if (export := [run[way] for run in runs])[0].rows >= LARGE or way == "alone"
    ]


def _row(
    name: str, processes: int, driver: list[Reading], export: list[Reading]
) -> tuple[Cell, ...]:
    pairs = list(zip(driver, export, strict=True))
    return (
        name,
        export[0].rows,
        processes,
        _speed(driver),
        _speed(export),
        statistics.median(bare.seconds / run.seconds for bare, run in pairs),
        statistics.median(bare.cpu_seconds / run.cpu_seconds for bare, run in pairs),
        max(run.peak_mib for run in driver),
        max(run.peak_mib for run in export),
        max(run.child_mib for run in export),
    )


def _speed(runs: list[Reading]) -> float:
    return runs[0].rows / statistics.median(run.seconds for run in runs)
