"""Asks the civil registry: once for all who may share the answer, alone for who may not."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from gateway.application.civil_registry.registry_desk import Asker
from gateway.domain.freshness import Chance, Freshness
from gateway.domain.nik_cache import CachedAnswer, CacheEvent, Claim, Count, KeptAnswer, NikCache
from gateway.domain.outcome import NotAsked, UpstreamFailure
from gateway.domain.systems import ResidentLookup
from gateway.kit.clock import Clock
from gateway.kit.single_flight import SingleFlight
from gateway.kit.struct import Quiet

Accept = Callable[[KeptAnswer], bool]
_TURNS: Final = 3
"""How often to wait for others who bring nothing, before asking without them."""
_REST: Final = timedelta(seconds=10)
"""How long nothing is refreshed after a refresh that failed: nobody is waiting for it."""


class Asking(Quiet, frozen=True, kw_only=True):
    """Whom to ask about whom, and for whom."""

    nik: str
    sistem: str
    lookup: ResidentLookup
    ip: str | None
    asker: Asker


class Flown(Quiet, frozen=True, kw_only=True):
    """What a shared call came to: an answer of now, one that was kept meanwhile, or a failure."""

    answer: CachedAnswer | None = None
    kept: KeptAnswer | None = None
    failure: UpstreamFailure | None = None
    asker: Asker | None = None
    """For whom the call failed."""
    forgotten: bool = False
    """The person was forgotten while the call was under way."""
    by_another: bool = False


class RegistryCall:
    """The way to the registry. Only what was asked under a claim is kept."""

    def __init__(
        self,
        cache: NikCache | None,
        freshness: Freshness,
        clock: Clock,
        count: Count,
        chance: Chance = random.random,
    ) -> None:
        self._cache = cache
        self._freshness = freshness
        self._clock = clock
        self._count = count
        self._chance = chance
        self._rest_until = datetime.min.replace(tzinfo=UTC)
        self._flights: SingleFlight[Flown] = SingleFlight()

    async def alone(self, asking: Asking) -> CachedAnswer:
        """Ask for this caller and nobody else. Raises UpstreamFailure."""
        answer = await asking.lookup.lookup(asking.nik, caller_ip=asking.ip)
        return CachedAnswer(answer=answer, sistem=asking.sistem, pada=self._clock())

    async def shared(self, asking: Asking, accept: Accept) -> Flown:
        """Ask once for all who ask now, in whichever process.

        `accept` says which kept answer makes the asking needless: another process may have kept
        one since the caller looked.
        """
        assert self._cache is not None
        cache, refused = self._cache, False
        for _ in range(_TURNS):
            flown, joined = await self._flights.join(
                asking.nik, partial(self._fly, cache, asking, accept)
            )
            if joined and not _holds_for_who_joined(flown, accept):
                continue
            if joined and _may_be_allowed(flown, asking, refused=refused):
                refused = True
                continue
            if flown.kept is not None:
                self._count(CacheEvent.SHARED)
            elif joined or flown.by_another:
                self._count(CacheEvent.COALESCED)
            return flown
        return await self._fetch(asking, None)

    def refresh(self, asking: Asking, seen: KeptAnswer, most: int) -> None:
        """Ask in the background, unless it is being asked already or `most` calls are under way."""
        if self._cache is None or asking.nik in self._flights or len(self._flights) >= most:
            return
        if self._clock() < self._rest_until:
            return
        self._count(CacheEvent.REFRESHED)
        self._flights.start(asking.nik, partial(self._refreshed, self._cache, asking, seen))

    async def close(self) -> None:
        """Break off what is under way."""
        await self._flights.close()

    async def _refreshed(self, cache: NikCache, asking: Asking, seen: KeptAnswer) -> Flown:
        flown = await self._fly(cache, asking, lambda kept: kept.klaim != seen.klaim)
        if flown.failure is not None:
            self._rest_until = self._clock() + _REST
        return flown

    async def _fly(self, cache: NikCache, asking: Asking, accept: Accept) -> Flown:
        for _ in range(_TURNS):
            async with cache.claim(asking.nik) as claim:
                if claim.found is not None and accept(claim.found):
                    return Flown(kept=claim.found)
                if claim.held:
                    return await self._fetch(asking, claim)
                theirs = await claim.theirs()
            if theirs is not None:
                return Flown(answer=theirs.jawaban, by_another=True)
        return await self._fetch(asking, None)

    async def _fetch(self, asking: Asking, claim: Claim | None) -> Flown:
        try:
            answer = await self.alone(asking)
        except UpstreamFailure as failure:
            return Flown(failure=failure, asker=asking.asker)
        if claim is None:
            return Flown(answer=answer)
        masa = self._freshness.masa(answer.answer.outcome, answer.pada, self._chance)
        kept = await claim.keep(answer, masa)
        return Flown(answer=answer, forgotten=not kept)


def _holds_for_who_joined(flown: Flown, accept: Accept) -> bool:
    """A call under way serves a later caller, too, but not what another caller made do with.

    And not where the person was forgotten meanwhile: the caller may have come after that.
    """
    if flown.kept is not None:
        return accept(flown.kept)
    return not flown.forgotten


def _may_be_allowed(flown: Flown, asking: Asking, *, refused: bool) -> bool:
    """What another caller was refused, this one may be allowed; his like try it once."""
    alike = flown.asker is not None and flown.asker.stands_as(asking.asker)
    return isinstance(flown.failure, NotAsked) and not (refused and alike)
