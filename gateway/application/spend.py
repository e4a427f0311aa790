"""Takes lookups from a grant's allowance of the day."""

from datetime import datetime, timedelta, timezone
from typing import Final

from gateway.domain.errors import QuotaSpent
from gateway.domain.grant import Grant
from gateway.domain.ports import Allowance, Taken

WIB: Final = timezone(timedelta(hours=7))
"""Quotas are counted by the day of western Indonesian time, as the registry's are."""
_DAY: Final = 86_400


async def spend_lookup(allowance: Allowance, grant: Grant, now: datetime, cost: int = 1) -> Taken:
    """Count `cost` lookups. Raises QuotaSpent with the seconds until midnight WIB."""
    taken = await allowance.take(_key(grant, now), grant.cari_per_hari, _DAY, cost)
    if not taken.allowed:
        raise QuotaSpent(
            "kuota harian grant ini habis / this grant's daily quota is used up",
            code="grant_quota_spent",
            retry_after=seconds_to_midnight(now),
        )
    return taken


async def lookups_left(allowance: Allowance, grant: Grant, now: datetime) -> int:
    """What is left of the day's lookups."""
    return (await allowance.take(_key(grant, now), grant.cari_per_hari, _DAY, 0)).remaining


def seconds_to_midnight(now: datetime) -> int:
    """Whole seconds until the next day begins in western Indonesia."""
    local = now.astimezone(WIB)
    tomorrow = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, int((tomorrow - local).total_seconds()))


def _key(grant: Grant, now: datetime) -> str:
    return f"lookup:{grant.grant_id}:{now.astimezone(WIB).date().isoformat()}"
