"""Counts uses against limits with the `limits` library, in process or on Redis."""

import time
from typing import Any

from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.domain.errors import Unavailable
from gateway.domain.ports import Taken


def open_storage(redis: Redis | None) -> Storage:
    """Redis where there is one, through its own connections, else this process's memory."""
    if redis is None:
        return MemoryStorage()
    pool: Any = redis.connection_pool
    return RedisStorage(
        "async+redis://", implementation="redispy", key_prefix="ppks:limit", connection_pool=pool
    )


class LimitsAllowance:
    """The `Allowance` port. A storage that is away refuses: a quota that is not counted is none."""

    def __init__(self, storage: Storage, *, moving: bool) -> None:
        strategy: Any = MovingWindowRateLimiter if moving else FixedWindowRateLimiter
        self._limiter = strategy(storage)
        # The two ways of counting keep different things, and must not meet under one name.
        self._way = "moving" if moving else "fixed"

    async def take(self, key: str, limit: int, period_seconds: int, cost: int = 1) -> Taken:
        """Take `cost` of `limit` per period."""
        item = RateLimitItemPerSecond(limit, period_seconds)
        try:
            allowed = limit > 0 and await self._limiter.hit(item, self._way, key, cost=cost)
            stats = await self._limiter.get_window_stats(item, self._way, key)
        except (RedisError, OSError) as error:
            raise Unavailable(
                "penghitung kuota tidak tersedia / the quota counter is away",
                code="counter_unavailable",
                retry_after=5,
            ) from error
        return Taken(
            allowed=bool(allowed),
            remaining=max(0, stats.remaining) if limit > 0 else 0,
            limit=limit,
            reset_after=max(0.0, stats.reset_time - time.time()),
        )
