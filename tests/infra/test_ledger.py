"""Sheets of numbers: the same in one process and on Redis."""

import asyncio
from datetime import timedelta

import pytest

from gateway.domain.errors import Unavailable
from gateway.infra.limits.ledger import MemoryLedger, RedisLedger
from gateway.infra.redis.batch import RedisBatch
from gateway.infra.redis.client import open_redis
from gateway.kit.clock import ManualClock
from tests.fixtures.oauth import START


@pytest.fixture
def clock():
    return ManualClock(START)


@pytest.fixture(params=["memory", "redis"])
async def ledger(request, clock):
    if request.param == "memory":
        yield MemoryLedger(clock)
        return
    client = open_redis(request.getfixturevalue("redis_url"))
    yield RedisLedger(RedisBatch(client))
    await client.aclose()


async def test_a_sheet_begins_empty_and_reading_it_writes_nothing(ledger):
    assert dict(await ledger.add("a", {})) == {}
    assert dict(await ledger.add("a", {})) == {}


async def test_additions_come_back_whole_and_each_sheet_is_its_own(ledger):
    await ledger.add("a", {"used": 1, "calls": 1})
    assert dict(await ledger.add("a", {"used": -1, "grant:G-1": 2})) == {
        "used": 0,
        "calls": 1,
        "grant:G-1": 2,
    }
    assert dict(await ledger.add("b", {})) == {}


async def test_what_was_set_by_a_later_order_stays(ledger):
    await ledger.put("a", 5, {"told": 50})
    await ledger.put("a", 4, {"told": 40, "other": 1})
    assert dict(await ledger.add("a", {})) == {"order": 5, "told": 50}
    await ledger.put("a", 5, {"told": 49})
    await ledger.put("a", 1_800_000_000_000, {"told": 7})
    assert (await ledger.add("a", {}))["told"] == 7


async def test_many_at_once_are_all_counted_and_each_sees_another_number(ledger):
    sheets = await asyncio.gather(*(ledger.add("a", {"used": 1}) for _ in range(200)))
    assert sorted(sheet["used"] for sheet in sheets) == list(range(1, 201))


async def test_a_sheet_in_the_process_ends_after_two_days(clock):
    ledger = MemoryLedger(clock)
    await ledger.add("a", {"used": 1})
    clock.advance(timedelta(days=1))
    await ledger.add("a", {"used": 1})
    clock.advance(timedelta(days=2))
    assert dict(await ledger.add("a", {})) == {}
    await ledger.add("b", {"used": 1})
    assert list(ledger._sheets) == ["b"]


async def test_a_sheet_on_redis_ends_after_two_days(redis_url):
    client = open_redis(redis_url)
    ledger = RedisLedger(RedisBatch(client))
    await ledger.add("a", {"used": 1})
    await ledger.put("b", 1, {"until": 1})
    for name in ("a", "b"):
        assert 172_000 < await client.ttl(f"ppks:registry:{name}") <= 172_800
    await client.aclose()


async def test_without_redis_nothing_is_counted_and_that_is_said():
    client = open_redis("redis://127.0.0.1:1/0")
    with pytest.raises(Unavailable) as caught:
        await RedisLedger(RedisBatch(client)).add("a", {"used": 1})
    assert caught.value.code == "counter_unavailable"
    await client.aclose()
