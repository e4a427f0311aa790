"""An allowance that is taken ahead: cheap, and never more than the limit."""

import asyncio
from random import Random

import pytest

from gateway.domain.errors import Unavailable
from gateway.domain.ports import Taken
from gateway.infra.limits.allowance import FixedAllowance
from gateway.infra.limits.leases import LeasedAllowance
from tests.fixtures.shared_counts import SharedCounts

DAY = 86_400


@pytest.fixture
def shared():
    return SharedCounts()


@pytest.fixture
def instances(shared):
    return [LeasedAllowance(FixedAllowance(shared)) for _ in range(3)]


async def test_most_uses_ask_nobody(instances, shared):
    for _ in range(5000):
        assert (await instances[0].take("a", 10_000, DAY)).allowed
    assert shared.asked < 100


@pytest.mark.parametrize("seed", range(5))
async def test_all_instances_together_give_out_the_limit_and_no_more(instances, seed):
    dice = Random(seed)
    given = 0

    async def use() -> int:
        cost = dice.choice((1, 1, 1, 7))
        return cost if (await dice.choice(instances).take("a", 1000, DAY, cost)).allowed else 0

    for _ in range(60):
        given += sum(await asyncio.gather(*(use() for _ in range(20))))
    assert given <= 1000
    # What is held ahead becomes less and less, so next to nothing is left over.
    assert given >= 990
    while any([(await one.take("a", 1000, DAY)).allowed for one in instances]):
        given += 1
    assert given <= 1000


async def test_nothing_is_lost_where_many_look_and_take_at_once(shared):
    dice = Random(1)

    class Distant(FixedAllowance):
        async def take(self, key, limit, period_seconds, cost=1) -> Taken:
            taken = await super().take(key, limit, period_seconds, cost)
            for _ in range(dice.randint(0, 3)):
                await asyncio.sleep(0)
            return taken

    one, given = LeasedAllowance(Distant(shared)), 0

    async def use() -> int:
        for _ in range(dice.randint(0, 6)):
            await asyncio.sleep(0)
        # As a page of records does: what is left, then what is told.
        await one.take("a", 1000, DAY, 0)
        cost = dice.choice((1, 2, 7))
        return cost if (await one.take("a", 1000, DAY, cost)).allowed else 0

    for _ in range(30):
        given += sum(await asyncio.gather(*(use() for _ in range(20))))
    assert given >= 990


async def test_what_is_told_to_be_left_is_left(instances):
    one, other, _ = instances
    for used in range(1, 200):
        assert (await one.take("a", 1000, DAY)).remaining == 1000 - used
    # Others cannot know how much of what is held was used.
    assert 700 < (await other.take("a", 1000, DAY, 0)).remaining <= 801
    assert (await one.take("a", 1000, DAY, 0)).remaining == 801


async def test_many_at_once_do_not_each_take_ahead(instances, shared):
    one = instances[0]
    await one.take("a", 10_000, DAY)
    await asyncio.gather(*(one.take("a", 10_000, DAY) for _ in range(64)))
    assert shared.asked <= 3


class Distant(FixedAllowance):
    """A shared allowance that answers while others come and go."""

    async def take(self, key: str, limit: int, period_seconds: int, cost: int = 1) -> Taken:
        for _ in range(3):
            await asyncio.sleep(0)
        return await super().take(key, limit, period_seconds, cost)


async def test_what_is_held_is_not_lost_where_many_come_and_go_at_once(shared):
    one = LeasedAllowance(Distant(shared))

    async def use_all() -> int:
        given = 0
        while (await one.take("a", 5000, DAY)).allowed:
            given += 1
            await asyncio.sleep(0)
        return given

    assert sum(await asyncio.gather(*(use_all() for _ in range(50)))) == 5000


async def test_another_limit_makes_what_is_held_worthless(instances):
    one = instances[0]
    for _ in range(50):
        await one.take("a", 1000, DAY)
    taken = await one.take("a", 10, DAY)
    assert not taken.allowed


async def test_what_is_held_ends_with_its_period(shared):
    now = 0.0
    one = LeasedAllowance(FixedAllowance(shared), lambda: now)
    for _ in range(3):
        await one.take("a", 1000, 60)
    asked = shared.asked
    await one.take("a", 1000, 60)
    assert shared.asked == asked
    now = 61.0
    await one.take("a", 1000, 60)
    assert shared.asked > asked


async def test_where_nobody_counts_nothing_more_is_given_than_is_held(instances, shared):
    one = instances[0]
    for _ in range(3):
        await one.take("a", 1000, DAY)
    shared.away = True
    takes = [one.take("a", 1000, DAY) for _ in range(200)]
    outcomes = await asyncio.gather(*takes, return_exceptions=True)
    given = sum(not isinstance(outcome, Unavailable) for outcome in outcomes)
    assert 0 < given <= 64
    assert all(outcome.allowed for outcome in outcomes[:given])
    shared.away = False
    assert (await one.take("a", 1000, DAY)).allowed


async def test_what_a_look_tells_can_be_taken_whole(instances):
    one, other = instances[:2]
    for _ in range(200):
        await one.take("a", 1000, DAY)
        await other.take("a", 1000, DAY)
    left = (await one.take("a", 1000, DAY, cost=0)).remaining
    assert left > 500
    assert (await one.take("a", 1000, DAY, cost=left)).allowed
    assert (await one.take("a", 1000, DAY, cost=0)).remaining == 0
    refused = await one.take("a", 1000, DAY, cost=5)
    assert not refused.allowed
