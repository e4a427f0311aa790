"""What it costs to name the persons on a page, and to find one person among all pages.

`python -m bench.subjects` prints both tables.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

import msgspec
import sqlalchemy as sa
from prometheus_client import CollectorRegistry

from bench.stores import SqliteStores, Stores, postgres_stores
from gateway.domain.audit import EntriAudit, HasilAudit
from gateway.domain.daftar_subjek import rangkai, sebutan
from gateway.infra.audit.log import open_audit_log
from gateway.infra.audit.report import AuditReport
from gateway.infra.crypto import Keyring
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.db.subjects.log import SqlSubjectLog
from gateway.infra.db.tables import AUDIT
from gateway.kit.ids import new_id

PAGE: Final = 1000
_KEYRING: Final = Keyring({"k": b"k" * 32}, b"i" * 32)
_ROWS: Final = sa.Table(
    "bench_names",
    sa.MetaData(),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("entri_id", sa.Text, primary_key=True),
)
Note = Callable[[Sequence[str]], Awaitable[None]]


class Noted(msgspec.Struct, frozen=True):
    """One way of noting a page; milliseconds of the median page, bytes in the store."""

    engine: str
    way: str
    ms: float
    bytes_a_name: float


class Found(msgspec.Struct, frozen=True):
    """One person looked for among so many names; milliseconds of the median search."""

    engine: str
    names: int
    ms: float


def measure_noting(stores: Stores, pages: int = 60) -> list[Noted]:
    """Pages of a thousand, one after the other, each way in a store of its own."""
    runs = []
    for way in ("a count", "a list", "a count, a row each"):
        with stores.fresh() as url:
            waits, grown = asyncio.run(_noting(url, way, pages))
        per_name = grown / (pages * PAGE)
        runs.append(Noted(stores.name, way, 1000 * statistics.median(waits), per_name))
    return runs


def measure_finding(stores: Stores, names: Sequence[int] = (1_000_000, 5_000_000)) -> list[Found]:
    """One person on one page among these numbers of names."""
    with stores.fresh() as url:
        return asyncio.run(_finding(stores.name, url, names))


async def _noting(url: str, way: str, pages: int) -> tuple[list[float], int]:
    waits = []
    async with _opened(url, way) as (database, note):
        await note(_references(0))
        before = await _size(database)
        for page in range(1, pages + 1):
            references = _references(page)
            began = time.perf_counter()
            await note(references)
            waits.append(time.perf_counter() - began)
        return waits, await _size(database) - before


@asynccontextmanager
async def _opened(url: str, way: str) -> AsyncIterator[tuple[Database, Note]]:
    audit = open_audit_log(url, AuditReport(CollectorRegistry()))
    database = Database(open_engine(url))
    async with database.writing() as connection:
        await connection.run_sync(_ROWS.create)

    async def note(references: Sequence[str]) -> None:
        entry = _entry(_list_of(references) if way == "a list" else None)
        await audit.record(entry)
        if way == "a count, a row each":
            rows = [{"name": _name(one), "entri_id": entry.entri_id} for one in references]
            async with database.writing() as connection:
                await connection.execute(sa.insert(_ROWS), rows)

    yield database, note
    await audit.close()
    await database.close()


async def _finding(engine: str, url: str, names: Sequence[int]) -> list[Found]:
    database = Database(open_engine(url))
    log, wanted, runs, filled = SqlSubjectLog(database), _name("wanted"), [], 0
    await _fill(database, _list_of(["wanted", *_references(0)[1:]]), 1)
    for number in names:
        await _fill(database, None, number // PAGE - filled)
        filled = number // PAGE
        waits = []
        for _ in range(5):
            began = time.perf_counter()
            found = [entry async for entry in log.entries([], [wanted], None, None)]
            waits.append(time.perf_counter() - began)
            assert len(found) == 1
        runs.append(Found(engine, number, 1000 * statistics.median(waits)))
    await database.close()
    return runs


async def _fill(database: Database, one_list: str | None, pages: int) -> None:
    """Pages of names that are nobody's; random ones, since texts that repeat would be packed."""
    for start in range(0, pages, 100):
        rows = [
            msgspec.structs.asdict(_entry(one_list or _list_of(_references(page))))
            for page in range(start, min(pages, start + 100))
        ]
        async with database.writing() as connection:
            await connection.execute(sa.insert(AUDIT), rows)


async def _size(database: Database) -> int:
    queries = {
        "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        "postgresql": "SELECT pg_database_size(current_database())",
    }
    async with database.reading() as connection:
        found = await connection.exec_driver_sql(queries[connection.dialect.name])
        return int(found.scalar_one())


def _references(page: int) -> list[str]:
    return [f"{new_id()}-{page}-{number}" for number in range(PAGE)]


def _list_of(references: Sequence[str]) -> str:
    return rangkai(map(_KEYRING.subject_of_reference, references))


def _name(reference: str) -> str:
    return sebutan(_KEYRING.subject_of_reference(reference))


def _entry(daftar: str | None) -> EntriAudit:
    return EntriAudit(
        entri_id=new_id(),
        pada=datetime.now(UTC),
        peristiwa="ppks.list",
        hasil=HasilAudit.DIBERIKAN,
        client_id="dinkes",
        grant_id="G-1",
        grant_versi=3,
        atribut=("nama_lengkap", "alamat", "kode_wilayah"),
        jumlah=PAGE,
        sumber="ppks",
        request_id=new_id(),
        daftar=daftar,
    )


def main() -> None:
    """Measure on both engines."""
    sqlite = SqliteStores()
    with postgres_stores() as postgres:
        both = (sqlite, postgres)
        noted = [run for stores in both for run in measure_noting(stores)]
        found = [run for stores in both for run in measure_finding(stores)]
    print("| engine | a page of 1000 noted as | ms a page | bytes a record |\n|---|---|--:|--:|")
    for one in noted:
        print(f"| {one.engine} | {one.way} | {one.ms:.1f} | {one.bytes_a_name:.0f} |")
    print("\n| engine | names in lists | ms to find one person |\n|---|--:|--:|")
    for run in found:
        print(f"| {run.engine} | {run.names:,} | {run.ms:,.0f} |")


if __name__ == "__main__":
    main()
