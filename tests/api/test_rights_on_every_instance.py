"""What an operator takes away is gone at every instance within a second."""

import asyncio
import time

import msgspec
import pytest

from gateway.domain.client import StatusClient
from gateway.domain.grant import StatusGrant
from gateway.infra.db.clients.clients import SqlClients
from gateway.infra.db.engine import Database, open_engine
from tests.fixtures.gateway_app import OPD, build, environment, opened
from tests.fixtures.oauth import START


@pytest.fixture
async def instances(database_url):
    """Two gateways over one store; the first one has the agency and the records."""
    async with opened(environment(database_url)) as one:
        other = build(environment(database_url))
        yield one, other
        await other.close()


@pytest.fixture
async def operator(database_url):
    """A process of its own, as each command is."""
    database = Database(open_engine(database_url))
    yield SqlClients(database, lambda: START)
    await database.close()


async def end_grant(operator, grant):
    ended = msgspec.structs.replace(grant, versi=2, status=StatusGrant.BERAKHIR)
    await operator.append_grant(ended, oleh="CONTOH A")


async def suspend_grant(operator, grant):
    changed = msgspec.structs.replace(grant, versi=2, status=StatusGrant.DITANGGUHKAN)
    await operator.append_grant(changed, oleh="CONTOH A")


async def shrink_grant(operator, grant):
    changed = msgspec.structs.replace(grant, versi=2, scopes=frozenset())
    await operator.append_grant(changed, oleh="CONTOH A")


async def suspend_client(operator, grant):
    client = await operator.client(grant.client_id)
    changed = msgspec.structs.replace(client, status=StatusClient.DITANGGUHKAN)
    await operator.save_client(changed, oleh="CONTOH A")


@pytest.mark.parametrize(
    ("change", "status"),
    [(end_grant, 403), (suspend_grant, 403), (shrink_grant, 403), (suspend_client, 401)],
)
async def test_a_change_bites_everywhere_within_a_second(instances, operator, change, status):
    asker = await instances[0].asking(OPD, baris_per_hari="*")
    ways = [asker.through(instance.http) for instance in instances]
    for way in ways:
        assert (await way.get("/v1/ppks")).status_code == 200
    await change(operator, asker.grant)
    changed = time.monotonic()
    for way in ways:
        while (answer := await way.get("/v1/ppks")).status_code == 200:
            assert time.monotonic() - changed < 1, "still served after a second"
            await asyncio.sleep(0.02)
        assert answer.status_code == status


async def test_where_the_change_is_made_it_bites_at_once(instances):
    one, _ = instances
    asker = await one.asking(baris_per_hari="*")
    assert (await asker.get("/v1/ppks")).status_code == 200
    await one.amend(asker.grant, status=StatusGrant.DITANGGUHKAN)
    assert (await asker.get("/v1/ppks")).status_code == 403
