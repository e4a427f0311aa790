"""Pages while others write: nothing that is committed is passed over, nothing is told twice."""

import asyncio
from contextlib import AsyncExitStack, aclosing
from datetime import timedelta

import pytest

from tests.contract.shelf import EVERYTHING, NO_CONDITION, START, Shelf, record

# Clocks of instances that do not agree, one of them far behind.
BEHIND = (timedelta(seconds=3), timedelta(0), timedelta(hours=-2), timedelta(milliseconds=-1))
ROUNDS = 12
OLD = 20


@pytest.fixture
async def writers(shelf):
    """Other processes on the same store."""
    async with AsyncExitStack() as opened:
        yield [await opened.enter_async_context(aclosing(Closing(shelf.url))) for _ in BEHIND]


class Closing(Shelf):
    """A shelf that closes as generators do."""

    aclose = Shelf.close


async def write(writer, number, behind):
    """New records, and others that were there before or were written by anybody meanwhile."""
    for step in range(ROUNDS):
        writer.clock.now = START + timedelta(milliseconds=step) + behind
        fresh = 1000 * (number + 1) + step
        old = (step * 7 + number) % (OLD // 2)
        mine = [record(each, versi=f"{number}-{step}") for each in (fresh, old)]
        await writer.save(*mine)
        await asyncio.sleep(0)


async def follow(shelf, limit, writing, after=None):
    """Every item of every page from a place on, until nobody writes and nothing is left."""
    items = []
    while True:
        ended = writing.done()
        page = await shelf.ppks.page(EVERYTHING, NO_CONDITION, after, limit)
        items += page.items
        if page.items:
            after = (page.items[-1]["diubah_pada"], page.items[-1]["id"])
        elif ended:
            return items
        await asyncio.sleep(0)


@pytest.mark.parametrize("limit", [1, 7])
async def test_a_reader_misses_nothing_and_meets_nothing_twice(shelf, writers, limit):
    await shelf.save(*map(record, range(OLD)))
    async with asyncio.TaskGroup() as group:
        busy = asyncio.gather(*(write(each, n, BEHIND[n]) for n, each in enumerate(writers)))
        reading = group.create_task(follow(shelf, limit, busy))
        await busy
    items = reading.result()
    told = [(item["id"], item["versi"]) for item in items]
    assert len(set(told)) == len(told)
    rows = await shelf.rows("ppks")
    assert {(row["id"], row["versi"]) for row in rows} <= set(told)
    # Some were changed while the reader was on its way, others never: those came once.
    assert len(rows) == OLD + ROUNDS * len(BEHIND)
    quiet = [row["id"] for row in rows if row["versi"] == 1]
    names = [name for name, _ in told]
    assert len(quiet) >= OLD // 2
    assert all(names.count(each) == 1 for each in quiet)
    places = [(item["diubah_pada"], item["id"]) for item in items]
    assert places == sorted(places)


async def test_a_clock_that_went_back_does_not_hide_what_is_written(shelf):
    await shelf.save(record(1))
    [first] = await shelf.shown()
    shelf.clock.now = START - timedelta(days=1)
    await shelf.save(record(2))
    await shelf.save(record(1, versi="baru"))
    page = await shelf.ppks.page(EVERYTHING, NO_CONDITION, (first["diubah_pada"], first["id"]), 10)
    assert [item["sumber"]["id_sumber"] for item in page.items] == ["S-2", "S-1"]
    assert [item["diubah_pada"] - START for item in page.items] == [
        timedelta(microseconds=1), timedelta(microseconds=2),
    ]  # fmt: skip


async def test_the_same_content_again_moves_nothing(shelf):
    await shelf.save(record(1))
    before = await shelf.shown()
    shelf.clock.advance(timedelta(hours=1))
    assert await shelf.save(record(1)) == (0, 0, 1)
    assert await shelf.shown() == before
