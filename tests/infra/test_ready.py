"""Readiness says which part is away, quickly, and never fails itself."""

import asyncio
import socket

import pytest
from sqlalchemy.exc import OperationalError

from gateway.infra.db.engine import Database, open_engine
from gateway.infra.observing.ready import Readiness, stored_version
from gateway.infra.redis.client import open_redis
from tests.fakes import FakeAudit, FakeSealing

SECONDS = 5


@pytest.fixture
def silent_port():
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


async def test_a_store_that_answers_is_ready(database_url):
    database = Database(open_engine(database_url))
    assert await Readiness(database, FakeAudit(), None, FakeSealing())() == {
        "basis_data": True,
        "catatan_audit": True,
        "segel_audit": True,
    }
    await database.close()


class SilentAudit:
    """An audit log that never says whether it can be written."""

    async def is_writable(self) -> bool:
        await asyncio.Event().wait()
        return True


async def test_the_audit_log_counts_and_a_silent_one_is_away_in_time(sqlite_url):
    database, audit = Database(open_engine(sqlite_url)), FakeAudit()
    audit.away = True
    assert await Readiness(database, audit, None, FakeSealing())() == {
        "basis_data": True,
        "catatan_audit": False,
        "segel_audit": True,
    }
    async with asyncio.timeout(SECONDS):
        silent = await Readiness(database, SilentAudit(), None, FakeSealing())()
    assert silent == {"basis_data": True, "catatan_audit": False, "segel_audit": True}
    await database.close()


async def test_redis_counts_where_it_is_used(sqlite_url, redis_url):
    database, client = Database(open_engine(sqlite_url)), open_redis(redis_url)
    assert await Readiness(database, FakeAudit(), client, FakeSealing())() == {
        "basis_data": True,
        "catatan_audit": True,
        "segel_audit": True,
        "redis": True,
    }
    await client.aclose()
    away = open_redis("unix:///tmp/ppks-no-such-socket")
    assert await Readiness(database, FakeAudit(), away, FakeSealing())() == {
        "basis_data": True,
        "catatan_audit": True,
        "segel_audit": True,
        "redis": False,
    }
    await away.aclose()
    await database.close()


async def test_a_store_that_was_never_migrated_is_not_ready(tmp_path):
    database = Database(open_engine(f"sqlite:///{tmp_path}/kosong.db"))
    assert await Readiness(database, FakeAudit(), None, FakeSealing())() == {
        "basis_data": False,
        "catatan_audit": True,
        "segel_audit": True,
    }
    await database.close()


async def test_a_silent_store_is_away_in_time(silent_port):
    database = Database(open_engine(f"postgresql://x@127.0.0.1:{silent_port}/x"))
    client = open_redis(f"redis://127.0.0.1:{silent_port}/0")
    async with asyncio.timeout(SECONDS):
        assert await Readiness(database, FakeAudit(), client, FakeSealing())() == {
            "basis_data": False,
            "catatan_audit": True,
            "segel_audit": True,
            "redis": False,
        }
    await client.aclose()
    await database.close()


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all/gateway.db", "postgresql://x@127.0.0.1:1/x"]
)
async def test_a_store_that_is_away_is_not_ready_and_its_version_is_not_known(url):
    database = Database(open_engine(url))
    assert await Readiness(database, FakeAudit(), None, FakeSealing())() == {
        "basis_data": False,
        "catatan_audit": True,
        "segel_audit": True,
    }
    with pytest.raises(OperationalError):
        await stored_version(database)
    # The driver's thread still says goodbye to this loop.
    await asyncio.sleep(0.1)
