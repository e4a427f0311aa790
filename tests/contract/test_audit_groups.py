"""Many entries at once, from several instances, beside other writers: each is kept once."""

import asyncio
import sqlite3
import threading
import time

import msgspec
import sqlalchemy as sa
from prometheus_client import CollectorRegistry

from gateway.infra.audit.groups import GroupWriter
from gateway.infra.audit.log import GroupedAuditLog
from gateway.infra.audit.report import AuditReport
from gateway.infra.audit.sqlite import SqliteAuditTable
from gateway.infra.db.engine import sync_url
from tests.contract.audit_entries import bare, opened, recorded
from tests.contract.shelf import Shelf, record


async def kept(shelf: Shelf) -> list[str]:
    """The ids of all rows in the order of their numbers."""
    rows = sorted(await shelf.rows("audit"), key=lambda row: row["nomor"])
    return [row["entri_id"] for row in rows]


async def test_entries_of_one_moment_are_all_kept_in_their_order(shelf):
    entries = [bare(request_id=f"r-{number}") for number in range(1000)]
    assert set(await recorded(shelf.audit, entries)) == {"written"}
    assert await kept(shelf) == [entry.entri_id for entry in entries]


async def test_several_instances_write_one_log(shelf):
    instances = [opened(shelf.url) for _ in range(3)]
    entries = [[bare() for _ in range(200)] for _ in instances]

    async def one_after_another(audit, mine) -> None:
        for start in range(0, len(mine), 10):
            assert set(await recorded(audit, mine[start : start + 10])) == {"written"}

    await asyncio.gather(*map(one_after_another, instances, entries))
    assert sorted(await kept(shelf)) == sorted(entry.entri_id for mine in entries for entry in mine)
    for audit in instances:
        await audit.close()


async def test_an_entry_that_the_store_refuses_fails_alone(shelf):
    entries = [bare() for _ in range(40)]
    repeated, huge = entries[7], bare(jumlah=2**80)
    ends = await recorded(shelf.audit, [*entries, repeated, huge, bare()])
    assert [number for number, end in enumerate(ends) if end != "written"] == [40, 41]
    assert {ends[40], ends[41]} == {"Unavailable"}
    assert len(await kept(shelf)) == 41
    assert await shelf.audit.is_writable()


async def test_strange_words_are_kept_as_far_as_the_store_can(shelf):
    strange = ["'; DROP TABLE audit; --", "\\u0000", '{"a": [1]}', "%s %(x)s", "é 漢 😀", "", " a "]
    assert set(await recorded(shelf.audit, [bare(alasan=text) for text in strange])) == {"written"}
    await shelf.audit.record(bare(alasan="a\0b", client_id="\0"))
    rows = await shelf.rows("audit")
    assert [row["alasan"] for row in rows[:-1]] == strange
    assert rows[-1]["alasan"].replace("\0", "") == "ab"


async def test_a_moment_keeps_its_microsecond_and_its_place_in_time(shelf):
    moments = [
        shelf.clock().replace(microsecond=micros).astimezone(zone)
        for micros in (0, 1, 999_999)
        for zone in (None, msgspec.convert("2026-01-01T00:00:00+08:00", type(shelf.clock())).tzinfo)
    ]
    for moment in moments:
        await shelf.audit.record(bare(pada=moment))
    assert [row["pada"] for row in await shelf.rows("audit")] == moments
    table = sa.table("audit", sa.column("pada"))
    async with shelf.database.reading() as connection:
        texts = set(await connection.scalars(sa.select(sa.cast(table.c.pada, sa.Text))))
    assert len(texts) == 3


async def test_who_stops_waiting_leaves_an_entry_in_the_log(shelf):
    entries = [bare() for _ in range(20)]
    waiting = [asyncio.create_task(shelf.audit.record(entry)) for entry in entries]
    await asyncio.sleep(0)
    for task in waiting[::2]:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await shelf.audit.close()
    assert await kept(shelf) == [entry.entri_id for entry in entries]


async def test_closing_writes_what_waits(shelf):
    audit = opened(shelf.url)
    entries = [bare() for _ in range(600)]
    waiting = [asyncio.create_task(audit.record(entry)) for entry in entries]
    await asyncio.sleep(0)
    await audit.close()
    assert await asyncio.gather(*waiting) == [None] * 600
    assert len(await kept(shelf)) == 600
    assert await recorded(audit, [bare()]) == ["Unavailable"]
    assert not await audit.is_writable()


async def test_whether_it_can_be_written_is_found_out_without_a_row_or_a_number(shelf):
    for _ in range(3):
        assert await shelf.audit.is_writable()
    await shelf.audit.record(bare())
    [row] = await shelf.rows("audit")
    assert row["nomor"] == 1


async def test_imports_and_disclosures_go_on_side_by_side(shelf):
    entries = [bare() for _ in range(300)]

    async def import_records() -> None:
        for start in range(0, 900, 300):
            await shelf.save(*(record(number) for number in range(start, start + 300)))

    async def disclose() -> list[str]:
        ends = []
        for entry in entries:
            ends += await recorded(shelf.audit, [entry])
        return ends

    ends, _ = await asyncio.gather(disclose(), import_records())
    assert set(ends) == {"written"}
    assert await kept(shelf) == [entry.entri_id for entry in entries]


def held(path: str, until: threading.Event, taken: threading.Event) -> None:
    """Hold SQLite's only place for writers."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    taken.set()
    until.wait(30)
    connection.execute("ROLLBACK")
    connection.close()


def coming_back(path: str, until: threading.Event) -> None:
    """Write as an import does: long transactions with a moment in between."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    while not until.is_set():
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(0.06)
        connection.execute("ROLLBACK")
        time.sleep(0.004)
    connection.close()


async def test_an_entry_finds_the_gap_between_the_transactions_of_an_import(sqlite_url):
    audit, until = opened(sqlite_url), threading.Event()
    path = sqlite_url.removeprefix("sqlite:///")
    importing = threading.Thread(target=coming_back, args=(path, until))
    importing.start()
    began = time.monotonic()
    for _ in range(6):
        await audit.record(bare())
    # Each waits for one gap. SQLite's own patience looks ten times a second: it meets few of them.
    assert time.monotonic() - began < 3
    until.set()
    importing.join()
    await audit.close()


async def test_a_writer_that_never_ends_costs_the_answer_not_the_service(sqlite_url):
    table = SqliteAuditTable(sync_url(sqlite_url), patience=0.2)
    audit = GroupedAuditLog(GroupWriter(table, AuditReport(CollectorRegistry())))
    until, taken = threading.Event(), threading.Event()
    path = sqlite_url.removeprefix("sqlite:///")
    holder = threading.Thread(target=held, args=(path, until, taken))
    holder.start()
    taken.wait(30)
    assert await recorded(audit, [bare(), bare()]) == ["Unavailable"] * 2
    assert not await audit.is_writable()
    until.set()
    holder.join()
    assert await audit.is_writable()
    assert await recorded(audit, [bare()]) == ["written"]
    await audit.close()
