"""Hears what other processes say over Redis, and knows how sure it is to have heard all of it."""

import asyncio
import math
import random
import time
from collections.abc import Callable
from typing import Any, Final

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

_PULSES: Final = 4
"""How often the hearing is proved within the time for which one proof is enough."""
_PAUSE: Final = 0.2


class Listening:
    """A subscription that proves itself: its own pings come back in order with the notices.

    When the answer to a ping has been read, every notice before that ping has been read too. Where
    the last proof is older than `belief` seconds, nobody may rely on having heard of anything. So
    whoever said something and then waited for as long knows that nobody goes by what was before.
    """

    def __init__(
        self,
        client: Redis,
        channel: str,
        on_notice: Callable[[bytes], None],
        on_gap: Callable[[], None],
        *,
        belief: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`on_gap` is called whenever notices may have been missed."""
        self._client = client
        self._channel = channel
        self._on_notice = on_notice
        self._on_gap = on_gap
        self._belief = belief
        self._pulse = belief / _PULSES
        self._monotonic = monotonic
        self._proved = -math.inf
        self._task: asyncio.Task[None] | None = None

    @property
    def hears(self) -> bool:
        """True where everything said until `belief` seconds ago has been heard."""
        return self._monotonic() - self._proved <= self._belief

    def begin(self) -> None:
        """Listen from now on; once begun, it goes on by itself."""
        if self._task is None:
            self._task = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Stop listening."""
        # Where a connection breaks at the same moment, the library loses the first cancellation.
        while self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task], timeout=self._pulse)

    async def _listen(self) -> None:
        while True:
            try:
                async with self._client.pubsub() as channel:
                    await channel.subscribe(self._channel)
                    await self._follow(channel)
            except (RedisError, OSError):
                self._proved = -math.inf
            # Apart from each other, or all processes would knock at once.
            await asyncio.sleep(_PAUSE * (0.5 + random.random()))  # noqa: S311 - no secret

    async def _follow(self, channel: PubSub) -> None:
        number = 0
        while True:
            number += 1
            sent = self._monotonic()
            # The library's own check of a connection would bring answers to questions not ours.
            await channel.execute_command("PING", str(number))
            await self._hear(channel, str(number).encode(), sent)

    async def _hear(self, channel: PubSub, pong: bytes, sent: float) -> None:
        """Read until the next ping is due. Raises RedisError where the answer to this one fails."""
        answered = False
        while (left := sent + self._pulse - self._monotonic()) > 0 or not answered:
            if left <= self._pulse - self._belief:
                raise RedisError("the subscription is silent")
            message = await channel.get_message(timeout=max(left, 0.05))
            if message is None:
                continue
            if message["type"] == "pong" and message["data"] == pong:
                self._proved, answered = sent, True
            else:
                self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            # The first time, or again after the library mended a broken connection by itself.
            self._on_gap()
        elif message["type"] == "message":
            self._on_notice(message["data"])
