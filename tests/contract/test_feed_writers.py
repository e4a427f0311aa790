"""The feed while others write: what commits late is told, and nothing before it is committed."""

import asyncio
from contextlib import AsyncExitStack, aclosing
from random import Random

import pytest

from gateway.infra.db.records.change_log import draw_numbers
from gateway.infra.db.records.rows import RowMaker
from gateway.infra.db.records.shown_writer import Sebab
from tests.contract.follower import Follower
from tests.contract.shelf import KEYRING, Shelf, record

WRITERS = 4
ROUNDS = 12


class Writer(Shelf):
    """Another process, which takes its time before it commits and waits for nobody's turn."""

    aclose = Shelf.close

    async def write(self, *records, pause):
        maker = RowMaker(KEYRING, self.clock())
        async with self.database.writing() as connection:
            writer = self.records.imports.writer
            rows = await writer.make(connection, maker, records)
            await writer.write(connection, maker, rows, self.clock(), Sebab(sebab="impor"))
            await asyncio.sleep(pause)


@pytest.fixture
async def writers(shelf):
    async with AsyncExitStack() as opened:
        yield [
            await opened.enter_async_context(aclosing(Writer(shelf.url))) for _ in range(WRITERS)
        ]


async def test_who_draws_later_commits_later_and_is_not_told_before(shelf, writers):
    follower, (early, late, *_) = Follower(shelf), writers
    async with early.database.writing() as connection:
        await draw_numbers(connection, 3)
        waiting = asyncio.create_task(late.write(record(1), pause=0))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        # A reader does not wait for either of them.
        assert await follower.catch_up() == []
    await waiting
    assert [item.nomor for item in await follower.catch_up()] == [4]


async def test_a_change_that_commits_late_is_never_passed_over(shelf, writers):
    follower, chance = Follower(shelf), Random("late commits")

    async def write(number, writer) -> None:
        for step in range(ROUNDS):
            # Of each writer's own records some are new, and some changed again.
            mine = [record(100 * number + each, versi=str(step)) for each in (step, step // 2)]
            await writer.write(*mine, pause=chance.choice((0, 0, 0.005, 0.02)))

    async def follow(busy) -> None:
        while not busy.done():
            await follower.poll(chance.choice((1, 2, 5)))
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        busy = asyncio.gather(*(write(number, one) for number, one in enumerate(writers)))
        group.create_task(follow(busy))
        await busy
    met_on_the_way = len(follower.told)
    await follower.catch_up(5)
    assert follower.copy == await follower.shown()
    assert len(follower.copy) == WRITERS * ROUNDS
    told = [(item.id, item.versi) for item in follower.told]
    assert len(set(told)) == len(told)
    assert [item.nomor for item in follower.told] == sorted(item.nomor for item in follower.told)
    assert met_on_the_way > WRITERS
