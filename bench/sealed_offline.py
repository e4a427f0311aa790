"""How fast a bundle is proved without the gateway, and in how much memory."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from bench.proving import WAYS
from bench.result import Cell, Scale, Table
from bench.sealed_store import exported_log
from bench.stores import SqliteStores

_TIMES: Final = (1, 10)
"""Logs of so many times the rows that are asked for: memory should not follow them."""


def offline_table(scale: Scale) -> Table:
    """Both verifiers over a small and a large log."""
    rows = [row for times in _TIMES for row in _rows(times * scale.rows)]
    return Table(
        title="Bundles proved without the gateway",
        columns=("entries", "by", "entries/s", "CPU µs/entry", "peak MiB"),
        rows=tuple(rows),
        note="Once each, in a process of its own; the peak is the whole process's, with its "
        "libraries.",
    )


def _rows(entries: int) -> list[tuple[Cell, ...]]:
    with tempfile.TemporaryDirectory(prefix="ppks-bench-") as folder:
        bundle, keys = Path(folder) / "bundle.zip", Path(folder) / "keys"
        with SqliteStores().fresh() as url:
            keys.write_text(exported_log(url, entries, bundle), encoding="utf-8")
        return [_row(way, bundle, keys, entries) for way in WAYS]


def _row(way: str, bundle: Path, keys: Path, entries: int) -> tuple[Cell, ...]:
    command = [sys.executable, "-m", "bench.proving", way, str(bundle), str(keys)]
    done = subprocess.run(command, check=True, capture_output=True)
    seconds, cpu_seconds, peak = json.loads(done.stdout)
    return entries, way, entries / seconds, 1_000_000 * cpu_seconds / entries, peak
