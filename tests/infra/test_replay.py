"""What may be used once is used once, in process and on Redis."""

import asyncio

import pytest

from gateway.domain.errors import Unavailable
from gateway.infra.oauth.replay import MemoryReplaySet, RedisReplaySet
from gateway.infra.redis.batch import RedisBatch
from gateway.infra.redis.client import open_redis


class Ticks:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["memory", "redis"])
async def replay(request):
    if request.param == "memory":
        yield MemoryReplaySet()
        return
    client = open_redis(request.getfixturevalue("redis_url"))
    yield RedisReplaySet(RedisBatch(client))
    await client.aclose()


async def test_only_the_first_use_counts(replay):
    assert await replay.first_use("a", 30)
    assert not await replay.first_use("a", 30)
    assert await replay.first_use("b", 30)


async def test_of_many_at_once_one_is_first(replay):
    uses = await asyncio.gather(*(replay.first_use("a", 30) for _ in range(30)))
    assert sum(uses) == 1


async def test_redis_is_shared_and_keeps_no_key_in_clear(redis_url):
    one, other = open_redis(redis_url), open_redis(redis_url)
    assert await RedisReplaySet(RedisBatch(one)).first_use("rahasia", 0.2)
    assert not await RedisReplaySet(RedisBatch(other)).first_use("rahasia", 30)
    (name,) = await one.keys()
    assert b"rahasia" not in name
    assert 0 < await one.ttl(name) <= 1
    await one.aclose()
    await other.aclose()


async def test_without_redis_nothing_is_a_first_use():
    client = open_redis("unix:///tmp/ppks-no-such-socket")
    with pytest.raises(Unavailable):
        await RedisReplaySet(RedisBatch(client)).first_use("a", 30)
    await client.aclose()


async def test_memory_forgets_what_has_run_out():
    ticks = Ticks()
    replay = MemoryReplaySet(clock=ticks)
    assert await replay.first_use("a", 10)
    assert await replay.first_use("b", 20)
    ticks.now = 9.9
    assert not await replay.first_use("a", 10)
    ticks.now = 10.0
    assert await replay.first_use("a", 10)
    assert not await replay.first_use("b", 10)


async def test_memory_refuses_rather_than_grow_or_forget():
    ticks = Ticks()
    replay = MemoryReplaySet(most=2, clock=ticks)
    assert await replay.first_use("a", 10)
    assert await replay.first_use("b", 20)
    with pytest.raises(Unavailable):
        await replay.first_use("c", 10)
    assert not await replay.first_use("a", 10)
    ticks.now = 10.0
    assert await replay.first_use("c", 10)
