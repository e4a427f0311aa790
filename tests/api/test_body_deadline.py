"""A body has its time; what comes after it may take as long as it likes."""

import asyncio
from typing import Any

import pytest

from gateway.api.body_deadline import within_time

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
    receive = within_time(Sender(*arrived, (10.0, WHOLE)).receive, SECONDS)
    heard = [await receive() for _ in range(len(arrived) + 1)]
    assert heard == [*(message for _, message in arrived), GONE]


async def test_its_parts_share_one_time():
    receive = within_time(Sender(*[(SECONDS / 3, PART)] * 9).receive, SECONDS)
    heard = [await receive() for _ in range(4)]
    assert GONE in heard


async def test_what_comes_after_it_is_waited_for():
    receive = within_time(Sender((0.0, WHOLE), (SECONDS * 2, GONE)).receive, SECONDS)
    assert await receive() == WHOLE
    async with asyncio.timeout(10):
        assert await receive() == GONE
