"""Keeps what was just read for a moment, so that not every request reads the same rows again."""

import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final, TypeVar

T = TypeVar("T")

_MOST: Final = 4096


class Recent:
    """Rows by key, each for so many seconds from the moment its reading began.

    What another process changes is therefore noticed within that time; what this process changes,
    at once, if it then says `forget`.
    """

    def __init__(self, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._kept: dict[Hashable, tuple[float, Any]] = {}
        self._changes = 0

    async def get(self, key: Hashable, read: Callable[[], Awaitable[T | None]]) -> T | None:
        """What is kept under the key, or what `read` gives. Nothing is never kept."""
        now = self._monotonic()
        ends, kept = self._kept.get(key, (now, None))
        if now < ends:
            found: T = kept
            return found
        changes = self._changes
        value = await read()
        # What was read before a change must not be kept after it.
        if value is not None and self._seconds > 0 and changes == self._changes:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[key] = (now + self._seconds, value)
        return value

    def forget(self) -> None:
        """Keep nothing of what was read until now."""
        self._changes += 1
        self._kept.clear()
