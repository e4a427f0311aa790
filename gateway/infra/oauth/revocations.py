"""Remembers revoked tokens until they end: in process for one instance, on Redis for many.

Among many, an instance asks Redis once about a token and then goes by what it was told, as long as
it is sure to hear of every revocation. Who revokes waits until no instance can be unaware of it.
"""

import asyncio
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.domain.errors import Unavailable
from gateway.infra.redis.batch import RedisBatch, Script
from gateway.infra.redis.listening import Listening
from gateway.kit.clock import Clock
from gateway.kit.gathering import Gathering

_MOST: Final = 100_000
# To an instance whose clock is behind, the token still holds for a while longer.
_SKEW: Final = timedelta(seconds=60)
BELIEF: Final = 0.5
"""Seconds for which an instance goes by what it knows without a proof that it hears."""
_SURELY: Final = 1.1 * BELIEF
"""The same by the clock of another machine."""
_CHANNEL: Final = "ppks:rv:notices"
_MOST_KNOWN: Final = 20_000
_REVOKE: Final = Script(
    """
redis.call('SET', KEYS[1], '1', 'EX', ARGV[1])
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 1
"""
)


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

    async def close(self) -> None:
        """Nothing is under way."""

    def _forget_ended(self) -> None:
        now = self._clock()
        self._ends = {jti: ends for jti, ends in self._ends.items() if now < ends}


class RedisRevocations:
    """The `Revocations` port for many instances. With Redis away every token may be revoked."""

    def __init__(
        self, client: Redis, clock: Clock, *, prefix: str = "ppks:rv:", most: int = _MOST_KNOWN
    ) -> None:
        """`most`: tokens that an instance knows about without asking."""
        self._batch = RedisBatch(client)
        self._revoked: Gathering[str, bool] = Gathering(self._ask)
        self._listening = Listening(client, _CHANNEL, self._hear, self._forget, belief=BELIEF)
        self._clock = clock
        self._prefix = prefix
        self._most = most
        self._known: dict[str, bool] = {}
        self._gaps = 0

    async def revoke(self, jti: str, ends: datetime) -> None:
        """Have every instance refuse the token until it ends; returns when all of them do.

        That takes half a second: by then each has heard of it, or asks again. Raises Unavailable
        without Redis.
        """
        left = (ends - self._clock() + _SKEW).total_seconds()
        if left <= 0:
            return
        told = (math.ceil(left), _CHANNEL, jti)
        try:
            await self._batch.run_script(_REVOKE, [self._prefix + jti], told)
        except (RedisError, OSError) as error:
            raise _away() from error
        self._keep(jti, revoked=True)
        await asyncio.sleep(_SURELY)

    async def is_revoked(self, jti: str) -> bool:
        """Whether any instance has revoked the token. Raises Unavailable without Redis."""
        known = self._known.get(jti) if self._listening.hears else None
        return await self._asked(jti) if known is None else known

    async def close(self) -> None:
        """Stop listening."""
        await self._listening.close()

    async def _asked(self, jti: str) -> bool:
        self._listening.begin()
        gaps = self._gaps
        try:
            revoked = await self._revoked(jti)
        except (RedisError, OSError) as error:
            raise _away() from error
        # A revocation may be heard of before an older answer is read.
        revoked = revoked or self._known.get(jti, False)
        if gaps == self._gaps:
            self._keep(jti, revoked=revoked)
        return revoked

    async def _ask(self, jtis: Sequence[str]) -> Sequence[bool]:
        # One command with many keys costs a third of as many commands.
        found = await self._batch.at_once("MGET", *[self._prefix + jti for jti in jtis])
        return [mark is not None for mark in found]

    def _hear(self, jti: bytes) -> None:
        self._keep(jti.decode("ascii", "replace"), revoked=True)

    def _keep(self, jti: str, *, revoked: bool) -> None:
        if len(self._known) >= self._most:
            self._forget()
        self._known[jti] = revoked

    def _forget(self) -> None:
        """Go by nothing that was known or asked until now."""
        self._known.clear()
        self._gaps += 1


def _away() -> Unavailable:
    return Unavailable(
        "catatan token yang dicabut tidak tersedia / the record of revoked tokens is away",
        code="revocations_unavailable",
        retry_after=5,
    )
