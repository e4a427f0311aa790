"""Takes lookups and records from a grant's allowances of the day."""

from datetime import datetime, timedelta, timezone
from math import ceil
from typing import Final

from gateway.domain.errors import QuotaSpent
from gateway.domain.grant import Grant
from gateway.domain.ports import Allowance, Taken

WIB: Final = timezone(timedelta(hours=7))
"""Quotas are counted by the day of western Indonesian time, as the registry's are."""
_DAY: Final = 86_400
_LOOKUPS: Final = "lookup"
_ROWS: Final = "rows"


async def spend_lookup(allowance: Allowance, grant: Grant, now: datetime, cost: int = 1) -> Taken:
    """Count `cost` lookups. Raises QuotaSpent with the seconds until midnight WIB."""
    taken = await allowance.take(_key(_LOOKUPS, grant, now), grant.cari_per_hari, _DAY, cost)
    if not taken.allowed:
        raise quota_spent(now)
    return taken


async def lookups_left(allowance: Allowance, grant: Grant, now: datetime) -> int:
    """What is left of the day's lookups."""
    return await _left(allowance, _key(_LOOKUPS, grant, now), grant.cari_per_hari)


async def take_rows(allowance: Allowance, grant: Grant, now: datetime, count: int) -> bool:
    """Count records that are to be told: all of them, or none and False."""
    limit = grant.baris_per_hari
    if isinstance(limit, str) or count == 0:
        return True
    return (await allowance.take(_key(_ROWS, grant, now), limit, _DAY, count)).allowed


async def rows_left(allowance: Allowance, grant: Grant, now: datetime) -> int | None:
    """What is left of the day's records; None = there is no limit."""
    limit = grant.baris_per_hari
    if isinstance(limit, str):
        return None
    return await _left(allowance, _key(_ROWS, grant, now), limit)


def quota_spent(now: datetime) -> QuotaSpent:
    """The refusal when the day's allowance is used up."""
    return QuotaSpent(
        "kuota harian grant ini habis / this grant's daily quota is used up",
        code="grant_quota_spent",
        retry_after=seconds_to_midnight(now),
    )


def seconds_to_midnight(now: datetime) -> int:
    """Whole seconds until the next day begins in western Indonesia."""
    local = now.astimezone(WIB)
    tomorrow = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return ceil((tomorrow - local).total_seconds())


async def _left(allowance: Allowance, key: str, limit: int) -> int:
    return (await allowance.take(key, limit, _DAY, 0)).remaining


def _key(kind: str, grant: Grant, now: datetime) -> str:
    return f"{kind}:{grant.grant_id}:{now.astimezone(WIB).date().isoformat()}"
