"""Takes one file in, in this process alone: `python -m bench.taking_in raw|import URL FILE`.

Prints rows, seconds and the greatest memory use as JSON. A process of its own for every run keeps
one run's memory and caches out of the next one's.
"""

import asyncio
import csv
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec
import psycopg
import sqlalchemy as sa

from adapters.siks_ng import spec
from bench.bnba import area_names
from bench.peak import peak_mib
from gateway.application.records.import_file import BATCH, ImportFile
from gateway.domain.importing import Masalah
from gateway.infra.crypto import Keyring
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.db.records.importing import SqlImports
from gateway.infra.seen import SeenOnDisk
from gateway.kit.clock import system_clock
from gateway.kit.many_rows import many_rows

RAW_TABLE: Final = "bench_raw"
COLUMNS: Final = tuple(f"c{number:02}" for number in range(23))
_SETTINGS: Final = {"tahun": "2025"}
_ROOT: Final = Path(__file__).parents[1]


class Run(msgspec.Struct, frozen=True):
    """One run: what was done, and what it took."""

    rows: int
    new: int
    refused: int
    seconds: float
    cpu_seconds: float
    peak_mib: float


def take_in(way: str, url: str, path: Path) -> Run:
    """Run one way once, in a process of its own."""
    command = [sys.executable, "-m", "bench.taking_in", way, url, str(path)]
    done = subprocess.run(command, check=True, cwd=_ROOT, stdout=subprocess.PIPE)
    return msgspec.json.decode(done.stdout, type=Run)


def run_import(url: str, path: Path) -> tuple[int, int, int]:
    """The real use case on the real store; rows, new records, refused rows."""
    return asyncio.run(_import(url, path))


async def _import(url: str, path: Path) -> tuple[int, int, int]:
    database = Database(open_engine(url))
    keyring = Keyring({"bench": bytes(32)}, bytes(range(32)))
    source = spec.file_source
    assert source is not None
    try:
        with SeenOnDisk() as seen, many_rows():
            importing = ImportFile(SqlImports(database, keyring, system_clock), seen, area_names())
            done = await importing(
                "siks_ng",
                source(spec.config()),
                path,
                _SETTINGS,
                dry_run=False,
                on_rows=lambda _count: None,
                on_problem=_ignore,
            )
    finally:
        await database.close()
    return done.baris, done.baru, done.baris_ditolak


def run_raw(url: str, path: Path) -> tuple[int, int, int]:
    """Every cell as text, as the csv module reads it, with executemany; commits as the import."""
    store = {"sqlite": _raw_sqlite, "postgresql": _raw_postgresql}[
        sa.make_url(url).get_backend_name()
    ]
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="|")
        next(rows)
        count = store(url, rows)
    return count, count, 0


def _raw_sqlite(url: str, rows: Iterator[list[str]]) -> int:
    connection = sqlite3.connect(sa.make_url(url).database or "", isolation_level=None)
    # As the gateway's own connections are set.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    statement = f"INSERT INTO {RAW_TABLE} VALUES ({', '.join('?' * len(COLUMNS))})"
    count = 0
    while batch := list(islice(rows, BATCH)):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(statement, batch)
        connection.execute("COMMIT")
        count += len(batch)
    connection.close()
    return count


def _raw_postgresql(url: str, rows: Iterator[list[str]]) -> int:
    statement = f"INSERT INTO {RAW_TABLE} VALUES ({', '.join(['%s'] * len(COLUMNS))})"
    count = 0
    with psycopg.connect(url) as connection:
        while batch := list(islice(rows, BATCH)):
            with connection.cursor() as cursor:
                cursor.executemany(statement, batch)
            connection.commit()
            count += len(batch)
    return count


WAYS: Final[dict[str, Callable[[str, Path], tuple[int, int, int]]]] = {
    "import": run_import,
    "raw": run_raw,
}


def _ignore(_problem: Masalah) -> None:
    return


def main(arguments: list[str]) -> None:
    """Run one way once and say what it took."""
    way, url, path = arguments
    started, worked = time.perf_counter(), time.process_time()
    rows, new, refused = WAYS[way](url, Path(path))
    seconds = time.perf_counter() - started
    run = Run(rows, new, refused, seconds, time.process_time() - worked, peak_mib())
    sys.stdout.buffer.write(msgspec.json.encode(run))


if __name__ == "__main__":
    main(sys.argv[1:])
