"""The cache of many processes: each has a level of its own before the one they share on Redis."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from redis.asyncio import Redis

from gateway.domain.errors import Unavailable
from gateway.domain.nik_cache import CacheEvent, Claim, Count, KeptAnswer
from gateway.infra.nik_cache.claims import Levels, shared_claim
from gateway.infra.nik_cache.near import NearLevel
from gateway.infra.nik_cache.notices import CHANNEL, Bells, Kind, decode_notice, new_origin
from gateway.infra.nik_cache.sealing import Sealing
from gateway.infra.nik_cache.shared import SharedAwayError, SharedLevel
from gateway.infra.redis.batch import RedisBatch
from gateway.infra.redis.listening import Listening
from gateway.kit.clock import Clock
from gateway.kit.ids import new_id
from gateway.kit.single_flight import SingleFlight

BELIEF: Final = 1.0
"""Seconds for which one proof of hearing is enough."""


class TwoLevelCache:
    """The `NikCache` port. Its own level is believed only while notices of erasures are heard."""

    def __init__(
        self, client: Redis, near: NearLevel, sealing: Sealing, clock: Clock, count: Count
    ) -> None:
        self._origin = new_origin()
        self._near = near
        self._sealing = sealing
        self._count = count
        self._bells = Bells()
        self._shared = SharedLevel(RedisBatch(client), self._origin)
        self._levels = Levels(near, self._shared, sealing, self._bells, clock)
        self._listening = Listening(client, CHANNEL, self._hear, near.clear, belief=BELIEF)
        self._reads: SingleFlight[KeptAnswer | None] = SingleFlight()

    def near(self, nik: str) -> KeptAnswer | None:
        """What this process has at hand; nothing while it may have missed an erasure."""
        if not self._listening.hears:
            return None
        name = self._sealing.name(nik)
        return self._sealing.open(name, self._near.get(name))

    async def get(self, nik: str) -> KeptAnswer | None:
        """What is kept here, or else on Redis; a cache that is away is a cache that misses."""
        if (kept := self.near(nik)) is not None:
            return kept
        self._listening.begin()
        name = self._sealing.name(nik)
        return (await self._reads.join(name, partial(self._read, name))).result

    async def certain(self, nik: str) -> KeptAnswer | None:
        """What is kept here, or else on Redis. Raises Unavailable without Redis."""
        if (kept := self.near(nik)) is not None:
            return kept
        name = self._sealing.name(nik)
        try:
            return self._sealing.open(name, await self._shared.get(name))
        except SharedAwayError as error:
            raise self._away() from error

    @asynccontextmanager
    async def claim(self, nik: str) -> AsyncIterator[Claim]:
        """A claim among all processes; within this one while Redis is away."""
        self._listening.begin()
        ticket = self._near.ticket(self._sealing.name(nik))
        try:
            async with shared_claim(self._levels, ticket, new_id()) as claim:
                yield claim
        finally:
            self._near.end(ticket)

    async def purge(self, nik: str) -> None:
        """Forget one person everywhere. Raises Unavailable without Redis: it is not sure then."""
        name = self._sealing.name(nik)
        self._near.forget(name)
        try:
            await self._shared.forget(name)
        except SharedAwayError as error:
            raise self._away() from error
        # Once more: a read may have brought the old answer back while Redis was being told.
        self._near.forget(name)
        self._count(CacheEvent.FORGOTTEN)

    async def close(self) -> None:
        """Stop listening."""
        await self._listening.close()
        await self._reads.close()

    def _away(self) -> Unavailable:
        self._count(CacheEvent.AWAY)
        return Unavailable(
            "simpanan jawaban tidak tersedia / the kept answers are away",
            code="cache_unavailable",
            retry_after=5,
        )

    async def _read(self, name: str) -> KeptAnswer | None:
        ticket = self._near.ticket(name)
        try:
            sealed = await self._shared.get(name)
        except SharedAwayError:
            self._count(CacheEvent.AWAY)
            return None
        finally:
            self._near.end(ticket)
        kept = self._sealing.open(name, sealed)
        if kept is None or sealed is None or ticket.forgotten:
            return None
        self._near.put(ticket, sealed, kept.masa.simpan_sampai)
        return kept

    def _hear(self, told: bytes) -> None:
        notice = decode_notice(told)
        if notice is None:
            return
        if notice.kind is Kind.FORGET:
            self._near.forget(notice.name)
        elif notice.kind is Kind.NEW and notice.origin != self._origin:
            self._near.drop(notice.name)
        self._bells.ring(notice.name)
