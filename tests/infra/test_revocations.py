"""A revoked token stays revoked until it ends, in process and on Redis."""

from datetime import timedelta

import pytest

from gateway.domain.errors import Unavailable
from gateway.infra.redis import open_redis
from gateway.infra.redis_batch import RedisBatch
from gateway.infra.revocations import MemoryRevocations, RedisRevocations
from gateway.kit.clock import ManualClock
from tests.fixtures.oauth import START
from tests.fixtures.redis_alone import lone_redis

ENDS = START + timedelta(seconds=300)


@pytest.fixture
def clock():
    return ManualClock(START)


@pytest.fixture(params=["memory", "redis"])
async def revocations(request, clock):
    if request.param == "memory":
        yield MemoryRevocations(clock)
        return
    client = open_redis(request.getfixturevalue("redis_url"))
    yield RedisRevocations(RedisBatch(client), clock)
    await client.aclose()


async def test_only_the_revoked_token_is_revoked(revocations):
    await revocations.revoke("jti-satu", ENDS)
    assert await revocations.is_revoked("jti-satu")
    assert not await revocations.is_revoked("jti-dua")
    assert not await revocations.is_revoked("jti-sat")


async def test_revoking_twice_is_as_good_as_once(revocations):
    await revocations.revoke("jti-satu", ENDS)
    await revocations.revoke("jti-satu", ENDS)
    assert await revocations.is_revoked("jti-satu")


async def test_it_holds_until_the_token_ends(revocations, clock):
    await revocations.revoke("jti-satu", ENDS)
    clock.advance(timedelta(seconds=299))
    assert await revocations.is_revoked("jti-satu")


async def test_redis_is_shared_and_forgets_soon_after_the_token_ended(redis_url, clock):
    one, other = open_redis(redis_url), open_redis(redis_url)
    await RedisRevocations(RedisBatch(one), clock).revoke("jti-satu", ENDS)
    assert await RedisRevocations(RedisBatch(other), clock).is_revoked("jti-satu")
    assert await one.keys() == [b"ppks:rv:jti-satu"]
    assert 300 <= await one.ttl("ppks:rv:jti-satu") <= 360
    await RedisRevocations(RedisBatch(one), clock).revoke("jti-lama", START - timedelta(seconds=61))
    assert len(await one.keys()) == 1
    await one.aclose()
    await other.aclose()


async def test_with_redis_killed_no_token_may_be_accepted(clock):
    with lone_redis() as server:
        client = open_redis(server.url)
        revocations = RedisRevocations(RedisBatch(client), clock)
        await revocations.revoke("jti-satu", ENDS)
        server.kill()
        with pytest.raises(Unavailable) as raised:
            await revocations.is_revoked("jti-dua")
        assert (raised.value.code, raised.value.retry_after) == ("revocations_unavailable", 5)
        with pytest.raises(Unavailable):
            await revocations.revoke("jti-dua", ENDS)
        await client.aclose()


async def test_memory_forgets_what_has_ended_and_refuses_rather_than_grow(clock):
    revocations = MemoryRevocations(clock, most=2)
    await revocations.revoke("jti-satu", START + timedelta(seconds=10))
    await revocations.revoke("jti-dua", START + timedelta(seconds=20))
    with pytest.raises(Unavailable):
        await revocations.revoke("jti-tiga", ENDS)
    assert await revocations.is_revoked("jti-satu")
    clock.advance(timedelta(seconds=10))
    assert not await revocations.is_revoked("jti-satu")
    await revocations.revoke("jti-tiga", ENDS)
    assert await revocations.is_revoked("jti-dua")
    assert await revocations.is_revoked("jti-tiga")
