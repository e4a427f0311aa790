"""Reads and writes a small export in this process, a large one with a crew of several."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from gateway.domain.ekspor import BagianEkspor, Ekspor, bagi
from gateway.domain.ports_ekspor import Moment, Note, Writing
from gateway.infra.db.exports.source import SqlExportSource, SqlMoment
from gateway.infra.exports.crew import Crew, crew
from gateway.infra.exports.crew_words import Tools

LARGE: Final = 150_000
"""Records from which on a crew is worth its start, half a second of a core for each process."""
_WIDTH: Final = 1000
"""Numbers of the feed that stay together."""


class CrewMoment:
    """The `Moment` port: the records are written by the crew."""

    def __init__(self, moment: SqlMoment, working: Crew, *, hands: int, most: int) -> None:
        self._moment = moment
        self._crew = working
        self._hands = hands
        self._most = most
        self._parts: list[BagianEkspor] = []
        self.umpan = moment.umpan
        self.columns: Sequence[str] = moment.columns
        self.gone = moment.gone

    async def count(self) -> int:
        """And how they are shared out."""
        units = await self._moment.units(min(_WIDTH, self._most))
        self._parts = bagi(units, hands=self._hands, most=self._most)
        return sum(part.baris for part in self._parts)

    async def write(self, files: Writing, note: Note) -> None:
        """Once they are counted."""
        files.adopt(await self._crew.write(self._parts, note))


class CrewSource:
    """The `ExportSource` port."""

    def __init__(
        self, source: SqlExportSource, tools: Tools, *, processes: int, large: int = LARGE
    ) -> None:
        """`large`: so many records are written by so many `processes`."""
        self._source = source
        self._tools = tools
        self._processes = processes
        self._large = large
        self.state = source.state
        self.number_at = source.number_at

    @asynccontextmanager
    async def moment(self, ekspor: Ekspor) -> AsyncIterator[Moment]:
        """Of all processes alike. Raises what the crew raises."""
        if self._processes < 2 or not await self._source.has(ekspor, self._large):
            async with self._source.moment(ekspor) as moment:
                yield moment
            return
        async with (
            crew(self._tools, self._processes) as working,
            self._source.moment(ekspor, partial(working.join, ekspor)) as moment,
        ):
            most = self._tools.rows_per_file
            yield CrewMoment(moment, working, hands=self._processes, most=most)
