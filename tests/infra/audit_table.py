"""An audit table in memory that does what a test tells it, and entries for it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from gateway.domain.audit import EntriAudit, HasilAudit
from gateway.infra.audit.groups import Failure, GroupWriter, Overfull
from gateway.infra.audit.table import EntryRefused, TableAway


def entry(entri_id: str) -> EntriAudit:
    return EntriAudit(
        entri_id=entri_id,
        pada=datetime(2026, 11, 21, tzinfo=UTC),
        peristiwa="penduduk.lookup",
        hasil=HasilAudit.DIBERIKAN,
    )


class Table:
    """Refuses groups with a poisoned entry whole; its next groups end as `fate` says, in turn.

    Fates: "well"; "away" (nothing written); "unsure" (written, but nobody is told); "broken" (an
    error that nobody has foreseen).
    """

    def __init__(self, *fate: str, poisoned: frozenset[str] = frozenset()) -> None:
        self.rows: list[str] = []
        self.groups: list[int] = []
        self.fate = list(fate)
        self.poisoned = poisoned
        self.closed = False
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self._busy = False

    async def append(self, entries: Sequence[EntriAudit]) -> None:
        assert not self._busy
        self._busy = True
        try:
            await asyncio.sleep(0)
            await self.may_go_on.wait()
            self._end([entry.entri_id for entry in entries])
        finally:
            self._busy = False

    def _end(self, names: list[str]) -> None:
        fate = self.fate.pop(0) if self.fate else "well"
        if fate == "broken":
            raise ZeroDivisionError
        if fate == "away":
            raise TableAway("away")
        if self.poisoned.intersection(names):
            raise EntryRefused("poison")
        self.rows += names
        self.groups.append(len(names))
        if fate == "unsure":
            raise TableAway("unsure")

    async def close(self) -> None:
        self.closed = True


class Watched:
    """Keeps what it is told of the groups."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.turned: list[str] = []
        self.failures: list[tuple[int, Failure]] = []

    def committed(self, entries: int, seconds: float) -> None:
        self.done.append(entries)

    def failed(self, entries: int, failure: Failure) -> None:
        self.failures.append((entries, failure))

    def turned_away(self, why: TableAway | Overfull) -> None:
        self.turned.append(type(why).__name__)


class Bench:
    """A writer on a table, with a clock that the test moves."""

    def __init__(self, table: Table, *, most_waiting: int = 1000) -> None:
        self.now = 0.0
        self.table = table
        self.watched = Watched()
        self.writer = GroupWriter(
            table, self.watched, most_waiting=most_waiting, monotonic=lambda: self.now
        )

    def start(self, *names: str) -> list["asyncio.Task[None]"]:
        return [asyncio.create_task(self.writer.write(entry(name))) for name in names]
