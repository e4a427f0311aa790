"""Waiting for changes: for one page, or as a stream; each page recorded before it is given."""

from contextlib import aclosing
from datetime import timedelta

import pytest

from gateway.domain.errors import Gone, NotAuthenticated, Unavailable
from gateway.domain.grant import StatusGrant
from tests.contract.follower import Follower
from tests.contract.shelf import record

STEP = timedelta(minutes=1)


@pytest.fixture
async def reader(shelf):
    await shelf.save(record(1))
    return Follower(shelf)


def once(work):
    """Does it at the third look."""
    looks = iter(range(1000))

    async def meanwhile() -> None:
        if next(looks) == 2:
            await work()

    return meanwhile


async def test_a_page_that_would_be_empty_waits_until_something_changes(reader, shelf):
    await reader.catch_up()
    reader.meanwhile = once(lambda: shelf.save(record(2)))
    await reader.poll(wait=30)
    assert (len(reader.copy), len(reader.slept)) == (2, 3)


async def test_nobody_waits_longer_than_the_installation_allows(reader):
    await reader.catch_up()
    await reader.poll(wait=60)
    assert sum(reader.slept) == pytest.approx(30)
    assert reader.slept[-1] < 0.5


async def test_what_is_there_is_not_waited_for(reader):
    await reader.poll(wait=30)
    assert (len(reader.copy), reader.slept) == (1, [])


async def test_a_caller_that_may_no_longer_read_waits_no_longer(reader):
    await reader.catch_up()

    async def ended() -> None:
        raise NotAuthenticated("berakhir / ended")

    reader.meanwhile = once(ended)
    with pytest.raises(NotAuthenticated):
        await reader.poll(wait=30)
    assert reader.audit.entries[-1].alasan == "not_authenticated"
    assert len(reader.slept) == 3


async def test_a_grant_that_was_suspended_while_the_caller_waited_tells_nothing(reader, shelf):
    await reader.catch_up()

    async def suspended() -> None:
        reader.history.amend(status=StatusGrant.DITANGGUHKAN)
        await shelf.save(record(2))

    reader.meanwhile = once(suspended)
    await reader.poll(wait=30)
    # Such a caller does not come this far; the view would show nothing anyway.
    assert all(item.data is None for item in reader.told[1:])


async def stream(reader, limit=1):
    caller = await reader.caller()
    return aclosing(reader.follow.stream(caller, reader.posisi, limit, reader.caller))


async def test_a_stream_gives_page_after_page_then_what_changes(reader, shelf):
    await shelf.save(record(2))
    reader.meanwhile = once(lambda: shelf.save(record(3), record(4)))
    pages = []
    async with await stream(reader) as reads:
        async for read in reads:
            pages.append([item.versi for item in read.halaman.items])
            # Recorded before it is given.
            assert len(reader.audit.entries) == len(pages)
            if len(pages) == 4:
                break
    assert pages == [[1]] * 4
    assert len(reader.slept) == 3


async def test_a_quiet_stream_gives_signs_of_life_and_newer_positions(reader, shelf):
    await reader.catch_up()
    before = len(reader.audit.entries)
    async with await stream(reader) as reads:
        first = await anext(reads)
        shelf.clock.advance(STEP)
        second = await anext(reads)
    assert first.kosong
    assert second.kosong
    assert second.posisi.sejak - first.posisi.sejak == STEP
    assert sum(reader.slept) == pytest.approx(15, abs=0.5)
    assert len(reader.audit.entries) == before + 1


async def test_who_waits_while_the_feed_is_begun_anew_begins_anew_as_well(reader, shelf):
    await reader.catch_up()

    async def restarted() -> None:
        shelf.clock.advance(STEP)
        await reader.feed.restart(shelf.clock())

    reader.meanwhile = once(restarted)
    async with await stream(reader) as reads:
        await anext(reads)
        with pytest.raises(Gone):
            await anext(reads)


async def test_without_the_audit_log_nothing_is_given(reader):
    reader.audit.away = True
    async with await stream(reader) as reads:
        with pytest.raises(Unavailable):
            await anext(reads)


async def test_places_to_wait_are_few_and_are_given_back(reader):
    async with await stream(reader) as reads:
        await anext(reads)
        async with await stream(reader) as others:
            with pytest.raises(Unavailable) as refused:
                await anext(others)
        assert refused.value.code == "busy"
        # Who does not wait needs none.
        await reader.poll(wait=0)
    async with await stream(reader) as reads:
        assert await anext(reads)
