"""Several instances over one real Redis: erasures that reach all, one call for all, broken lines."""

import asyncio
import json
import os
import signal
import sys
from datetime import timedelta

import pytest
import redis

from bench.lookup_storm import storm
from gateway.domain.errors import Unavailable
from gateway.domain.freshness import Keadaan
from gateway.domain.nik_cache import CacheEvent
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.infra.nik_cache.notices import CHANNEL
from gateway.infra.nik_cache.shared import LEASE_MS, State
from gateway.infra.nik_cache.two_level import BELIEF
from gateway.kit.clock import ManualClock
from tests.fixtures.lookups import (
    NIK,
    OTHER,
    CountingRegistry,
    instances,
    nik_number,
    soon,
)
from tests.fixtures.oauth import START
from tests.fixtures.redis_alone import lone_redis

LEASE = LEASE_MS / 1000


@pytest.fixture
def registry():
    return CountingRegistry()


@pytest.fixture
async def pair(registry, redis_url):
    async with instances(registry, redis_url) as made:
        for instance in made:
            await instance.hears()
        yield made


def kill_subscriptions(url: str) -> int:
    with redis.Redis.from_url(url) as client:
        return client.client_kill_filter(_type="pubsub")


async def test_an_answer_that_one_fetched_is_told_by_all(registry, pair):
    one, other = pair
    assert [await each.name() for each in (one, other, other)] == ["CONTOH KE 1"] * 3
    assert registry.calls == 1
    assert other.events == {CacheEvent.SHARED: 1, CacheEvent.NEAR: 1}


async def test_a_newer_answer_replaces_what_others_had_at_hand(registry, pair):
    one, other = pair
    await one.name()
    await other.name()
    await one.name(oldest=0)
    await soon(lambda: other.cache.near(NIK) is None)
    assert await other.name() == "CONTOH KE 2"
    assert one.cache.near(NIK) is not None


class TestForgetting:
    """An erasure at one instance holds at all of them within a second."""

    async def test_it_reaches_who_listens(self, registry, pair):
        one, other = pair
        for each in pair:
            await each.name()
            await each.name(OTHER)
        await one.cache.purge(NIK)
        await soon(lambda: other.cache.near(NIK) is None, BELIEF)
        assert [each.cache.near(OTHER) is not None for each in pair] == [True, True]
        assert await other.name() == "CONTOH KE 2"

    async def test_it_reaches_who_lost_the_line(self, registry, pair, redis_url):
        one, other = pair
        for each in pair:
            await each.name()
            await each.name(OTHER)
        assert kill_subscriptions(redis_url) == 2
        await one.cache.purge(NIK)
        await one.cache.purge(OTHER)
        await soon(lambda: other.cache.near(NIK) is None, BELIEF)
        assert await other.name() == "CONTOH KE 2"
        # And the line mends itself.
        await other.hears()
        assert other.cache.near(OTHER) is None
        await other.name()
        assert other.cache.near(NIK) is not None
        await one.cache.purge(NIK)
        await soon(lambda: other.cache.near(NIK) is None, BELIEF)

    async def test_it_reaches_who_is_not_told_although_the_line_stands(self, pair, redis_url):
        _, other = pair
        await other.name()
        listening = other.cache._listening
        # A line on which nothing comes any more, as behind a firewall that forgot it.
        listening._task.cancel()
        await asyncio.gather(listening._task, return_exceptions=True)
        with redis.Redis.from_url(redis_url) as client:
            client.flushdb()
        await asyncio.sleep(BELIEF)
        assert other.cache.near(NIK) is None
        assert await other.name() == "CONTOH KE 2"

    async def test_it_wins_over_a_call_of_another_instance_that_began_before(self, registry, pair):
        one, other = pair
        gate = registry.hold()
        asking = asyncio.create_task(one.name())
        await registry.begun.wait()
        await other.cache.purge(NIK)
        later = asyncio.create_task(other.name())
        await soon(lambda: registry.calls == 2)
        gate.set()
        assert await asking == "CONTOH KE 1"
        assert await later == "CONTOH KE 2"
        for each in pair:
            assert await each.name() == "CONTOH KE 2"

    async def test_it_wins_over_a_refresh(self, registry, redis_url):
        clock = ManualClock(START)
        async with instances(registry, redis_url, clock) as (one, other):
            await one.hears()
            await one.name()
            clock.advance(timedelta(seconds=3601))
            gate = registry.hold()
            assert (await one.ask(NIK, oldest=9999, ip=None)).keadaan is Keadaan.BASI
            await registry.begun.wait()
            await other.cache.purge(NIK)
            gate.set()
            await soon(lambda: not one.ask._call._flights)
            assert [await each.cache.get(NIK) for each in (one, other)] == [None, None]

    async def test_it_wins_over_what_redis_said_before_it_and_is_heard_after_it(self, pair):
        one, other = pair
        await one.name()
        claim = other.cache._shared.claim

        async def heard_late(name, owner) -> State:
            state = await claim(name, owner)
            assert state.sealed is not None
            await one.cache.purge(NIK)
            await soon(lambda: name not in other.cache._near._tickets)
            return state

        other.cache._shared.claim = heard_late
        async with other.cache.claim(NIK) as claimed:
            assert claimed.found is None

    async def test_it_fails_loudly_where_redis_is_away(self, registry):
        with lone_redis() as server:
            async with instances(registry, server.url, size=1) as [one]:
                await one.name()
                server.kill()
                with pytest.raises(Unavailable):
                    await one.cache.purge(NIK)
                assert one.cache.near(NIK) is None


class TestOneCallForAll:
    """Who asks, who waits, and what becomes of both when something breaks."""

    async def test_many_lookups_of_few_persons_cost_one_call_for_each(self, registry, redis_url):
        registry.seconds = 0.005
        niks = [nik_number(number) for number in range(100)]
        async with instances(registry, redis_url) as made:
            asks = [each.name for each in made]
            await storm(asks, niks, lookups=2_000, concurrency=64)
            assert registry.calls == 100
            assert set(registry.asked.values()) == {1}
            total = sum((each.events for each in made), start=type(made[0].events)())
            assert total[CacheEvent.ASKED] == 100
            # Each lookup is counted once, by where its answer came from.
            assert sum(total.values()) == 2_000

    async def test_who_waits_is_woken_by_the_answer(self, registry, pair):
        one, other = pair
        gate = registry.hold()
        asking = asyncio.create_task(one.name())
        await registry.begun.wait()
        waiting = [asyncio.create_task(other.name()) for _ in range(5)]
        await asyncio.sleep(0.1)
        gate.set()
        assert await asyncio.gather(asking, *waiting) == ["CONTOH KE 1"] * 6
        assert registry.calls == 1
        assert other.events[CacheEvent.COALESCED] == 5

    async def test_who_waits_hears_it_also_without_notices(self, registry, pair, redis_url):
        one, other = pair
        gate = registry.hold()
        asking = asyncio.create_task(one.name())
        await registry.begun.wait()
        waiting = asyncio.create_task(other.name())
        await other.cache._listening.close()
        gate.set()
        await asking
        async with asyncio.timeout(1.5):
            assert await waiting == "CONTOH KE 1"
        assert registry.calls == 1

    async def test_a_call_that_lasts_longer_than_a_lease_is_waited_for(self, registry, pair):
        one, other = pair
        registry.seconds = LEASE * 1.25
        names = await asyncio.gather(one.name(), other.name())
        assert names == ["CONTOH KE 1"] * 2
        assert registry.calls == 1

    async def test_after_a_failure_the_next_asks_for_itself(self, registry, pair):
        registry.failure = UpstreamFailure(Outcome.BUSY)
        registry.seconds = 0.05
        asking = [each.name() for each in pair for _ in range(10)]
        errors = await asyncio.gather(*asking, return_exceptions=True)
        assert {error.code for error in errors} == {"upstream_busy"}
        assert registry.calls == 2

    async def test_an_old_answer_is_not_taken_for_that_of_a_call_that_failed(
        self, registry, redis_url
    ):
        clock = ManualClock(START)
        async with instances(registry, redis_url, clock) as pair:
            await pair[0].name()
            clock.advance(timedelta(seconds=100))
            registry.failure, gate = UpstreamFailure(Outcome.CONFIG), registry.hold()
            asking = [asyncio.create_task(each.name(oldest=50)) for each in pair]
            await registry.begun.wait()
            await asyncio.sleep(0.05)
            gate.set()
            errors = await asyncio.gather(*asking, return_exceptions=True)
            assert [type(error) for error in errors] == [Unavailable] * 2
            assert registry.calls == 3

    async def test_who_may_not_share_asks_alone(self, registry, pair):
        one, other = pair
        gate = registry.hold()
        asking = [asyncio.create_task(each.name(oldest=None)) for each in (one, other, other)]
        await soon(lambda: registry.calls == 3)
        gate.set()
        await asyncio.gather(*asking)
        assert await one.cache.get(NIK) is None

    async def test_a_killed_process_holds_up_nobody_for_longer_than_its_lease(
        self, registry, pair, redis_url
    ):
        holder = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _HOLDER,
            json.dumps([redis_url, NIK]),
            stdout=asyncio.subprocess.PIPE,
        )
        assert await holder.stdout.readline() == b"asking\n"
        waiting = asyncio.create_task(pair[0].name())
        await asyncio.sleep(0.2)
        assert registry.calls == 0
        os.kill(holder.pid, signal.SIGKILL)
        await holder.wait()
        async with asyncio.timeout(LEASE + 1):
            assert await waiting == "CONTOH KE 1"


_HOLDER = """
import asyncio, json, sys
from gateway.kit.clock import ManualClock
from tests.fixtures.lookups import CountingRegistry, Instance
from tests.fixtures.oauth import START

async def work(url, nik):
    registry = CountingRegistry()
    registry.hold()
    instance = Instance(registry, url, ManualClock(START))
    asking = asyncio.create_task(instance.name(nik))
    await registry.begun.wait()
    print("asking", flush=True)
    await asking

asyncio.run(work(*json.loads(sys.argv[1])))
"""


class TestRedisAway:
    """Without Redis each process asks for itself, once; with it back all is as before."""

    async def test_it_goes_and_comes_back_in_the_middle(self, registry):
        registry.seconds = 0.02
        niks = [nik_number(number) for number in range(10)]
        with lone_redis() as server:
            async with instances(registry, server.url) as made:
                for each in made:
                    await each.hears()
                asks = [each.name for each in made]
                await storm(asks, niks, lookups=200, concurrency=16)
                assert registry.calls == 10
                server.kill()
                async with asyncio.timeout(10):
                    await storm(asks, niks, lookups=40, concurrency=16)
                # One at a time in each process: at most as many calls as lookups, none waits.
                assert registry.calls <= 10 + 40
                server.start()
                for each in made:
                    await each.hears()
                await asyncio.sleep(0.6)
                before = registry.calls
                await storm(asks, niks, lookups=200, concurrency=16)
                assert registry.calls == before + 10

    async def test_a_server_that_hangs_costs_its_time_limit_and_no_more(self, registry):
        with lone_redis() as server:
            async with instances(registry, server.url, size=1) as [one]:
                await one.hears()
                await one.name()
                with redis.Redis.from_url(server.url) as client:
                    client.client_pause(4_000, all=True)
                await asyncio.sleep(BELIEF + 0.1)
                assert one.cache.near(NIK) is None
                async with asyncio.timeout(2.5):
                    assert await one.name() == "CONTOH KE 2"

    async def test_the_same_question_at_once_is_still_asked_once(self, registry):
        with lone_redis() as server:
            async with instances(registry, server.url, size=1) as [one]:
                server.kill()
                gate = registry.hold()
                asking = [asyncio.create_task(one.name()) for _ in range(20)]
                await registry.begun.wait()
                await asyncio.sleep(0.05)
                gate.set()
                assert set(await asyncio.gather(*asking)) == {"CONTOH KE 1"}
                assert registry.calls == 1

    async def test_an_erasure_holds_also_where_the_server_lost_its_memory(self, registry):
        with lone_redis() as server:
            async with instances(registry, server.url) as (one, other):
                await one.hears()
                gate = registry.hold()
                asking = asyncio.create_task(one.name())
                await registry.begun.wait()
                server.kill()
                server.start()
                await other.cache.purge(NIK)
                gate.set()
                assert await asking == "CONTOH KE 1"
                await soon(lambda: one.cache.near(NIK) is None, BELIEF)
                assert [await each.name() for each in (one, other)] == ["CONTOH KE 2"] * 2


async def test_notices_that_nobody_understands_are_passed_over(pair, redis_url):
    one, _ = pair
    await one.name()
    with redis.Redis.from_url(redis_url) as client:
        for data in (b"", b"?", b"F", b"\xff\xfe", b"X" * 1000, b"F\xff\xff"):
            client.publish(CHANNEL, data)
    await asyncio.sleep(0.4)
    await soon(lambda: one.cache.near(NIK) is not None)
