"""Reads all records once: `python -m bench.exporting driver|alone|crew URL`.

Prints rows, seconds and the greatest memory use as JSON. A process of its own for every run keeps
one run's memory and caches out of the next one's.
"""

import asyncio
import sqlite3
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Final, cast

import msgspec
import psycopg
import sqlalchemy as sa

from bench.peak import children_watched, peak_mib
from bench.taking_in import Run
from gateway.application.caller.caller import Caller
from gateway.application.caller.disclose_records import DiscloseRecords
from gateway.application.exports.start_export import Pesanan, StartExport
from gateway.application.exports.work_exports import WorkExports
from gateway.domain.audit import EntriAudit
from gateway.domain.client import AuthMethod, Client
from gateway.domain.grant import ATRIBUT_PPKS, Grant, JenisGrant, Scope, StatusGrant
from gateway.domain.policy import susun
from gateway.domain.ports import Clients
from gateway.infra.crypto import read_keyring
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.db.exports.exports import SqlExports
from gateway.infra.db.exports.lines import Lines
from gateway.infra.db.exports.queue import SqlExportQueue
from gateway.infra.db.exports.source import SqlExportSource
from gateway.infra.exports.crew_source import CrewSource
from gateway.infra.exports.crew_words import Tools
from gateway.infra.exports.shelf import ExportFiles
from gateway.infra.limits.allowance import FixedAllowance
from gateway.infra.limits.counts import MemoryCounts
from gateway.kit.clock import system_clock
from gateway.kit.secret import Secret

_DATA_KEYS: Final = "bench:" + b64encode(bytes(32)).decode()
_INDEX_KEY: Final = b64encode(bytes(range(32))).decode()
KEYRING: Final = read_keyring(Secret(_DATA_KEYS), Secret(_INDEX_KEY))
PROCESSES: Final = 2
"""As many as the machine of the printed numbers has cores."""
_ROWS: Final = 1000
_ROOT: Final = Path(__file__).parents[1]
_DAYS: Final = timedelta(days=90)
_FILE_ROWS: Final = 100_000
_MOST_BYTES: Final = 1 << 40
GRANT: Final = Grant(
    grant_id="G-BENCH",
    versi=1,
    client_id="bench",
    jenis=JenisGrant.SINKRONISASI,
    scopes=frozenset((Scope.PPKS_EXPORT,)),
    atribut=ATRIBUT_PPKS,
    wilayah=frozenset("*"),
    kategori=frozenset("*"),
    tujuan="P-BANSOS",
    dasar_hukum="CONTOH",
    nomor_pks="CONTOH",
    berlaku_dari=datetime.min.replace(year=2000, tzinfo=system_clock().tzinfo),
    berlaku_sampai=datetime.max.replace(year=9000, tzinfo=system_clock().tzinfo),
    baris_per_hari="*",
    status=StatusGrant.AKTIF,
    dibuat_oleh="CONTOH A",
)


class Reading(Run, frozen=True):
    """One run, with the processes that it started."""

    child_mib: float
    """Of the largest of them; 0 = there was none."""


def read_all(way: str, url: str) -> Reading:
    """Run one way once, in a process of its own."""
    command = [sys.executable, "-m", "bench.exporting", way, url]
    done = subprocess.run(command, check=True, cwd=_ROOT, stdout=subprocess.PIPE)
    return msgspec.json.decode(done.stdout, type=Reading)


def run_driver(url: str) -> int:
    """The same columns by a cursor of the server's, and nothing done with them."""
    # The year of birth is made of the date, which is among them.
    names = (column.name for column in Lines(susun(GRANT), KEYRING).columns)
    told = ", ".join(name for name in names if name != "tahun_lahir")
    query = f"SELECT {told} FROM ppks WHERE NOT dihapus"
    return _DRIVERS[sa.make_url(url).get_backend_name()](url, query)


def run_export(url: str, processes: int = 1) -> int:
    """An export from the order to the last file, made by the worker that serves them."""
    return asyncio.run(_export(url, processes))


async def _export(url: str, processes: int) -> int:
    database = Database(open_engine(url))
    store = SqlExports(database)
    queue = SqlExportQueue(database, keep_hours=24, longest=_DAYS)
    allowance = FixedAllowance(MemoryCounts())
    with tempfile.TemporaryDirectory(prefix="ppks-bench-") as folder:
        source = _source(url, database, folder, processes)
        files = ExportFiles(Path(folder), KEYRING, rows_per_file=_FILE_ROWS, most_bytes=_MOST_BYTES)
        start = StartExport(
            store,
            source,
            files,
            _NoLog(),
            allowance,
            system_clock,
            _nothing,
            most=10,
            keep_points=_DAYS,
        )
        work = WorkExports(
            queue,
            source,
            files,
            # Only one client and one grant are asked for.
            cast("Clients", _One()),
            DiscloseRecords(_NoLog(), KEYRING, system_clock),
            allowance,
            system_clock,
            lease=timedelta(seconds=60),
            keep_points=_DAYS,
        )
        caller = Caller(client_id="bench", grant=GRANT, scopes=GRANT.scopes, request_id="bench")
        ekspor = await start(caller, Pesanan(permintaan="bench"))
        await work.step()
        found = await store.one(ekspor.pemilik, ekspor.id, system_clock())
        assert found is not None
        await store.remove(ekspor.id)
        await database.close()
    return sum(one.baris for one in found.berkas)


def _source(url: str, database: Database, folder: str, processes: int) -> CrewSource:
    tools = Tools(
        database_url=url,
        data_keys=_DATA_KEYS,
        index_key=_INDEX_KEY,
        folder=folder,
        rows_per_file=_FILE_ROWS,
        most_bytes=_MOST_BYTES,
    )
    return CrewSource(SqlExportSource(database, KEYRING), tools, processes=processes)


def _psycopg(url: str, query: str) -> int:
    count = 0
    with psycopg.connect(url) as connection, connection.cursor("bench") as cursor:
        cursor.itersize = _ROWS
        cursor.execute(query.encode())
        while rows := cursor.fetchmany(_ROWS):
            count += len(rows)
    return count


def _sqlite3(url: str, query: str) -> int:
    count = 0
    connection = sqlite3.connect(sa.make_url(url).database or "")
    cursor = connection.execute(query)
    while rows := cursor.fetchmany(_ROWS):
        count += len(rows)
    connection.close()
    return count


_DRIVERS: Final[dict[str, Callable[[str, str], int]]] = {
    "sqlite": _sqlite3,
    "postgresql": _psycopg,
}
WAYS: Final[dict[str, Callable[[str], int]]] = {
    "driver": run_driver,
    "alone": run_export,
    "crew": partial(run_export, processes=PROCESSES),
}


class _NoLog:
    async def record(self, _entry: EntriAudit) -> None:
        return


class _One:
    async def client(self, _client_id: str) -> Client:
        return Client(
            client_id="bench",
            opd="CONTOH",
            auth=AuthMethod.PRIVATE_KEY_JWT,
            jwks=(),
            dibuat_pada=system_clock(),
        )

    async def grant(self, _grant_id: str) -> Grant:
        return GRANT


def _nothing() -> None:
    return


def _cpu_seconds() -> float:
    """With children that have ended."""
    told = map(getrusage, (RUSAGE_SELF, RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in told)


def main(arguments: list[str]) -> None:
    """Run one way once and say what it took."""
    way, url = arguments
    started, worked = time.perf_counter(), _cpu_seconds()
    with children_watched() as peaks:
        rows = WAYS[way](url)
    seconds = time.perf_counter() - started
    run = Reading(rows, rows, 0, seconds, _cpu_seconds() - worked, peak_mib(), *peaks)
    sys.stdout.buffer.write(msgspec.json.encode(run))


if __name__ == "__main__":
    main(sys.argv[1:])
