"""In-process cache and counters for a single instance; the same contracts as those on Redis."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

_MOST_ENTRIES: Final = 50_000


class MemoryStore:
    """Sealed values with an end, at most `most` of them; the longest unused goes first."""

    def __init__(
        self, most: int = _MOST_ENTRIES, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._clock = clock
        self._values: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    async def get(self, key: str) -> bytes | None:
        """The value, or None."""
        entry = self._values.get(key)
        if entry is None:
            return None
        if entry[0] <= self._clock():
            del self._values[key]
            return None
        self._values.move_to_end(key)
        return entry[1]

    async def put(self, key: str, value: bytes, ttl: float) -> None:
        """Keep a value for `ttl` seconds."""
        self._values[key] = (self._clock() + ttl, value)
        self._values.move_to_end(key)
        while len(self._values) > self._most:
            self._values.popitem(last=False)

    async def drop(self, key: str) -> None:
        """Forget a value."""
        self._values.pop(key, None)
