"""Remembers revoked tokens until they end: in process for one instance, on Redis for many."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from redis.exceptions import RedisError

from gateway.domain.errors import Unavailable
from gateway.infra.redis_batch import RedisBatch
from gateway.kit.clock import Clock
from gateway.kit.gathering import Gathering

_MOST: Final = 100_000
# To an instance whose clock is behind, the token still holds for a while longer.
_SKEW: Final = timedelta(seconds=60)


class MemoryRevocations:
    """The `Revocations` port for one instance; when full it refuses rather than forgets."""

    def __init__(self, clock: Clock, most: int = _MOST) -> None:
        self._clock = clock
        self._most = most
        self._ends: dict[str, datetime] = {}

    async def revoke(self, jti: str, ends: datetime) -> None:
        """Refuse the token from now on until it ends. Raises Unavailable when full."""
        if len(self._ends) >= self._most:
            self._forget_ended()
        if len(self._ends) >= self._most:
            raise _away()
        self._ends[jti] = ends

    async def is_revoked(self, jti: str) -> bool:
        """True until the end of a token that was revoked."""
        ends = self._ends.get(jti)
        return ends is not None and self._clock() < ends

    def _forget_ended(self) -> None:
        now = self._clock()
        self._ends = {jti: ends for jti, ends in self._ends.items() if now < ends}


class RedisRevocations:
    """The `Revocations` port for many instances. With Redis away every token may be revoked."""

    def __init__(self, batch: RedisBatch, clock: Clock, prefix: str = "ppks:rv:") -> None:
        self._batch = batch
        self._revoked: Gathering[str, bool] = Gathering(self._ask)
        self._clock = clock
        self._prefix = prefix

    async def revoke(self, jti: str, ends: datetime) -> None:
        """Refuse the token at every instance until it ends. Raises Unavailable without Redis."""
        left = (ends - self._clock() + _SKEW).total_seconds()
        if left <= 0:
            return
        try:
            await self._batch.run("SET", self._prefix + jti, b"1", "EX", math.ceil(left))
        except (RedisError, OSError) as error:
            raise _away() from error

    async def is_revoked(self, jti: str) -> bool:
        """Whether any instance has revoked the token. Raises Unavailable without Redis."""
        try:
            return await self._revoked(jti)
        except (RedisError, OSError) as error:
            raise _away() from error

    async def _ask(self, jtis: Sequence[str]) -> Sequence[bool]:
        # One command with many keys costs a third of as many commands.
        found = await self._batch.at_once("MGET", *[self._prefix + jti for jti in jtis])
        return [mark is not None for mark in found]


def _away() -> Unavailable:
    return Unavailable(
        "catatan token yang dicabut tidak tersedia / the record of revoked tokens is away",
        code="revocations_unavailable",
        retry_after=5,
    )
