"""What "audit before disclosure" costs: entries a second and the wait of each, in groups and not.

`python -m bench.audit_groups` prints the table, and how long entries wait beside a running import.
"""

import asyncio
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
import sqlalchemy as sa
from prometheus_client import CollectorRegistry

from bench.bnba import write_bnba
from bench.stores import SqliteStores, Stores, postgres_stores
from gateway.domain.audit import EntriAudit, HasilAudit
from gateway.infra.audit.log import open_audit_log
from gateway.infra.audit.report import AuditReport
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.db.tables import AUDIT
from gateway.kit.ids import new_id

Record = Callable[[EntriAudit], Awaitable[None]]
Way = Callable[[str], AbstractAsyncContextManager[Record]]

CONCURRENCY: Final = (1, 16, 64)
_PACE: Final = 0.01


class Run(msgspec.Struct, frozen=True):
    """One way under one load; waits in milliseconds."""

    engine: str
    way: str
    concurrency: int
    per_second: float
    p50_ms: float
    p99_ms: float
    worst_ms: float


def measure(stores: Stores, seconds: float = 2.0, rounds: int = 3) -> list[Run]:
    """Each way under each load, the ways in turn; of the rounds, the median one by speed."""
    runs = []
    for concurrency in CONCURRENCY:
        tried: dict[str, list[Run]] = {way: [] for way in WAYS}
        for _ in range(rounds):
            for way, found in tried.items():
                with stores.fresh() as url:
                    waits = asyncio.run(_load(WAYS[way], url, concurrency, seconds))
                found.append(_run(stores.name, way, concurrency, waits, seconds))
        for found in tried.values():
            found.sort(key=lambda run: run.per_second)
            runs.append(found[len(found) // 2])
    return runs


def measure_beside_import(stores: Stores, rows: int = 40_000, concurrency: int = 4) -> list[Run]:
    """How long entries wait while another process imports a file into the same store."""
    runs = []
    with tempfile.TemporaryDirectory(prefix="ppks-bench-") as folder:
        path = Path(folder) / "bnba.txt"
        write_bnba(path, rows)
        for way in WAYS:
            with stores.fresh() as url:
                began = time.perf_counter()
                command = [sys.executable, "-m", "bench.taking_in", "import", url, str(path)]
                with subprocess.Popen(command, stdout=subprocess.DEVNULL) as importing:
                    waits = asyncio.run(_beside(importing, WAYS[way], url, concurrency))
                seconds = time.perf_counter() - began
            runs.append(_run(stores.name, f"{way}, import", concurrency, waits, seconds))
    return runs


@contextlib.asynccontextmanager
async def _in_groups(url: str) -> AsyncIterator[Record]:
    """As the gateway does."""
    audit = open_audit_log(url, AuditReport(CollectorRegistry()))
    await audit.record(audit_entry())
    yield audit.record
    await audit.close()


@contextlib.asynccontextmanager
async def _each_by_itself(url: str) -> AsyncIterator[Record]:
    """A transaction for each entry, on the store's own connections."""
    database = Database(open_engine(url, pool_size=8))

    async def record(entry: EntriAudit) -> None:
        async with database.writing() as connection:
            await connection.execute(sa.insert(AUDIT), msgspec.structs.asdict(entry))

    await record(audit_entry())
    yield record
    await database.close()


WAYS: Final[dict[str, Way]] = {"a commit each": _each_by_itself, "groups": _in_groups}


async def _load(way: Way, url: str, concurrency: int, seconds: float) -> list[float]:
    async with way(url) as record:
        end = time.perf_counter() + seconds
        return await _ask(record, concurrency, lambda: time.perf_counter() < end, pause=0)


async def _beside(
    importing: "subprocess.Popen[bytes]", way: Way, url: str, concurrency: int
) -> list[float]:
    async with way(url) as record:
        return await _ask(record, concurrency, lambda: importing.poll() is None, pause=_PACE)


async def _ask(
    record: Record, concurrency: int, go_on: Callable[[], bool], *, pause: float
) -> list[float]:
    waits: list[float] = []

    async def one() -> None:
        while go_on():
            began = time.perf_counter()
            await record(audit_entry())
            waits.append(time.perf_counter() - began)
            if pause:
                await asyncio.sleep(pause)

    await asyncio.gather(*(one() for _ in range(concurrency)))
    return waits


def _run(engine: str, way: str, concurrency: int, waits: list[float], seconds: float) -> Run:
    waits.sort()
    return Run(
        engine=engine,
        way=way,
        concurrency=concurrency,
        per_second=len(waits) / seconds,
        p50_ms=1000 * waits[len(waits) // 2],
        p99_ms=1000 * waits[len(waits) * 99 // 100],
        worst_ms=1000 * waits[-1],
    )


def audit_entry() -> EntriAudit:
    """An entry as a lookup leaves it."""
    return EntriAudit(
        entri_id=new_id(),
        pada=datetime.now(UTC),
        peristiwa="penduduk.lookup",
        hasil=HasilAudit.DIBERIKAN,
        client_id="dinkes",
        grant_id="G-1",
        grant_versi=3,
        nomor_pks="CONTOH/001/PKS/2026",
        tujuan="P-BANSOS",
        dasar_hukum="UU 27/2022 pasal 20 ayat (2) huruf e",
        subjek=new_id().replace("-", ""),
        atribut=("nama_lengkap", "alamat", "kode_wilayah", "status", "tanggal_lahir"),
        jumlah=1,
        sumber="dukcapil",
        request_id=new_id(),
    )


def table(runs: Sequence[Run]) -> str:
    """The runs as a Markdown table."""
    lines = [
        "| engine | way | at once | entries/s | p50 ms | p99 ms | worst ms |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {run.engine} | {run.way} | {run.concurrency} | {run.per_second:,.0f} "
        f"| {run.p50_ms:.2f} | {run.p99_ms:.1f} | {run.worst_ms:.0f} |"
        for run in runs
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure on both engines."""
    sqlite = SqliteStores()
    with postgres_stores() as postgres:
        runs = [run for stores in (sqlite, postgres) for run in measure(stores)]
        beside = [run for stores in (sqlite, postgres) for run in measure_beside_import(stores)]
    print(table(runs + beside))


if __name__ == "__main__":
    main()
