"""Bounds the time for which a request's body is waited for: the server would wait for ever."""

import asyncio
from typing import Any, Final

from gateway.domain.systems import Receive

BODY_SECONDS: Final = 30.0
_BROKEN_OFF: Final = {"type": "http.disconnect"}
_LOOKS: Final = 10
"""How often within a body's time it is looked whose has run out."""


class BodyDeadlines:
    """The bodies that are waited for now, each until `seconds` after its request began.

    One timer serves all of them, for nearly every body is there at once: a timer for each would
    cost more than to read it. So a body may take a tenth longer.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._next_look: asyncio.TimerHandle | None = None

    def within_time(self, receive: Receive) -> Receive:
        """The same messages; a body that is not whole by then counts as broken off.

        What comes after the body, which is only that the client has gone, is waited for without an
        end.
        """
        latest = asyncio.get_running_loop().time() + self._seconds
        is_whole = False

        async def receive_in_time() -> dict[str, Any]:
            nonlocal is_whole
            message = await (receive() if is_whole else self._in_time(receive, latest))
            is_whole = not message.get("more_body")
            return message

        return receive_in_time

    async def _in_time(self, receive: Receive, latest: float) -> dict[str, Any]:
        task = asyncio.current_task()
        assert task is not None
        self._waiting[task] = latest
        if self._next_look is None:
            self._look_later()
        try:
            return await receive()
        except asyncio.CancelledError:
            # It may have been cancelled by somebody else, too: then it is not ours to go on.
            if task in self._late and task.uncancel() == 0:
                return _BROKEN_OFF
            raise
        finally:
            del self._waiting[task]
            self._late.discard(task)

    def _look_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._next_look = loop.call_later(self._seconds / _LOOKS, self._look)

    def _look(self) -> None:
        now = asyncio.get_running_loop().time()
        for task, latest in self._waiting.items():
            if latest <= now and task not in self._late:
                self._late.add(task)
                task.cancel()
        self._next_look = None
        if self._waiting:
            self._look_later()
