"""Commits entries in groups: what arrives while a group is being committed makes the next one.

A group never waits for company. A lone entry is committed at once; the longer a commit takes and
the more entries arrive meanwhile, the larger the next group is.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Protocol

from gateway.domain.audit import EntriAudit
from gateway.infra.audit.table import AuditTable, EntryRefused, TableAway

MOST_IN_A_GROUP: Final = 256
MOST_WAITING: Final = 4096
FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 5.0
"""Seconds for which nothing is tried after a failure; the pause doubles with each in a row."""

Failure = EntryRefused | TableAway


class Overfull(Exception):
    """So many entries wait that no other one is taken."""


class Watch(Protocol):
    """Who is told of every group."""

    def committed(self, entries: int, seconds: float) -> None:
        """A group became durable; `seconds` is what its commit took."""

    def failed(self, entries: int, failure: Failure) -> None:
        """A group did not; `entries` is how many were refused because of it."""

    def turned_away(self, why: TableAway | Overfull) -> None:
        """An entry was refused before it came into any group."""


class _Place(NamedTuple):
    """An entry in the queue, and how whoever waits for it is told: None, or why it failed."""

    entry: EntriAudit
    told: "asyncio.Future[Failure | None]"


class GroupWriter:
    """The one writer of a process. All its methods belong to one event loop.

    Whoever stops waiting takes nothing away: the entry stays in its group and is written.
    """

    def __init__(
        self,
        table: AuditTable,
        watch: Watch,
        *,
        most_waiting: int = MOST_WAITING,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._table = table
        self._watch = watch
        self._most_waiting = most_waiting
        self._monotonic = monotonic
        self._queue: deque[_Place] = deque()
        self._running: asyncio.Task[None] | None = None
        self._trying: asyncio.Task[Failure | None] | None = None
        self._turn = asyncio.Lock()
        self._pause = 0.0
        self._paused_until = 0.0
        self._closed = False

    @property
    def waiting(self) -> int:
        """Entries that are in no group yet."""
        return len(self._queue)

    async def write(self, entry: EntriAudit) -> None:
        """Returns when the entry is durable.

        Raises EntryRefused where it is at fault itself, TableAway where its group failed or the
        last one did just now, Overfull where too many wait.
        """
        if (why := self._closed_to_all()) is not None:
            self._watch.turned_away(why)
            raise why
        place = _Place(entry, asyncio.get_running_loop().create_future())
        self._queue.append(place)
        self._run()
        failure = await place.told
        if failure is not None:
            # The one exception is told to the whole group: each raises it with a trace of its own.
            raise failure.with_traceback(None)

    async def try_out(self) -> None:
        """Find out, pause or not, whether a group could be written. Raises TableAway."""
        if self._closed:
            raise TableAway
        if self._trying is None:
            self._trying = asyncio.create_task(self._append(()))
            self._trying.add_done_callback(self._tried)
        # Whoever loses patience leaves the trial alone: it is the next one's, too.
        if (failure := await asyncio.shield(self._trying)) is not None:
            raise failure.with_traceback(None)

    async def close(self) -> None:
        """Commit what waits, take nothing more, close the connection."""
        if self._closed:
            return
        self._closed = True
        for task in (self._running, self._trying):
            if task is not None:
                await task
        await self._table.close()

    def _closed_to_all(self) -> TableAway | Overfull | None:
        if self._closed or self._monotonic() < self._paused_until:
            return TableAway()
        return Overfull() if len(self._queue) >= self._most_waiting else None

    def _tried(self, _done: object) -> None:
        self._trying = None

    def _run(self) -> None:
        # It lives while there is something to write: an idle process has no task to look after.
        if self._running is None:
            self._running = asyncio.create_task(self._write_groups())

    async def _write_groups(self) -> None:
        try:
            while self._queue:
                size = min(len(self._queue), MOST_IN_A_GROUP)
                await self._commit([self._queue.popleft() for _ in range(size)])
        finally:
            self._running = None

    async def _commit(self, group: Sequence[_Place]) -> None:
        failure = await self._append([place.entry for place in group])
        if isinstance(failure, EntryRefused) and len(group) > 1:
            half = len(group) // 2
            await self._commit(group[:half])
            await self._commit(group[half:])
            return
        for place in group:
            if not place.told.done():
                place.told.set_result(failure)
        if failure is not None:
            self._watch.failed(len(group), failure)

    async def _append(self, entries: Sequence[EntriAudit]) -> Failure | None:
        began = self._monotonic()
        try:
            async with self._turn:
                await self._table.append(entries)
        except EntryRefused as refused:
            return refused
        except TableAway as away:
            return self._back_off(away)
        except Exception as surprise:  # noqa: BLE001 - else all who wait would wait for ever
            failure = TableAway(type(surprise).__name__)
            failure.__cause__ = surprise
            return self._back_off(failure)
        self._pause = self._paused_until = 0.0
        if entries:
            self._watch.committed(len(entries), self._monotonic() - began)
        return None

    def _back_off(self, away: TableAway) -> TableAway:
        self._pause = min(LONGEST_PAUSE, self._pause * 2) or FIRST_PAUSE
        self._paused_until = self._monotonic() + self._pause
        return away
