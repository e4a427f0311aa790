"""A fair queue before few places: clients take turns, however much each of them wants."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import msgspec

_WEIGHT: Final = 0.1
"""Of the newest turn's length in the mean; small, so that one slow answer sheds nobody."""

_Waiter = asyncio.Future[None]


class NoTurnError(Exception):
    """No turn in time; `retry_after` in seconds, as long as the queue is expected to last."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("no turn in time")
        self.retry_after = retry_after


class QueueBounds(msgspec.Struct, frozen=True, kw_only=True):
    """How many may be at work, and wait."""

    places: int
    per_client: int
    in_all: int


class FairQueue:
    """Urgent turns come before others; of equals, each client's next is served in turn.

    Within a client the order is that of arrival. Whoever is expected to wait longer than his
    patience is refused at once. A full queue makes room for a client that waits for less than the
    longest one does, and for who is urgent.
    """

    def __init__(
        self, bounds: QueueBounds, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._bounds = bounds
        self._monotonic = monotonic
        self._free = max(1, bounds.places)
        self._lines = {True: _Line(), False: _Line()}
        self._mean = 0.0

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(len(line) for line in self._lines.values())

    @property
    def at_work(self) -> int:
        """How many places are taken."""
        return max(1, self._bounds.places) - self._free

    @asynccontextmanager
    async def turn(self, client: str, *, urgent: bool, patience: float) -> AsyncIterator[None]:
        """Hold a place; `patience` in seconds. Raises NoTurnError."""
        await self._enter(client, urgent=urgent, patience=patience)
        begun = self._monotonic()
        try:
            yield
        finally:
            length = self._monotonic() - begun
            self._mean += (length - self._mean) * (_WEIGHT if self._mean else 1)
            self._leave()

    def expected(self, client: str, *, urgent: bool) -> float:
        """Seconds until a further turn of this client would begin, if turns are as long as ever."""
        if self._free and not self.waiting:
            return 0.0
        before = self._lines[urgent].before(client) + (0 if urgent else len(self._lines[True]))
        return (before + 1) * self._mean / max(1, self._bounds.places)

    async def _enter(self, client: str, *, urgent: bool, patience: float) -> None:
        if self._free and not self.waiting:
            self._free -= 1
            return
        expected = self.expected(client, urgent=urgent)
        line = self._lines[urgent]
        crowded = line.of(client) >= self._bounds.per_client
        if crowded or expected > patience or not self._room(client, urgent=urgent):
            raise NoTurnError(expected)
        waiter = line.join(client)
        try:
            async with asyncio.timeout(patience):
                await waiter
        except TimeoutError:
            line.quit(client, waiter)
            # The place may have come in the same moment; then it is taken. If not: it took longer
            # than expected, and so it may again.
            if not _has_place(waiter):
                seconds = max(patience, self.expected(client, urgent=urgent))
                raise NoTurnError(seconds) from None
        except asyncio.CancelledError:
            line.quit(client, waiter)
            if _has_place(waiter):
                self._leave()
            raise

    def _room(self, client: str, *, urgent: bool) -> bool:
        """Whether one more may wait; makes room where somebody else has less right to it."""
        if self.waiting < self._bounds.in_all:
            return True
        others = self._lines[False]
        if urgent and len(others):
            victim = others.give_up_longest()
        elif self._lines[urgent].longest() > self._lines[urgent].of(client) + 1:
            victim = self._lines[urgent].give_up_longest()
        else:
            return False
        # Who was cancelled has not been able to leave yet; it makes room all the same.
        if not victim.done():
            victim.set_exception(NoTurnError(self.expected(client, urgent=False)))
        return True

    def _leave(self) -> None:
        for urgent in (True, False):
            waiter = self._lines[urgent].next()
            if waiter is not None:
                waiter.set_result(None)
                return
        self._free += 1


class _Line:
    """Waiters by client, in the order in which the clients' turns come."""

    def __init__(self) -> None:
        self._clients: OrderedDict[str, deque[_Waiter]] = OrderedDict()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def of(self, client: str) -> int:
        return len(self._clients.get(client, ()))

    def before(self, client: str) -> int:
        """How many turns come before a further one of this client, at most."""
        mine = self.of(client)
        return sum(min(len(waiters), mine + 1) for waiters in self._clients.values())

    def longest(self) -> int:
        return max(map(len, self._clients.values()), default=0)

    def join(self, client: str) -> _Waiter:
        waiter: _Waiter = asyncio.get_running_loop().create_future()
        self._clients.setdefault(client, deque()).append(waiter)
        self._length += 1
        return waiter

    def quit(self, client: str, waiter: _Waiter) -> None:
        waiters = self._clients.get(client)
        if waiters is None or waiter not in waiters:
            return
        waiters.remove(waiter)
        self._left(client)

    def give_up_longest(self) -> _Waiter:
        """The newest waiter of the client that waits for most."""
        client = max(self._clients, key=self.of)
        waiter = self._clients[client].pop()
        self._left(client)
        return waiter

    def next(self) -> _Waiter | None:
        """Who is served now; the client's other waiters line up behind all other clients."""
        while self._clients:
            client = next(iter(self._clients))
            waiter = self._clients[client].popleft()
            self._clients.move_to_end(client)
            self._left(client)
            # Who was cancelled has not been able to leave yet.
            if not waiter.done():
                return waiter
        return None

    def _left(self, client: str) -> None:
        self._length -= 1
        if not self._clients[client]:
            del self._clients[client]


def _has_place(waiter: _Waiter) -> bool:
    return waiter.done() and not waiter.cancelled() and waiter.exception() is None
