"""PostgreSQL crashes, falls silent or loses its answers: 503 for those who waited, then recovery."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
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
from tests.fixtures.postgres_alone import LonePostgres, lone_postgres
from tests.fixtures.servers import short_directory

RECOVERY_SECONDS = 20.0


@pytest.fixture(scope="module")
def standing() -> Iterator[LonePostgres]:
    with lone_postgres() as server:
        yield server


@pytest.fixture
def server(standing: LonePostgres) -> LonePostgres:
    """A server that may be ill-treated, with an empty log."""
    with psycopg.connect(standing.url) as connection:
        connection.execute("TRUNCATE audit")
    return standing


def rows(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT entri_id FROM audit")]


async def recovered(audit) -> None:
    """Wait until the log can be written again, as a load balancer does."""
    latest = time.monotonic() + RECOVERY_SECONDS
    while not await audit.is_writable():
        assert time.monotonic() < latest
        await asyncio.sleep(0.05)


async def test_a_crash_under_load_loses_nothing_that_was_said_to_be_durable(server):
    audit, written, refused, stop = opened(server.url), [], [], asyncio.Event()

    async def keep_asking() -> None:
        while not stop.is_set():
            entry = bare()
            [end] = await recorded(audit, [entry])
            (written if end == "written" else refused).append(entry.entri_id)
            await asyncio.sleep(0)

    asking = [asyncio.create_task(keep_asking()) for _ in range(16)]
    while len(written) < 200:
        await asyncio.wait(asking, timeout=0.01)
    await asyncio.to_thread(server.crash)
    while not refused:
        await asyncio.wait(asking, timeout=0.01)
    assert not await audit.is_writable()
    await asyncio.to_thread(server.start)
    await recovered(audit)
    before = len(written)
    while len(written) < before + 200:
        await asyncio.wait(asking, timeout=0.01)
    stop.set()
    await asyncio.gather(*asking)
    found = rows(server.url)
    assert len(found) == len(set(found))
    assert set(written) <= set(found)
    await audit.close()


async def test_a_silent_server_is_given_up_in_time_and_found_again(server):
    table = PostgresAuditTable(sync_url(server.url), patience=1.0)
    audit = GroupedAuditLog(GroupWriter(table, AuditReport(CollectorRegistry())))
    assert await recorded(audit, [bare()]) == ["written"]
    server.silence(silent=True)
    began = time.monotonic()
    assert await recorded(audit, [bare(), bare()]) == ["Unavailable"] * 2
    assert time.monotonic() - began < 1.9
    server.silence(silent=False)
    await recovered(audit)
    assert await recorded(audit, [bare()]) == ["written"]
    await audit.close()


SERVING_ROLE = """
    CREATE ROLE ppks_gateway LOGIN;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ppks_gateway;
    REVOKE UPDATE, DELETE ON audit FROM ppks_gateway;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ppks_gateway;
    ALTER ROLE ppks_gateway SET synchronous_commit = off;
"""
CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE usename = 'ppks_gateway' AND query LIKE '%%INSERT INTO audit%%'
"""


async def test_a_role_that_may_only_add_rows_suffices_also_after_a_cut(server):
    with psycopg.connect(server.url, autocommit=True) as owner:
        owner.execute(SERVING_ROLE)
        audit = opened(server.url.replace("postgres@", "ppks_gateway@"))
        assert await audit.is_writable()
        assert await recorded(audit, [bare()]) == ["written"]
        assert owner.execute(CUT).fetchall() == [(True,)]
        assert await recorded(audit, [bare()]) == ["written"]
        owner.execute("REVOKE INSERT ON audit FROM ppks_gateway")
        assert await recorded(audit, [bare()]) == ["Unavailable"]
        assert not await audit.is_writable()
        owner.execute("GRANT INSERT ON audit TO ppks_gateway")
        await recovered(audit)
        assert await recorded(audit, [bare()]) == ["written"]
        assert len(rows(server.url)) == 3
        await audit.close()


async def test_a_commit_waits_for_the_disk_whatever_the_role_is_set_to(server):
    with psycopg.connect(server.url, autocommit=True) as owner:
        for told, kept in (("off", "on"), ("local", "local"), ("on", "on")):
            owner.execute(f"ALTER ROLE postgres SET synchronous_commit = {told}")
            owner.execute(SPY)
            audit = opened(server.url)
            assert await recorded(audit, [bare(alasan="spy")]) == ["written"]
            [seen] = owner.execute("SELECT tujuan FROM audit WHERE alasan = 'spy'").fetchall()
            assert seen == (kept,)
            owner.execute("DELETE FROM audit")
            await audit.close()
        owner.execute("DROP TRIGGER spy ON audit; ALTER ROLE postgres RESET synchronous_commit")


SPY = """
    CREATE OR REPLACE FUNCTION spy() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.tujuan = current_setting('synchronous_commit'); RETURN NEW; END $$;
    CREATE OR REPLACE TRIGGER spy BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION spy();
"""


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
