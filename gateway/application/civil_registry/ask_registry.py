"""Asks the civil registry through whichever connected system can answer, or the cache."""

import logging
import random
from collections.abc import Callable, Mapping
from datetime import datetime
from math import ceil
from typing import Final

from gateway.application.civil_registry.registry_call import Asking, RegistryCall
from gateway.application.civil_registry.registry_desk import NOBODY, Asker, RegistryDesk
from gateway.domain.errors import GatewayError, QuotaSpent, Unavailable
from gateway.domain.freshness import Chance, Freshness, Keadaan
from gateway.domain.nik_cache import CachedAnswer, CacheEvent, Count, KeptAnswer, NikCache
from gateway.domain.outcome import NotAsked, Outcome, Retry, UpstreamFailure
from gateway.domain.registry_quota import Prioritas
from gateway.domain.systems import Capability, LookupAnswer, System
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet

Offering = Callable[[Capability], Mapping[str, System]]
_LOG: Final = logging.getLogger(__name__)
# What is fetched ahead of need is the first to be refused.
_NOBODY_WAITS: Final = Asker(client_id="", grant_id="", prioritas=Prioritas.BATCH)
_RETRY_AFTER: Final = {Retry.NEXT_DAY: 3600, Retry.IN_HOURS: 1800, Retry.BACKOFF: 10}
# Not among them: an agreement that ended and credentials that are refused. Who may not ask may not
# pass on either.
_AWAY: Final = frozenset(
    {Outcome.QUOTA, Outcome.OUT_OF_HOURS, Outcome.BUSY, Outcome.TRANSPORT, Outcome.MALFORMED}
)

_CLOCKS_APART: Final = 60
"""Seconds by which the clocks of instances may differ."""


class Told(Quiet, frozen=True, kw_only=True):
    """An answer, and where it stands between the registry and now."""

    jawaban: CachedAnswer
    keadaan: Keadaan


class AskRegistry:
    """One NIK, one answer with its source and its age."""

    def __init__(
        self,
        offering: Offering,
        cache: NikCache | None,
        freshness: Freshness,
        clock: Clock,
        *,
        count: Count,
        refreshes: int = 0,
        desk: RegistryDesk,
        chance: Chance = random.random,
    ) -> None:
        """`refreshes`: calls under way up to which one more may be made in the background."""
        self._offering = offering
        self._cache = cache
        self._freshness = freshness
        self._clock = clock
        self._count = count
        self._refreshes = refreshes
        self._desk = desk
        self._chance = chance
        self._call = RegistryCall(cache, freshness, clock, count, chance)

    async def __call__(
        self, nik: str, *, oldest: float | None, ip: str | None, asker: Asker = NOBODY
    ) -> Told:
        """The answer; `oldest` in seconds.

        0 = none that was kept, but the answer to a question that is under way will do; None = a
        question of one's own, and its answer is not kept. Raises Unavailable where no system could
        answer.
        """
        if self._cache is None or oldest is None:
            return await self._alone(nik, ip, asker)
        if (told := self._at_hand(self._cache.near(nik), oldest, nik, ip)) is not None:
            self._count(CacheEvent.NEAR)
            return told
        kept = await self._cache.get(nik) if oldest > 0 else None
        if (told := self._at_hand(kept, oldest, nik, ip)) is not None:
            self._count(CacheEvent.SHARED)
            return told
        return await self._shared(self._cache, nik, oldest, self._asking(nik, ip, asker))

    async def close(self) -> None:
        """Break off what is under way."""
        await self._call.close()

    def _at_hand(
        self, kept: KeptAnswer | None, oldest: float, nik: str, ip: str | None
    ) -> Told | None:
        """What needs no waiting: a fresh answer, or one that will do while it is fetched anew."""
        now = self._clock()
        if kept is None or not _is_young(kept, oldest, now):
            return None
        keadaan = self._freshness.state(kept, now)
        is_stale = keadaan is Keadaan.BASI
        if is_stale and not self._freshness.may_wait(kept, now):
            return None
        if is_stale or self._freshness.is_due(kept, now, self._chance):
            self._refresh(nik, kept, ip)
        return self._told(kept, keadaan)

    def _refresh(self, nik: str, kept: KeptAnswer, ip: str | None) -> None:
        systems = self._offering(Capability.RESIDENT_LOOKUP)
        if systems and self._refreshes:
            self._call.refresh(self._asking(nik, ip, _NOBODY_WAITS), kept, self._refreshes)

    async def _alone(self, nik: str, ip: str | None, asker: Asker) -> Told:
        asking = self._asking(nik, ip, asker)
        try:
            answer = await self._call.alone(asking)
        except UpstreamFailure as failure:
            raise unavailable(asking.sistem, failure) from failure
        if self._cache is not None:
            await self._correct(self._cache, nik, answer)
        return Told(jawaban=answer, keadaan=Keadaan.SEGAR)

    async def _correct(self, cache: NikCache, nik: str, answer: CachedAnswer) -> None:
        """A newer answer is at hand that may not be kept: what it contradicts goes."""
        kept = await cache.get(nik)
        if kept is None or _same(kept.jawaban, answer):
            return
        try:
            await cache.purge(nik)
        except Unavailable:
            _LOG.warning("an outdated answer could not be removed from the cache")

    async def _shared(self, cache: NikCache, nik: str, oldest: float, asking: Asking) -> Told:
        flown = await self._call.shared(asking, lambda kept: self._is_fresh(kept, oldest))
        if flown.answer is not None:
            return Told(jawaban=flown.answer, keadaan=Keadaan.SEGAR)
        if flown.kept is not None:
            return self._told(flown.kept, self._freshness.state(flown.kept, self._clock()))
        assert flown.failure is not None
        told = await self._stand_in(cache, nik, oldest, flown.failure)
        if told is None:
            raise unavailable(asking.sistem, flown.failure) from flown.failure
        return told

    async def _stand_in(
        self, cache: NikCache, nik: str, oldest: float, failure: UpstreamFailure
    ) -> Told | None:
        """What is kept now, after the failure: the person may have been forgotten meanwhile."""
        if failure.outcome not in _AWAY or oldest <= 0:
            return None
        kept, now = await cache.get(nik), self._clock()
        if kept is None or not _is_young(kept, oldest, now):
            return None
        if not self._freshness.may_stand_in(kept, now):
            return None
        return self._told(kept, self._freshness.state(kept, now))

    def _told(self, kept: KeptAnswer, keadaan: Keadaan) -> Told:
        if keadaan is Keadaan.BASI:
            self._count(CacheEvent.STALE)
        return Told(jawaban=kept.jawaban, keadaan=keadaan)

    def _is_fresh(self, kept: KeptAnswer, oldest: float) -> bool:
        now = self._clock()
        return _is_young(kept, oldest, now) and now < kept.masa.segar_sampai

    def _asking(self, nik: str, ip: str | None, asker: Asker) -> Asking:
        name, system = one_system(self._offering, Capability.RESIDENT_LOOKUP)
        lookup = _LookupAtDesk(self._desk, name, system, asker, self._count)
        return Asking(nik=nik, sistem=name, lookup=lookup, ip=ip, asker=asker)


class _LookupAtDesk:
    """Implements `ResidentLookup` for one asker."""

    def __init__(
        self, desk: RegistryDesk, name: str, system: System, asker: Asker, count: Count
    ) -> None:
        self._desk = desk
        self._name = name
        self._system = system
        self._asker = asker
        self._count = count

    async def lookup(self, nik: str, *, caller_ip: str | None = None) -> LookupAnswer:
        """Ask in turn. Raises UpstreamFailure where no answer was had."""
        lookup = self._system.resident_lookup
        assert lookup is not None

        async def call() -> LookupAnswer:
            self._count(CacheEvent.ASKED)
            return await lookup.lookup(nik, caller_ip=caller_ip)

        return await self._desk.ask(self._name, self._system, self._asker, call)


def one_system(offering: Offering, capability: Capability) -> tuple[str, System]:
    """The first connected system with a capability. Raises Unavailable where there is none."""
    for name, system in offering(capability).items():
        return name, system
    raise Unavailable(
        f"tidak ada sistem untuk {capability.value} / no system offers {capability.value}",
        code="system_not_connected",
    )


def unavailable(system: str, failure: UpstreamFailure) -> GatewayError:
    """The caller's view of an upstream's trouble: what kind, and when to try again."""
    wait = failure.retry_after or _RETRY_AFTER.get(failure.reaction.retry)
    kind = QuotaSpent if isinstance(failure, NotAsked) and failure.own else Unavailable
    return kind(
        f"{system}: {failure.outcome.value}",
        code=failure.code if isinstance(failure, NotAsked) else f"upstream_{failure.outcome.value}",
        retry_after=None if wait is None else max(1, ceil(wait)),
    )


def _is_young(kept: KeptAnswer, oldest: float, now: datetime) -> bool:
    """Of an answer from the future nobody knows the age: a clock was wrong, or is."""
    return oldest > 0 and -_CLOCKS_APART <= (now - kept.jawaban.pada).total_seconds() <= oldest


def _same(one: CachedAnswer, other: CachedAnswer) -> bool:
    return (one.answer.outcome, one.answer.penduduk) == (
        other.answer.outcome,
        other.answer.penduduk,
    )
