"""Numbers that are added to up to a limit and end by themselves: in process, or on Redis."""

import time
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Protocol

from gateway.domain.errors import Unavailable
from gateway.infra.redis.batch import RedisBatch, Script
from gateway.kit.gathering import Gathering

_SWEEP_AT: Final = 10_000

_ADD: Final = Script(
    """
local counts = {}
for i = 1, #KEYS / 2 do
  local name, at = KEYS[2 * i - 1], 4 * i - 3
  local used = tonumber(redis.call('GET', name) or '0')
  local before = tonumber(redis.call('GET', KEYS[2 * i]) or '0')
  local limit, cost = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local allowed = math.ceil(before * tonumber(ARGV[at + 3])) + used + cost <= limit
  if allowed and cost > 0 then
    if used == 0 then
      redis.call('SET', name, cost, 'PX', ARGV[at + 2])
    else
      redis.call('INCRBY', name, cost)
    end
    used = used + cost
  end
  counts[i] = {allowed and 1 or 0, used, before, math.max(0, redis.call('PTTL', name))}
end
return counts
"""
)


class Addition(NamedTuple):
    """What is to be added, and to what: `weight` is the part of `before` that still counts."""

    name: str
    before: str
    limit: int
    cost: int
    life: float
    """Seconds from the first cost until the number is nothing again."""
    weight: float


class Count(NamedTuple):
    """The state after a try; `used` and `before` are the numbers, `left` is in seconds."""

    allowed: bool
    used: int
    before: int
    left: float


def counter_away() -> Unavailable:
    """What the caller is told where the numbers cannot be reached."""
    return Unavailable(
        "penghitung kuota tidak tersedia / the quota counter is away",
        code="counter_unavailable",
        retry_after=5,
    )


class Counts(Protocol):
    """Where the numbers are kept."""

    async def add(self, addition: Addition) -> Count:
        """Add the whole cost, or nothing where it would pass the limit."""


class MemoryCounts:
    """For a single instance."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._numbers: dict[str, tuple[int, float]] = {}
        self._sweep_at = _SWEEP_AT

    async def add(self, addition: Addition) -> Count:
        """Add the whole cost, or nothing where it would pass the limit."""
        now = self._clock()
        used, ends = self._live(addition.name, now)
        before, _ = self._live(addition.before, now)
        # Rounded up, as the script does: what counts in part counts.
        counted = used - int(-before * addition.weight // 1)
        allowed = counted + addition.cost <= addition.limit
        if allowed and addition.cost:
            ends = ends or now + addition.life
            used += addition.cost
            self._numbers[addition.name] = (used, ends)
            self._sweep(now)
        return Count(allowed, used, before, max(0.0, ends - now))

    def _live(self, name: str, now: float) -> tuple[int, float]:
        used, ends = self._numbers.get(name, (0, 0.0))
        return (used, ends) if now < ends else (0, 0.0)

    def _sweep(self, now: float) -> None:
        if len(self._numbers) < self._sweep_at:
            return
        self._numbers = {name: one for name, one in self._numbers.items() if now < one[1]}
        self._sweep_at = max(_SWEEP_AT, 2 * len(self._numbers))


class RedisCounts:
    """For many instances, which all add to the same numbers."""

    def __init__(self, batch: RedisBatch, prefix: str = "ppks:limit:") -> None:
        self._batch = batch
        self._prefix = prefix
        self._add: Gathering[Addition, Count] = Gathering(self._ask)

    async def add(self, addition: Addition) -> Count:
        """Add the whole cost, or nothing where it would pass the limit. Raises RedisError."""
        return await self._add(addition)

    async def _ask(self, additions: Sequence[Addition]) -> Sequence[Count]:
        keys: list[str] = []
        values: list[float] = []
        for one in additions:
            keys += (self._prefix + one.name, self._prefix + one.before)
            values += (one.limit, one.cost, max(1, int(one.life * 1000)), one.weight)
        answers = await self._batch.run_script(_ADD, keys, values)
        return [
            Count(bool(allowed), used, before, millis / 1000)
            for allowed, used, before, millis in answers
        ]
