"""An export of all records, against the bare driver that reads the same columns by a cursor."""

import statistics
import tempfile
from pathlib import Path

from bench.bnba import write_bnba
from bench.exporting import read_all
from bench.result import Cell, Scale, Table
from bench.stores import Stores, opened_stores
from bench.taking_in import Run, take_in


def measure(scale: Scale) -> list[Table]:
    """One row for each store and size; the ways take turns in every round."""
    sizes = (scale.rows // 10, scale.rows)
    rows: list[tuple[Cell, ...]] = []
    with tempfile.TemporaryDirectory(prefix="ppks-bench-") as folder, opened_stores(scale) as all_:
        for size in sizes:
            file = Path(folder) / f"{size}.csv"
            write_bnba(file, size)
            rows += [_row(stores, file, scale.rounds) for stores in all_]
    return [
        Table(
            title="Exporting records",
            columns=(
                "store",
                "records",
                "driver records/s",
                "export records/s",
                "ratio",
                "ratio by CPU",
                "driver MiB",
                "export MiB",
            ),
            rows=tuple(rows),
            note=f"Rounds: {scale.rounds}, medians; a round's ratio is to its own driver run. The "
            "driver fetches the same columns by a cursor of the server's and drops them. An export "
            "counts, reads, opens NIK and KK, writes JSON, compresses, seals and syncs. CPU is the "
            "process's own, not the server's; MiB is its greatest resident memory.",
        )
    ]


def _row(stores: Stores, file: Path, rounds: int) -> tuple[Cell, ...]:
    with stores.fresh() as url:
        take_in("import", url, file)
        pairs = [(read_all("driver", url), read_all("export", url)) for _ in range(rounds)]
    driver, export = (list(runs) for runs in zip(*pairs, strict=True))
    return (
        stores.name,
        export[0].rows,
        _speed(driver),
        _speed(export),
        statistics.median(bare.seconds / run.seconds for bare, run in pairs),
        statistics.median(bare.cpu_seconds / run.cpu_seconds for bare, run in pairs),
        max(run.peak_mib for run in driver),
        max(run.peak_mib for run in export),
    )


def _speed(runs: list[Run]) -> float:
    return runs[0].rows / statistics.median(run.seconds for run in runs)
