"""Takes from a shared allowance ahead of need, so that most uses ask nobody."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gateway.domain.ports import Allowance, Taken

_PART: Final = 32
"""Of what is left, no more than one part in so many is taken ahead."""
_MOST: Final = 256
_SWEEP_AT: Final = 10_000


@dataclass(kw_only=True, slots=True)
class _Lease:
    """What is held of one key's allowance."""

    limit: int
    credit: int
    shared: int
    """What was left for all when the credit was taken."""
    ends: float


class _Turns:
    """Those who ask about one key, one after the other; it is kept until the last one has."""

    __slots__ = ("lock", "users")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.users = 0


class LeasedAllowance:
    """The `Allowance` port over a shared one whose periods begin with the first use.

    Never more than the limit is given out by all instances together. What is held ahead shrinks
    with what is left, and is lost where an instance ends before it was used.
    """

    def __init__(self, shared: Allowance, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._shared = shared
        self._monotonic = monotonic
        self._leases: dict[str, _Lease] = {}
        self._asking: dict[str, _Turns] = {}

    async def take(self, key: str, limit: int, period_seconds: int, cost: int = 1) -> Taken:
        """Take `cost` of `limit` per period, from what is held or else from what is shared."""
        if (taken := self._from_held(key, limit, cost)) is not None:
            return taken
        # Many who come at once shall not each take ahead, nor forget what another one holds.
        turns = self._asking.setdefault(key, _Turns())
        turns.users += 1
        try:
            async with turns.lock:
                return self._from_held(key, limit, cost) or await self._ask(
                    key, limit, period_seconds, cost
                )
        finally:
            turns.users -= 1
            if not turns.users:
                del self._asking[key]

    def _from_held(self, key: str, limit: int, cost: int) -> Taken | None:
        lease = self._leases.get(key)
        if lease is None or lease.limit != limit or not 0 < cost <= lease.credit:
            return None
        left = lease.ends - self._monotonic()
        if left <= 0:
            return None
        lease.credit -= cost
        return Taken(
            allowed=True, remaining=lease.shared + lease.credit, limit=limit, reset_after=left
        )

    async def _ask(self, key: str, limit: int, period_seconds: int, cost: int) -> Taken:
        held = self._held(key, limit)
        # What is held counts towards a cost that it does not cover alone; nobody else takes it now.
        own = min(cost, held.credit) if held else 0
        ahead = 0 if held is None or cost == 0 else min(_MOST, held.shared // _PART)
        if held:
            held.credit -= own
        taken = await self._shared.take(key, limit, period_seconds, cost - own + ahead)
        if not taken.allowed and ahead:
            ahead = 0
            taken = await self._shared.take(key, limit, period_seconds, cost - own)
        credit = ahead + (held.credit if held else 0)
        if not taken.allowed:
            credit += own
        self._keep(key, taken, credit)
        return Taken(
            allowed=taken.allowed,
            remaining=taken.remaining + credit,
            limit=limit,
            reset_after=taken.reset_after,
        )

    def _held(self, key: str, limit: int) -> _Lease | None:
        lease = self._leases.get(key)
        if lease is None or lease.limit != limit or lease.ends <= self._monotonic():
            return None
        return lease

    def _keep(self, key: str, taken: Taken, credit: int) -> None:
        now = self._monotonic()
        if len(self._leases) >= _SWEEP_AT:
            self._leases = {name: one for name, one in self._leases.items() if now < one.ends}
        self._leases[key] = _Lease(
            limit=taken.limit,
            credit=credit,
            shared=taken.remaining,
            ends=now + taken.reset_after,
        )
