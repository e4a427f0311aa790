"""Who may still use a registry's quota of the day: part is kept back, batches go slowly."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

import msgspec

from gateway.domain.registry_terms import Ketentuan

ASK_AGAIN: Final = timedelta(minutes=15)
"""After the registry said that its quota is spent, one call in so long asks whether it still is.

The hour at which a new quota begins is not certain, and an operator of the registry may add to it.
"""

ORDER: Final = "order"
"""The number on a sheet that says which order set others on it last."""


class Prioritas(StrEnum):
    """How urgent a call is."""

    INTERACTIVE = "interactive"
    """Somebody is waiting for the answer."""
    BATCH = "batch"
    """It can be made later: a job's, or one that fetches anew what is kept."""


class QuotaRule(msgspec.Struct, frozen=True, kw_only=True):
    """How an installation divides the day; all in percent."""

    reserve: int = 20
    """Of the day's quota, kept for interactive calls."""
    slow_below: int = 50
    """Of the day's quota: where less is left, batches are spread over the rest of the day."""
    share: int = 100
    """Of the reserve: the most that one grant may take of it."""


class Kept(StrEnum):
    """Why a call may not be made."""

    SPENT = "registry_quota_spent"
    SLOWED = "registry_slowed"
    SHARE = "registry_share_spent"


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal, and the seconds after which it may be another."""

    why: Kept
    seconds: float


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """One day's count at one account, of all instances together.

    An answer that tells what is left tells with it what the day is good for: what had been used by
    us, the answer's own call included, and what is left. Others who use the account lower it.
    """

    used: int = 0
    calls: int = 0
    """As `used`, but never given back: the order of the calls."""
    good_for: int | None = None
    told: int | None = None
    told_at: datetime | None = None

    def total(self, terms: Ketentuan) -> int | None:
        """The day's quota, or None where nobody has told it."""
        return terms.kuota_harian or self.good_for

    def left(self, terms: Ketentuan) -> int | None:
        """The smaller of what was told and what our own count leaves; None where unknown."""
        bounds = [one for one in (terms.kuota_harian or None, self.good_for) if one is not None]
        return min(bounds) - self.used if bounds else None

    def may_be_more(self, terms: Ketentuan, now: datetime) -> bool:
        """After a call: whether only the registry's word stands against it, and that is old."""
        by_count = terms.kuota_harian - self.used if terms.kuota_harian else 0
        told_at = self.told_at
        return by_count >= 0 and told_at is not None and now - told_at >= ASK_AGAIN


def balance_of(sheet: Mapping[str, int]) -> Balance:
    """A day's sheet of the ledger, read."""
    told_at = sheet.get("told_at")
    return Balance(
        used=sheet.get("used", 0),
        calls=sheet.get("calls", 0),
        good_for=sheet.get("good_for"),
        told=sheet.get("told"),
        told_at=None if told_at is None else datetime.fromtimestamp(told_at, UTC),
    )


def ruling(
    after: Balance, terms: Ketentuan, rule: QuotaRule, prioritas: Prioritas, now: datetime
) -> Ruling | None:
    """What stands against a call after which the balance would be `after`; None = nothing."""
    left, total = after.left(terms), after.total(terms)
    if left is None or total is None:
        return None
    if left < 0:
        return Ruling(why=Kept.SPENT, seconds=_until_reset(terms, now))
    if prioritas is Prioritas.BATCH:
        return _slowed(left, total, terms, rule, now)
    return None


def is_reserve(after: Balance, terms: Ketentuan, rule: QuotaRule) -> bool:
    """Whether the call that leads to this balance takes from the reserve."""
    left, total = after.left(terms), after.total(terms)
    return left is not None and total is not None and left < _part(total, rule.reserve)


def share_ruling(
    taken: int, after: Balance, terms: Ketentuan, rule: QuotaRule, now: datetime
) -> Ruling | None:
    """What stands against a grant that has `taken` of the reserve, this call included."""
    most = max(1.0, _part(_part(after.total(terms) or 0, rule.reserve), rule.share))
    if taken <= most:
        return None
    return Ruling(why=Kept.SHARE, seconds=_until_reset(terms, now))


def _slowed(
    left: int, total: int, terms: Ketentuan, rule: QuotaRule, now: datetime
) -> Ruling | None:
    """Batches must leave what a line shows that falls evenly from the mark to the reserve."""
    reserve = _part(total, rule.reserve)
    mark = max(reserve, _part(total, rule.slow_below))
    rest, whole = terms.waktu_kerja(now)
    line = reserve + (mark - reserve) * (rest / whole)
    if left >= line:
        return None
    if left < reserve:
        return Ruling(why=Kept.SLOWED, seconds=_until_reset(terms, now))
    return Ruling(why=Kept.SLOWED, seconds=(line - left) / (mark - reserve) * whole.total_seconds())


def _part(number: float, percent: int) -> float:
    return number * percent / 100


def _until_reset(terms: Ketentuan, now: datetime) -> float:
    return (terms.kuota_ulang(now) - now).total_seconds()


class Ledger(Protocol):
    """Sheets of numbers that all instances write on; a sheet ends two days after its last line."""

    async def add(self, sheet: str, changes: Mapping[str, int]) -> Mapping[str, int]:
        """The whole sheet after the changes were added to it. Raises Unavailable."""

    async def put(self, sheet: str, order: int, numbers: Mapping[str, int]) -> None:
        """Set numbers, unless a later order set them before. Raises Unavailable."""
