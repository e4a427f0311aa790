"""Keeps a client's rate on a tab of its own, and settles it with the other instances often."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from gateway.domain.ports import Allowance, Taken

SETTLED_EVERY: Final = 0.1
"""Seconds; for so long an instance does not know of the others' last uses."""
_SWEEP_AT: Final = 10_000


@dataclass(kw_only=True, slots=True)
class _Tab:
    limit: int
    left: int
    """What may be used before it is settled."""
    full_at: float
    settled_at: float
    """Both by this process's own clock."""
    unsettled: int = 0
    settling: bool = False


class RateTabs:
    """The `Allowance` port for rates, over one that all instances share.

    One use in a tenth of a second settles what was used since; the others wait for nobody. In
    between each instance may give out what was left when it settled last: by so much all of them
    together may exceed a limit once, and what is too much counts against the time that follows.
    """

    def __init__(self, shared: Allowance, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._shared = shared
        self._monotonic = monotonic
        self._tabs: dict[str, _Tab] = {}

    async def take(self, key: str, limit: int, period_seconds: int, cost: int = 1) -> Taken:
        """Take `cost` of `limit` per period."""
        now, tab = self._monotonic(), self._tabs.get(key)
        if tab is None or tab.limit != limit or now - tab.settled_at > period_seconds:
            tab = _Tab(limit=limit, left=0, full_at=now, settled_at=now)
        if tab.left < cost or not (tab.settling or now - tab.settled_at < SETTLED_EVERY):
            return await self._settle(key, tab, period_seconds, cost)
        tab.left -= cost
        tab.unsettled += cost
        reset_after = max(0.0, tab.full_at - now)
        return Taken(allowed=True, remaining=tab.left, limit=limit, reset_after=reset_after)

    async def _settle(self, key: str, tab: _Tab, period_seconds: int, cost: int) -> Taken:
        carried, tab.unsettled, tab.settling = tab.unsettled, 0, True
        settled = False
        try:
            taken = await self._shared.take(key, tab.limit, period_seconds, cost + carried)
            settled = taken.allowed
        finally:
            tab.settling = False
            if not settled:
                tab.unsettled += carried
        now = self._monotonic()
        tab.settled_at = now
        tab.full_at = now + taken.reset_after
        tab.left = max(0, taken.remaining - tab.unsettled)
        self._keep(key, tab, period_seconds)
        return msgspec.structs.replace(taken, remaining=tab.left)

    def _keep(self, key: str, tab: _Tab, period_seconds: int) -> None:
        if len(self._tabs) >= _SWEEP_AT:
            oldest = tab.settled_at - period_seconds
            self._tabs = {name: one for name, one in self._tabs.items() if one.settled_at > oldest}
        self._tabs[key] = tab
