"""One piece of work for all who want it at once, whoever leaves and however it ends."""

import asyncio
import gc

import pytest

from gateway.kit.single_flight import SingleFlight
from tests.fixtures.lookups import soon


class Work:
    """Counts how often it was begun, and ends when it is let."""

    def __init__(self) -> None:
        self.begun = 0
        self.gate = asyncio.Event()
        self.done = 0

    async def __call__(self) -> int:
        self.begun += 1
        await self.gate.wait()
        self.done += 1
        return self.begun


async def joined(flights, work, count=5):
    waiting = [asyncio.create_task(flights.join("a", work)) for _ in range(count)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return waiting


async def test_all_who_ask_at_once_share_one_piece_of_work():
    flights, work = SingleFlight(), Work()
    waiting = await joined(flights, work)
    other = asyncio.create_task(flights.join("b", work))
    work.gate.set()
    results = await asyncio.gather(*waiting)
    assert [by_another for _, by_another in results] == [False, True, True, True, True]
    assert (await other).by_another is False
    assert work.begun == 2
    assert len(flights) == 0
    assert (await flights.join("a", work)).by_another is False
    assert work.begun == 3


async def test_whoever_leaves_takes_nothing_from_the_others():
    flights, work = SingleFlight(), Work()
    waiting = await joined(flights, work)
    waiting[0].cancel()
    waiting[3].cancel()
    await asyncio.sleep(0)
    work.gate.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [isinstance(one, asyncio.CancelledError) for one in results] == [
        True,
        False,
        False,
        True,
        False,
    ]
    assert (work.begun, work.done) == (1, 1)


async def test_where_all_leave_the_work_is_done_all_the_same():
    flights, work = SingleFlight(), Work()
    waiting = await joined(flights, work)
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert "a" in flights
    work.gate.set()
    await soon(lambda: not flights)
    assert (work.begun, work.done) == (1, 1)


async def test_a_failure_reaches_all_and_the_next_begins_anew():
    flights = SingleFlight()

    async def fails() -> None:
        await asyncio.sleep(0)
        raise LookupError("trouble")

    waiting = await joined(flights, fails, 3)
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(one) for one in results] == [LookupError] * 3
    with pytest.raises(LookupError):
        await flights.join("a", fails)


async def test_a_failure_that_nobody_waits_for_is_no_noise(recwarn):
    flights = SingleFlight()
    said: list[dict] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, about: said.append(about))

    async def fails() -> None:
        raise LookupError("trouble")

    flights.start("a", fails)
    await soon(lambda: not flights)
    gc.collect()
    asyncio.get_running_loop().set_exception_handler(None)
    assert said == []


async def test_closing_breaks_off_what_is_under_way():
    flights, work = SingleFlight(), Work()
    waiting = await joined(flights, work, 1)
    await flights.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting[0]
    assert (work.done, len(flights)) == (0, 0)
