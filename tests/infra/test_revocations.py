"""A revoked token stays revoked until it ends, in process and on Redis."""

import asyncio
from datetime import timedelta

import pytest
import redis

from gateway.domain.errors import Unavailable
from gateway.infra.oauth.revocations import BELIEF, MemoryRevocations, RedisRevocations
from gateway.infra.redis.client import open_redis
from gateway.kit.clock import ManualClock
from tests.fixtures.lookups import soon
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
    made = RedisRevocations(client, clock)
    yield made
    await made.close()
    await client.aclose()


@pytest.fixture
async def instances(redis_url, clock):
    """Two that go by what they hear of each other."""
    clients = [open_redis(redis_url) for _ in range(2)]
    made = [RedisRevocations(client, clock) for client in clients]
    for each in made:
        await hearing(each)
    yield made
    for each, client in zip(made, clients, strict=True):
        await each.close()
        await client.aclose()


async def hearing(revocations: RedisRevocations) -> None:
    await revocations.is_revoked("jti-lain")
    await soon(lambda: revocations._listening.hears)


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
    await RedisRevocations(one, clock).revoke("jti-satu", ENDS)
    asked = RedisRevocations(other, clock)
    assert await asked.is_revoked("jti-satu")
    assert await one.keys() == [b"ppks:rv:jti-satu"]
    assert 300 <= await one.ttl("ppks:rv:jti-satu") <= 360
    await RedisRevocations(one, clock).revoke("jti-lama", START - timedelta(seconds=61))
    assert len(await one.keys()) == 1
    await asked.close()
    await one.aclose()
    await other.aclose()


async def test_with_redis_killed_no_token_may_be_accepted(clock):
    with lone_redis() as server:
        client = open_redis(server.url)
        revocations = RedisRevocations(client, clock)
        await revocations.revoke("jti-satu", ENDS)
        server.kill()
        with pytest.raises(Unavailable) as raised:
            await revocations.is_revoked("jti-dua")
        assert (raised.value.code, raised.value.retry_after) == ("revocations_unavailable", 5)
        with pytest.raises(Unavailable):
            await revocations.revoke("jti-dua", ENDS)
        await revocations.close()
        await client.aclose()


async def test_with_redis_killed_no_token_is_accepted_for_long_because_it_was_known(clock):
    with lone_redis() as server:
        client = open_redis(server.url)
        revocations = RedisRevocations(client, clock)
        await hearing(revocations)
        assert not await revocations.is_revoked("jti-satu")
        server.kill()
        await asyncio.sleep(BELIEF)
        with pytest.raises(Unavailable):
            await revocations.is_revoked("jti-satu")
        await revocations.close()
        await client.aclose()


class TestAmongInstances:
    """What one has revoked all refuse, from the moment that the revocation is answered."""

    async def test_redis_is_asked_once_about_a_token(self, instances, redis_url):
        one, _ = instances
        assert not await one.is_revoked("jti-satu")
        with redis.Redis.from_url(redis_url) as client:
            before = client.info("commandstats")["cmdstat_mget"]["calls"]
            for _ in range(20):
                assert not await one.is_revoked("jti-satu")
            assert client.info("commandstats")["cmdstat_mget"]["calls"] == before

    async def test_the_others_know_when_the_revocation_is_answered(self, instances):
        one, other = instances
        for n in range(3):
            assert not await other.is_revoked(f"jti-{n}")
            await one.revoke(f"jti-{n}", ENDS)
            assert await other.is_revoked(f"jti-{n}")
            assert await one.is_revoked(f"jti-{n}")

    async def test_also_one_that_hears_nothing_although_its_line_stands(self, instances):
        one, other = instances
        assert not await other.is_revoked("jti-satu")
        # As behind a firewall that forgot the line.
        other._listening._task.cancel()
        await asyncio.gather(other._listening._task, return_exceptions=True)
        await one.revoke("jti-satu", ENDS)
        assert await other.is_revoked("jti-satu")

    async def test_also_one_whose_line_broke_meanwhile(self, instances, redis_url):
        one, other = instances
        assert not await other.is_revoked("jti-satu")
        with redis.Redis.from_url(redis_url) as client:
            client.client_kill_filter(_type="pubsub")
            # A notice that nobody could hear.
            client.set("ppks:rv:jti-satu", b"1", ex=60)
        await asyncio.sleep(BELIEF)
        await soon(lambda: other._listening.hears)
        assert await other.is_revoked("jti-satu")
        assert await one.is_revoked("jti-satu")

    async def test_an_answer_that_was_on_its_way_does_not_hide_a_revocation(self, instances):
        one, other = instances
        asking = [asyncio.create_task(other.is_revoked("jti-satu")) for _ in range(20)]
        await one.revoke("jti-satu", ENDS)
        await asyncio.gather(*asking)
        assert await other.is_revoked("jti-satu")


async def test_more_tokens_than_are_kept_in_mind_are_asked_about_again(redis_url, clock):
    client = open_redis(redis_url)
    revocations = RedisRevocations(client, clock, most=3)
    await hearing(revocations)
    await revocations.revoke("jti-0", ENDS)
    for n in range(1, 9):
        assert not await revocations.is_revoked(f"jti-{n}")
    assert await revocations.is_revoked("jti-0")
    assert len(revocations._known) <= 3
    await revocations.close()
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
