"""A store of clients and a clock for the use cases that administer them."""

import pytest

from gateway.infra.db.clients.clients import SqlClients
from gateway.infra.db.engine import Database, open_engine
from gateway.kit.clock import ManualClock
from tests.fixtures.oauth import START


@pytest.fixture
def clock():
    return ManualClock(START)


@pytest.fixture
async def clients(database_url, clock):
    database = Database(open_engine(database_url))
    yield SqlClients(database, clock)
    await database.close()
