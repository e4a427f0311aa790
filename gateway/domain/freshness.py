"""How long each kind of registry answer counts as fresh, and how long it will do after that."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from gateway.domain.nik_cache import KeptAnswer, Masa
from gateway.domain.outcome import Outcome

Chance = Callable[[], float]
"""A number from 0 to 1, never 1."""

LIFETIMES: Final[dict[Outcome, int]] = {
    Outcome.FOUND: 3600,
    # A duplicate is being put in order, and who is inactive may be activated at any counter.
    Outcome.FOUND_DUPLICATE: 900,
    Outcome.INACTIVE: 300,
    Outcome.NOT_PROCESSABLE: 300,
    # The number of a newborn is unknown until somebody enters it.
    Outcome.NOT_FOUND: 300,
    Outcome.DECEASED: 3600,
    Outcome.BAD_FORMAT: 3600,
}
"""Seconds by outcome; an outcome that is not named is no answer about a person, and never kept."""

_JITTER: Final = 0.1
_AHEAD: Final = 10
"""In the last one of so many parts of a lifetime a hit may have the answer fetched anew."""
_ODDS: Final = 0.1
"""How often it does. Who is asked for often is fetched in time; who is not, costs nothing."""


class Keadaan(StrEnum):
    """Where an answer stands between the registry and now."""

    SEGAR = "segar"
    """Fetched for this request, or for one that was being answered at the same time."""
    CACHE = "cache"
    """Kept, and within its lifetime."""
    BASI = "basi"
    """Kept, and past its lifetime: the registry is being asked, or cannot be asked now."""


class Freshness(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one installation; all times in seconds."""

    lifetimes: Mapping[Outcome, float] = msgspec.field(default_factory=lambda: LIFETIMES)
    while_asking: float = 0
    """How long past its lifetime an answer is given while a new one is fetched."""
    while_away: float = 0
    """How long past its lifetime an answer is given while the registry cannot be asked."""

    def masa(self, outcome: Outcome, now: datetime, chance: Chance) -> Masa:
        """The times of an answer fetched now: its lifetime, a tenth more or less."""
        spread = 1 + _JITTER * (2 * chance() - 1)
        fresh = now + timedelta(seconds=self.lifetimes[outcome] * spread)
        after = timedelta(seconds=max(self.while_asking, self.while_away))
        return Masa(segar_sampai=fresh, simpan_sampai=fresh + after)

    def state(self, kept: KeptAnswer, now: datetime) -> Keadaan:
        """CACHE within the lifetime, BASI after it."""
        return Keadaan.CACHE if now < kept.masa.segar_sampai else Keadaan.BASI

    def may_wait(self, kept: KeptAnswer, now: datetime) -> bool:
        """Whether an answer past its lifetime will do while the registry is being asked."""
        return self._within(kept, now, self.while_asking)

    def may_stand_in(self, kept: KeptAnswer, now: datetime) -> bool:
        """Whether an answer past its lifetime will do while the registry cannot be asked."""
        return self._within(kept, now, self.while_away)

    def is_due(self, kept: KeptAnswer, now: datetime, chance: Chance) -> bool:
        """Whether this hit on a fresh answer is the one that has it fetched anew."""
        fresh = kept.masa.segar_sampai
        ahead = fresh - (fresh - kept.jawaban.pada) / _AHEAD
        return now >= ahead and chance() < _ODDS

    def _within(self, kept: KeptAnswer, now: datetime, seconds: float) -> bool:
        return now < kept.masa.segar_sampai + timedelta(seconds=seconds)


def age(moment: datetime, now: datetime) -> float:
    """Seconds since a moment, never negative."""
    return max(0.0, (now - moment).total_seconds())
