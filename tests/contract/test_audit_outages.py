"""PostgreSQL crashes, falls silent or loses its answers: 503 for those who waited, then recovery."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from prometheus_client import CollectorRegistry

from gateway.infra.audit.groups import GroupWriter
from gateway.infra.audit.log import GroupedAuditLog
from gateway.infra.audit.postgres import PostgresAuditTable
from gateway.infra.audit.report import AuditReport
from gateway.infra.db.engine import sync_url
from tests.contract.audit_entries import bare, opened, recorded
from tests.fixtures.postgres_alone import lone_postgres
from tests.fixtures.servers import short_directory

RECOVERY_SECONDS = 20.0


def rows(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT entri_id FROM audit")]


async def recovered(audit) -> None:
    """Wait until the log can be written again, as a load balancer does."""
    latest = time.monotonic() + RECOVERY_SECONDS
    while not await audit.is_writable():
        assert time.monotonic() < latest
        await asyncio.sleep(0.05)


async def test_a_crash_under_load_loses_nothing_that_was_said_to_be_durable():
    with lone_postgres() as server:
        audit, written, refused, stop = opened(server.url), [], [], asyncio.Event()

        async def keep_asking() -> None:
            while not stop.is_set():
                entry = bare()
                [end] = await recorded(audit, [entry])
                (written if end == "written" else refused).append(entry.entri_id)
                await asyncio.sleep(0)

        asking = [asyncio.create_task(keep_asking()) for _ in range(16)]
        for _ in range(2):
            written_before = len(written)
            while len(written) < written_before + 200:
                await asyncio.wait(asking, timeout=0.01)
            await asyncio.to_thread(server.crash)
            while not refused:
                await asyncio.wait(asking, timeout=0.01)
            assert not await audit.is_writable()
            await asyncio.to_thread(server.start)
            await recovered(audit)
            refused.clear()
        stop.set()
        await asyncio.gather(*asking)
        found = rows(server.url)
        assert len(found) == len(set(found))
        assert set(written) <= set(found)
        await audit.close()


async def test_a_silent_server_is_given_up_in_time_and_found_again():
    with lone_postgres() as server:
        table = PostgresAuditTable(sync_url(server.url), patience=1.0)
        audit = GroupedAuditLog(GroupWriter(table, AuditReport(CollectorRegistry())))
        assert await recorded(audit, [bare()]) == ["written"]
        server.silence(silent=True)
        began = time.monotonic()
        assert await recorded(audit, [bare(), bare()]) == ["Unavailable"] * 2
        assert time.monotonic() - began < 4.0
        server.silence(silent=False)
        await recovered(audit)
        assert await recorded(audit, [bare()]) == ["written"]
        await audit.close()


class Swallower:
    """A way to the server on which, when `armed`, an answer gets lost and the connection with it."""

    def __init__(self, server: str) -> None:
        self._server = server
        self.armed = False
        self.swallowed = 0
        self._serving: list[asyncio.Task[None] | None] = []

    @contextlib.asynccontextmanager
    async def standing(self, path: Path) -> AsyncIterator[None]:
        gate = await asyncio.start_unix_server(self._serve, path)
        yield
        gate.close()
        await asyncio.gather(*filter(None, self._serving))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._serving.append(asyncio.current_task())
        answers, questions = await asyncio.open_unix_connection(self._server)
        there = asyncio.create_task(self._pass(reader, questions, is_answer=False))
        back = asyncio.create_task(self._pass(answers, writer, is_answer=True))
        await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
        for way, end in ((there, questions), (back, writer)):
            way.cancel()
            end.close()
            with contextlib.suppress(ConnectionError):
                await end.wait_closed()
        await asyncio.gather(there, back, return_exceptions=True)

    async def _pass(
        self, come: asyncio.StreamReader, go: asyncio.StreamWriter, *, is_answer: bool
    ) -> None:
        while data := await come.read(65536):
            if is_answer and self.armed:
                self.armed, self.swallowed = False, self.swallowed + 1
                return
            go.write(data)
            await go.drain()


@pytest.mark.parametrize("entries", [1, 20])
async def test_an_answer_that_is_lost_on_its_way_writes_no_entry_twice(postgres_url, entries):
    server = sa.make_url(postgres_url)
    host = server.query["host"]
    with short_directory() as folder:
        way = Swallower(f"{host}/.s.PGSQL.5432")
        audit = opened(str(server.set(query={"host": str(folder)})))
        async with way.standing(folder / ".s.PGSQL.5432"):
            assert await recorded(audit, [bare()]) == ["written"]
            way.armed = True
            ends = await recorded(audit, [bare() for _ in range(entries)])
            await audit.close()
    assert (ends, way.swallowed) == (["written"] * entries, 1)
    found = rows(postgres_url)
    assert len(found) == len(set(found)) == entries + 1
