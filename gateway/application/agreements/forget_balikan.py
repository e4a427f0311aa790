"""Forgets the rows of data balikan of periods that are long over, sent or not."""

from datetime import datetime, timedelta
from typing import Final

from gateway.domain.periode import Periode, baca_periode
from gateway.domain.ports_perjanjian import BalikanQueue
from gateway.kit.clock import Clock

_OFTEN: Final = timedelta(days=1)


class ForgetBalikan:
    """A period's rows go together, so that none of it can be owed anew without its fellows."""

    def __init__(self, queue: BalikanQueue, clock: Clock, *, keep: timedelta) -> None:
        self._queue = queue
        self._clock = clock
        self._keep = keep
        self._next: datetime | None = None

    def is_past(self, periode: Periode) -> bool:
        """Whether a period's rows are kept no longer, nor collected."""
        return periode.selesai + self._keep <= self._clock()

    async def __call__(self) -> int:
        """How many rows were forgotten."""
        named = await self._queue.periods()
        past = [name for name in named if self.is_past(baca_periode(name))]
        return sum([await self._queue.forget(name) for name in past])

    async def daily(self) -> None:
        """The same, once a day at most, however often it is called."""
        now = self._clock()
        if self._next is None or now >= self._next:
            await self()
            self._next = now + _OFTEN
