"""Asks the civil registry through whichever connected system can answer, or the cache."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from gateway.domain.errors import Unavailable
from gateway.domain.outcome import Outcome, Retry, UpstreamFailure
from gateway.domain.ports import CachedAnswer, NikCache
from gateway.domain.systems import Capability, LookupAnswer, System
from gateway.kit.clock import Clock

Offering = Callable[[Capability], Mapping[str, System]]
_RETRY_AFTER: Final = {Retry.NEXT_DAY: 3600, Retry.IN_HOURS: 1800, Retry.BACKOFF: 10}


class Lifetimes:
    """How long each kind of answer is kept."""

    def __init__(self, found: float, negative: float) -> None:
        self._found = found
        self._negative = negative

    def of(self, answer: LookupAnswer) -> float:
        """Seconds."""
        return self._found if answer.outcome is Outcome.FOUND else self._negative


class AskRegistry:
    """One NIK, one answer with its source and its age."""

    def __init__(
        self, offering: Offering, cache: NikCache | None, lifetimes: Lifetimes, clock: Clock
    ) -> None:
        self._offering = offering
        self._cache = cache
        self._lifetimes = lifetimes
        self._clock = clock

    async def __call__(
        self, nik: str, *, oldest: float, ip: str | None
    ) -> tuple[CachedAnswer, bool]:
        """The answer, and whether it came from the cache; `oldest` in seconds, 0 = always ask.

        Raises Unavailable where no system could answer.
        """
        if (kept := await self._kept(nik, oldest)) is not None:
            return kept, True
        name, system = one_system(self._offering, Capability.RESIDENT_LOOKUP)
        assert system.resident_lookup is not None
        try:
            answer = await system.resident_lookup.lookup(nik, caller_ip=ip)
        except UpstreamFailure as failure:
            raise unavailable(name, failure) from failure
        fetched = CachedAnswer(answer=answer, sistem=name, pada=self._clock())
        if self._cache is not None:
            await self._cache.put(nik, fetched, self._lifetimes.of(answer))
        return fetched, False

    async def _kept(self, nik: str, oldest: float) -> CachedAnswer | None:
        if self._cache is None or oldest <= 0:
            return None
        kept = await self._cache.get(nik)
        if kept is None or age(kept.pada, self._clock()) > oldest:
            return None
        return kept


def one_system(offering: Offering, capability: Capability) -> tuple[str, System]:
    """The first connected system with a capability. Raises Unavailable where there is none."""
    for name, system in offering(capability).items():
        return name, system
    raise Unavailable(
        f"tidak ada sistem untuk {capability.value} / no system offers {capability.value}",
        code="system_not_connected",
    )


def unavailable(system: str, failure: UpstreamFailure) -> Unavailable:
    """The caller's view of an upstream's trouble: what kind, and when to try again."""
    wait = failure.retry_after or _RETRY_AFTER.get(failure.reaction.retry)
    return Unavailable(
        f"{system}: {failure.outcome.value}",
        code=f"upstream_{failure.outcome.value}",
        retry_after=None if wait is None else max(1, round(wait)),
    )


def age(moment: datetime, now: datetime) -> float:
    """Seconds since a moment, never negative."""
    return max(0.0, (now - moment).total_seconds())
