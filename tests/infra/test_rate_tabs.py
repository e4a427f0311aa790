"""A rate on a tab: few questions to the others, and a limit that holds over time."""

import asyncio
from random import Random

import pytest

from gateway.domain.errors import Unavailable
from gateway.infra.limits.allowance import MovingAllowance
from gateway.infra.limits.rate_tabs import SETTLED_EVERY, RateTabs
from tests.fixtures.shared_counts import SharedCounts

MINUTE = 60


@pytest.fixture
def shared():
    return SharedCounts(6000.0)


@pytest.fixture
def instances(shared):
    exact = MovingAllowance(shared, lambda: shared.now)
    return [RateTabs(exact, lambda: shared.now) for _ in range(3)]


async def test_most_uses_ask_nobody(instances, shared):
    for _ in range(1000):
        assert (await instances[0].take("a", 10_000, MINUTE)).allowed
        shared.now += 0.001
    assert shared.asked <= 1 / SETTLED_EVERY + 2


async def test_one_instance_gives_out_the_limit_exactly(instances):
    taken = [await instances[0].take("a", 50, MINUTE) for _ in range(60)]
    assert [one.allowed for one in taken] == [True] * 50 + [False] * 10
    assert [one.remaining for one in taken] == [*range(49, -1, -1), *[0] * 10]
    assert {one.limit for one in taken} == {50}


async def test_others_know_of_a_use_when_it_is_settled(instances, shared):
    one, other, _ = instances
    for _ in range(20):
        await one.take("a", 50, MINUTE)
    shared.now += SETTLED_EVERY
    await one.take("a", 50, MINUTE)
    assert (await other.take("a", 50, MINUTE)).remaining == 28


@pytest.mark.parametrize("seed", range(5))
async def test_over_time_the_limit_holds_for_all_together(instances, shared, seed):
    dice = Random(seed)
    given = []
    while shared.now < 6000 + 20 * MINUTE:
        shared.now += dice.choice((0.01, 0.05, 0.2))
        if (await dice.choice(instances).take("a", 100, MINUTE)).allowed:
            given.append(shared.now)
    # In twenty minutes: the limit of each, the tail of the first, and a tab of each instance.
    assert 100 * 20 * 0.9 <= len(given) <= 100 * 21 + 3 * 100


async def test_many_at_once_settle_once(instances, shared):
    one = instances[0]
    await one.take("a", 10_000, MINUTE)
    shared.now += 1
    asked = shared.asked
    await asyncio.gather(*(one.take("a", 10_000, MINUTE) for _ in range(64)))
    assert shared.asked == asked + 1


async def test_what_could_not_be_settled_is_carried_on(instances, shared):
    one, other, _ = instances
    for _ in range(10):
        await one.take("a", 50, MINUTE)
    shared.now += SETTLED_EVERY
    shared.away = True
    with pytest.raises(Unavailable):
        await one.take("a", 50, MINUTE)
    shared.away = False
    await one.take("a", 50, MINUTE)
    assert (await other.take("a", 50, MINUTE)).remaining == 38


async def test_a_tab_from_before_a_period_is_worth_nothing(instances, shared):
    one, other, _ = instances
    for _ in range(10):
        await one.take("a", 50, MINUTE)
    shared.now += 3 * MINUTE
    assert (await one.take("a", 50, MINUTE)).remaining == 49
    assert (await other.take("a", 50, MINUTE)).remaining == 48
