"""Remembers what may be used once only: in process for one instance, on Redis for many."""

import hashlib
import heapq
import math
import time
from collections.abc import Callable, Sequence
from typing import Final

from redis.exceptions import RedisError

from gateway.domain.errors import Unavailable
from gateway.infra.redis.batch import RedisBatch, Script
from gateway.kit.gathering import Gathering

_MOST: Final = 100_000
# One command for many keys costs a third of as many commands.
_FIRST_USES: Final = Script(
    """
local fresh = {}
for i = 1, #KEYS do
  fresh[i] = redis.call('SET', KEYS[i], '1', 'NX', 'EX', ARGV[i]) and 1 or 0
end
return fresh
"""
)


class MemoryReplaySet:
    """The `ReplaySet` port for one instance; when full it refuses rather than forgets."""

    def __init__(self, most: int = _MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._used: set[bytes] = set()
        self._ends: list[tuple[float, bytes]] = []

    async def first_use(self, key: str, ttl: float) -> bool:
        """True once for each key within `ttl` seconds. Raises Unavailable when full."""
        now = self._clock()
        while self._ends and self._ends[0][0] <= now:
            self._used.discard(heapq.heappop(self._ends)[1])
        name = _digest(key)
        if name in self._used:
            return False
        if len(self._used) >= self._most:
            raise _away()
        self._used.add(name)
        heapq.heappush(self._ends, (now + ttl, name))
        return True


class RedisReplaySet:
    """The `ReplaySet` port for many instances. With Redis away nothing is a first use."""

    def __init__(self, batch: RedisBatch, prefix: str = "ppks:replay:") -> None:
        self._batch = batch
        self._first: Gathering[tuple[str, int], bool] = Gathering(self._ask)
        self._prefix = prefix

    async def first_use(self, key: str, ttl: float) -> bool:
        """True once for each key within `ttl` seconds. Raises Unavailable without Redis."""
        name = self._prefix + _digest(key).hex()
        life = max(1, math.ceil(ttl))
        try:
            return await self._first((name, life))
        except (RedisError, OSError) as error:
            raise _away() from error

    async def _ask(self, uses: Sequence[tuple[str, int]]) -> Sequence[bool]:
        names, lives = zip(*uses, strict=True)
        return [bool(fresh) for fresh in await self._batch.run_script(_FIRST_USES, names, lives)]


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _away() -> Unavailable:
    return Unavailable(
        "catatan pemakaian sekali tidak tersedia / the replay set cannot serve",
        code="replay_set_unavailable",
        retry_after=5,
    )
