"""Uses are counted against a limit, alike in process and on Redis, and never left uncounted."""

import asyncio
import socket

import pytest

from gateway.domain.errors import Unavailable
from gateway.domain.ports import Allowance
from gateway.infra.limits.allowance import FixedAllowance, MovingAllowance
from gateway.infra.limits.counts import Counts, MemoryCounts, RedisCounts
from gateway.infra.limits.leases import LeasedAllowance
from gateway.infra.redis.batch import RedisBatch
from gateway.infra.redis.client import open_redis

MINUTE, DAY = 60, 86_400
KINDS = {
    "moving": MovingAllowance,
    "fixed": FixedAllowance,
    "leased": lambda counts: LeasedAllowance(FixedAllowance(counts)),
}


class Counters:
    """Two instances of the gateway that count together."""

    def __init__(self, redis_url: str | None) -> None:
        self._clients = [] if redis_url is None else [open_redis(redis_url) for _ in range(2)]
        shared = MemoryCounts()
        self._counts: list[Counts] = [
            RedisCounts(RedisBatch(client)) for client in self._clients
        ] or [shared, shared]

    def pair(self, kind: str) -> list[Allowance]:
        return [KINDS[kind](counts) for counts in self._counts]

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()


@pytest.fixture(params=["memory", "redis"])
async def counters(request):
    redis = request.param == "redis"
    opened = Counters(request.getfixturevalue("redis_url") if redis else None)
    yield opened
    await opened.close()


@pytest.fixture(params=KINDS)
def pair(request, counters):
    return counters.pair(request.param)


async def test_instances_share_one_limit(pair):
    taken = [await pair[turn % 2].take("dinkes", 5, DAY) for turn in range(7)]
    assert [one.allowed for one in taken] == [True] * 5 + [False] * 2
    assert [one.remaining for one in taken] == [4, 3, 2, 1, 0, 0, 0]
    assert {one.limit for one in taken} == {5}
    assert all(0 < one.reset_after <= 2 * DAY for one in taken)


async def test_of_many_at_once_no_more_than_the_limit_are_allowed(pair):
    taken = await asyncio.gather(*(pair[turn % 2].take("ramai", 10, DAY) for turn in range(40)))
    assert sum(one.allowed for one in taken) == 10


async def test_each_key_and_each_limit_has_its_own_count(pair):
    one, _ = pair
    assert (await one.take("a", 1, DAY)).allowed
    assert not (await one.take("a", 1, DAY)).allowed
    assert (await one.take("b", 1, DAY)).allowed


async def test_a_cost_is_taken_whole_or_not_at_all(pair):
    one, other = pair
    assert (await one.take("a", 10, DAY, cost=7)).remaining == 3
    refused = await other.take("a", 10, DAY, cost=4)
    assert not refused.allowed
    assert not (await one.take("a", 10, DAY, cost=11)).allowed
    # What was refused was not counted: a smaller cost still finds its room.
    assert (await one.take("a", 10, DAY, cost=0)).remaining == 3
    assert (await other.take("a", 10, DAY, cost=3)).allowed
    assert (await one.take("a", 10, DAY, cost=0)).remaining == 0


async def test_a_look_costs_nothing(pair):
    one, other = pair
    fresh = await one.take("a", 3, DAY, cost=0)
    assert (fresh.allowed, fresh.remaining) == (True, 3)
    await one.take("a", 3, DAY)
    seen = [await other.take("a", 3, DAY, cost=0) for _ in range(3)]
    assert [look.remaining for look in seen] == [2, 2, 2]
    for _ in range(2):
        await one.take("a", 3, DAY)
    assert (await other.take("a", 3, DAY, cost=0)).remaining == 0


@pytest.mark.parametrize("cost", [0, 1])
async def test_a_limit_of_nothing_allows_nothing(pair, cost):
    for allowance in pair:
        taken = await allowance.take("a", 0, DAY, cost=cost)
        assert (taken.allowed, taken.remaining, taken.limit) == (False, 0, 0)


async def test_a_wait_that_was_told_is_enough(pair):
    one, other = pair
    taken = await one.take("a", 1, 1)
    refused = await other.take("a", 1, 1)
    assert not refused.allowed
    assert 0 < refused.reset_after <= taken.reset_after + 0.01 <= 2.01
    await asyncio.sleep(refused.reset_after + 0.05)
    assert (await other.take("a", 1, 1)).allowed


async def test_counts_on_redis_run_out_by_themselves(redis_url):
    client = open_redis(redis_url)
    for allowance in KINDS.values():
        await allowance(RedisCounts(RedisBatch(client))).take("dinkes", 5, MINUTE)
    names = await client.keys()
    assert len(names) == 2
    for name in names:
        assert name.startswith(b"ppks:limit")
        assert 0 < await client.ttl(name) <= 2 * MINUTE
    await client.aclose()


async def test_in_no_minute_more_than_the_limit_passes():
    now = 600.0
    allowance = MovingAllowance(MemoryCounts(lambda: now), lambda: now)
    passed: list[float] = []
    for _ in range(4000):
        now += 0.1
        if (await allowance.take("a", 50, MINUTE)).allowed:
            passed.append(now)
    # The part of the stretch before is taken as if it had been even.
    most = max(sum(one <= each < one + MINUTE for each in passed) for one in passed)
    assert 50 <= most <= 75
    assert len(passed) >= 50 * 6


@pytest.fixture
def silent_port():
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("where", ["nowhere", "silent"])
async def test_a_counter_that_is_away_refuses_in_time(silent_port, kind, where):
    urls = {"nowhere": "redis://127.0.0.1:1/0", "silent": f"redis://127.0.0.1:{silent_port}/0"}
    client = open_redis(urls[where])
    allowance = KINDS[kind](RedisCounts(RedisBatch(client)))
    async with asyncio.timeout(8):
        with pytest.raises(Unavailable) as refused:
            await allowance.take("a", 5, DAY)
    assert refused.value.code == "counter_unavailable"
    assert refused.value.retry_after is not None
    await client.aclose()
