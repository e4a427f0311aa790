"""Counts uses against limits: within a moving minute, or within a period from the first use."""

import time
from collections.abc import Callable

from redis.exceptions import RedisError

from gateway.domain.ports import Taken
from gateway.infra.limits.counts import Addition, Count, Counts, counter_away


class FixedAllowance:
    """The `Allowance` port for quotas. A period begins with the first use of its key.

    A counter that is away refuses: a quota that is not counted is none.
    """

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    async def take(self, key: str, limit: int, period_seconds: int, cost: int = 1) -> Taken:
        """Take `cost` of `limit` per period."""
        if limit <= 0:
            return _nothing(period_seconds)
        name = f"f:{key}"
        count = await _counted(self._counts, Addition(name, "", limit, cost, period_seconds, 0.0))
        return Taken(
            allowed=count.allowed,
            remaining=max(0, limit - count.used),
            limit=limit,
            reset_after=count.left or float(period_seconds),
        )


class MovingAllowance:
    """The `Allowance` port for rates: the period ends now, whenever now is.

    Two numbers are kept, that of the present stretch of time and that of the one before, of which
    the part counts that still lies within the period. The clocks of instances that share their
    counts must agree to within a small part of the period.
    """

    def __init__(self, counts: Counts, clock: Callable[[], float] = time.time) -> None:
        self._counts = counts
        self._clock = clock

    async def take(self, key: str, limit: int, period_seconds: int, cost: int = 1) -> Taken:
        """Take `cost` of `limit` per period."""
        if limit <= 0:
            return _nothing(period_seconds)
        stretch, elapsed = divmod(self._clock(), period_seconds)
        weight = 1 - elapsed / period_seconds
        present, before = (f"m:{key}:{int(stretch) - back}" for back in (0, 1))
        count = await _counted(
            self._counts, Addition(present, before, limit, cost, 2 * period_seconds, weight)
        )
        used = count.used + -int(-count.before * weight // 1)
        return Taken(
            allowed=count.allowed,
            remaining=max(0, limit - used),
            limit=limit,
            reset_after=_wait(count, 0 if count.allowed else max(0, limit - cost), weight)
            * period_seconds,
        )


def _nothing(period_seconds: int) -> Taken:
    """Where the limit is nothing, nothing needs to be counted."""
    return Taken(allowed=False, remaining=0, limit=0, reset_after=float(period_seconds))


def _wait(count: Count, room: int, weight: float) -> float:
    """Periods until what counts has fallen to `room`, if nothing more is taken."""
    if count.used > room:
        return weight + 1 - room / count.used
    if count.before * weight <= room - count.used:
        return 0.0
    return weight - (room - count.used) / count.before


async def _counted(counts: Counts, addition: Addition) -> Count:
    try:
        return await counts.add(addition)
    except (RedisError, OSError) as error:
        raise counter_away() from error
