"""Keeps what was just read for a moment, so that not every request reads the same again."""

import time
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Final, TypeVar

from gateway.kit.single_flight import SingleFlight

T = TypeVar("T")

_MOST: Final = 4096


class Recent:
    """Values by key, each for so many seconds from the moment its reading began.

    What another process changes is therefore noticed within that time; what this process changes,
    at once, if it then says `forget`. In the last quarter of its time a value that is asked for is
    read anew beside, so that those who ask all the time never wait for it.
    """

    def __init__(self, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._kept: dict[Hashable, tuple[float, Any]] = {}
        self._reads: SingleFlight[Any] = SingleFlight()
        self._changes = 0

    async def get(
        self, key: Hashable, read: Callable[[], Coroutine[Any, Any, T | None]]
    ) -> T | None:
        """What is kept under the key, or what `read` gives. Nothing is never kept."""
        if self._seconds <= 0:
            return await read()
        # A reading from before a change is none to join after it.
        flight = (key, self._changes)
        ends, kept = self._kept.get(key, (0.0, None))
        left = ends - self._monotonic()
        if kept is None or left <= 0:
            found: T | None = (await self._reads.join(flight, lambda: self._read(key, read))).result
            return found
        if left <= self._seconds / 4 and flight not in self._reads:
            self._reads.start(flight, lambda: self._read(key, read))
        value: T = kept
        return value

    def forget(self) -> None:
        """Keep nothing of what was read until now."""
        self._changes += 1
        self._kept.clear()

    async def close(self) -> None:
        """Break off what is being read."""
        await self._reads.close()

    async def _read(
        self, key: Hashable, read: Callable[[], Coroutine[Any, Any, T | None]]
    ) -> T | None:
        began, changes = self._monotonic(), self._changes
        value = await read()
        # What was read before a change must not be kept after it.
        if value is not None and changes == self._changes:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[key] = (began + self._seconds, value)
        return value
