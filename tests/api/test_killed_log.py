"""A server that is killed under load, again and again, leaves one sound log with every answer in it."""

import asyncio
import json
from datetime import UTC, datetime

import httpx
import sqlalchemy as sa

from gateway.infra.db.engine import open_thread_engine
from gateway.infra.db.tables import AUDIT
from gateway.infra.sealing.leaves import Leaves
from gateway.infra.sealing.sealer import Sealer
from gateway.infra.sealing.walk import leaf_rows
from tests.api.test_killed_server import AT_ONCE, Crowd
from tests.fixtures.gateway_app import environment, opened
from tests.fixtures.served import newly_granted, serving

KILLS = 3
ENOUGH_ANSWERS = 150


async def load_and_kill(gateway, environ, kill_number):
    """The names of the requests that were answered before the kill."""
    with serving(environ, "serve") as server:
        async with httpx.AsyncClient(base_url=server.base, timeout=30) as http:
            await server.ready(http)
            crowd = Crowd(await newly_granted(gateway, http), f"k{kill_number}")
            asking = [asyncio.create_task(crowd.ask()) for _ in range(AT_ONCE)]
            while len(crowd.answered) < ENOUGH_ANSWERS:
                await asyncio.wait(asking, timeout=0.01)
            # Killed at different moments of the round in which rows are sealed.
            await asyncio.sleep(0.31 * kill_number)
            server.kill()
            await asyncio.gather(*asking)
    return crowd.answered


async def test_no_entry_of_an_answer_is_missing_from_the_log(database_url, tmp_path):
    changes = {"GATEWAY_AUDIT_CHECKPOINT_FILE": str(tmp_path / "checkpoint")}
    environ = environment(database_url, **changes)
    answered: list[str] = []
    async with opened(environ) as gateway:
        for kill_number in range(KILLS):
            answered += await load_and_kill(gateway, environ, kill_number)
        keyring = gateway.parts.keyring
        kept = (tmp_path / "checkpoint").read_text()
    engine = open_thread_engine(database_url)
    sealer = Sealer(engine, keyring, lambda: datetime.now(UTC), "unused")
    with engine.connect() as connection:
        rows = connection.scalar(sa.select(sa.func.count()).select_from(AUDIT))
    sealer.seal_all()
    found, checked = sealer.verify([kept])
    assert found == []
    assert checked.entri == rows
    leaves = Leaves(engine.dialect.name, keyring.salt)
    with engine.connect() as connection:
        said = [leaves.leaf(row) for _, row in leaf_rows(connection, leaves, 0, rows)]
    engine.dispose()
    assert set(answered) <= {json.loads(leaf).get("request_id") for leaf in said}
