"""A body has its time; what comes after it may take as long as it likes."""

import asyncio
from typing import Any

import pytest

from gateway.api.body_deadline import BodyDeadlines

PART = {"type": "http.request", "body": b"{", "more_body": True}
WHOLE = {"type": "http.request", "body": b"}", "more_body": False}
GONE = {"type": "http.disconnect"}
SECONDS = 0.05


class Sender:
    """Sends messages, each after a pause."""

    def __init__(self, *messages: tuple[float, dict[str, Any]]) -> None:
        self._messages = iter(messages)

    async def receive(self) -> dict[str, Any]:
        pause, message = next(self._messages)
        await asyncio.sleep(pause)
        return message


@pytest.mark.parametrize("arrived", [(), ((0.0, PART),)], ids=["none", "half"])
async def test_one_that_does_not_come_counts_as_broken_off(arrived):
    receive = BodyDeadlines(SECONDS).within_time(Sender(*arrived, (10.0, WHOLE)).receive)
    heard = [await receive() for _ in range(len(arrived) + 1)]
    assert heard == [*(message for _, message in arrived), GONE]


async def test_its_parts_share_one_time():
    receive = BodyDeadlines(SECONDS).within_time(Sender(*[(SECONDS / 3, PART)] * 9).receive)
    heard = [await receive() for _ in range(4)]
    assert GONE in heard


async def test_what_comes_after_it_is_waited_for():
    receive = BodyDeadlines(SECONDS).within_time(Sender((0.0, WHOLE), (SECONDS * 2, GONE)).receive)
    assert await receive() == WHOLE
    async with asyncio.timeout(10):
        assert await receive() == GONE


async def test_each_of_many_has_its_own_time():
    deadlines = BodyDeadlines(SECONDS)

    async def heard(pause: float) -> dict[str, Any]:
        return await deadlines.within_time(Sender((pause, WHOLE)).receive)()

    late = asyncio.create_task(heard(10.0))
    await asyncio.sleep(SECONDS * 0.8)
    in_time = asyncio.create_task(heard(SECONDS * 0.6))
    assert await late == GONE
    assert await in_time == WHOLE


async def test_whoever_stops_waiting_is_forgotten():
    deadlines = BodyDeadlines(SECONDS)
    receive = deadlines.within_time(Sender((10.0, WHOLE)).receive)
    waiting = asyncio.create_task(receive())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not deadlines._waiting
