"""Processes that write the files of a large export, each one file at a time.

A process of its own has an interpreter of its own: the records of one export are read, opened and
written on several cores, and beside the server's event loop instead of in its midst.
"""

import asyncio
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, Final

from gateway.domain.ekspor import BagianEkspor, BerkasEkspor, Ekspor
from gateway.domain.errors import Unavailable
from gateway.domain.ports_ekspor import Note, StorageFull
from gateway.infra.exports.crew_words import (
    LENGTH,
    Begin,
    Hindered,
    Names,
    Obstacle,
    Order,
    Report,
    Tools,
    Write,
    Written,
    framed,
    read_report,
)

_COMMAND: Final = (sys.executable, "-P", "-m", "gateway.infra.exports.crew_member")
"""`-P`: the code of the gateway that runs, and not what lies in the folder it was started in."""
_START_SECONDS: Final = 60
_JOIN_SECONDS: Final = 5
"""On SQLite nobody can write meanwhile."""
_SILENT_SECONDS: Final = 600
"""The first rows of a file may have to be looked for."""


_LOG: Final = logging.getLogger(__name__)


class CrewLost(Exception):
    """A process ended or went silent; what it wrote is of no use."""


_ERRORS: Final[Mapping[Obstacle, Callable[[], Exception]]] = {
    Obstacle.FULL: StorageFull,
    Obstacle.AWAY: partial(Unavailable, "penyimpanan tidak tersedia / the store is away"),
    Obstacle.FAULT: CrewLost,
}


class Crew:
    """The processes of one export."""

    def __init__(self, members: Sequence["_Member"]) -> None:
        self._members = members

    async def join(self, ekspor: Ekspor, moment: str) -> None:
        """Have all of them join a moment of the store. Raises CrewLost, Unavailable."""
        begin = Begin(ekspor=ekspor, moment=moment)
        await _together([member.begin(begin) for member in self._members])

    async def write(self, parts: Sequence[BagianEkspor], note: Note) -> list[BerkasEkspor]:
        """A file for each part, numbered in their order; whoever is free takes the next.

        Raises what `note` raises, StorageFull, CrewLost, Unavailable.
        """
        orders = iter([Write(nomor=nomor, part=part) for nomor, part in enumerate(parts, 1)])
        written: list[BerkasEkspor] = []
        try:
            await _together([member.write(orders, note, written) for member in self._members])
        except BaseException:
            # Before the folder is cleared away, into which they write.
            await self.end()
            raise
        return sorted(written, key=lambda berkas: berkas.nomor)

    async def end(self) -> None:
        """Kill them; nothing is written any more."""
        for member in self._members:
            await member.end()


@asynccontextmanager
async def crew(tools: Tools, size: int) -> AsyncIterator[Crew]:
    """So many processes until the block ends; then they are killed. Raises CrewLost."""
    members: list[_Member] = []
    working = Crew(members)
    try:
        for _ in range(size):
            members.append(_Member(await _started()))  # noqa: PERF401 - each is ended, should the next not start
        await _together([member.start(tools) for member in members])
        yield working
    finally:
        await working.end()


class _Member:
    """One process, seen from here."""

    def __init__(self, process: Process) -> None:
        self._process = process
        assert process.stdin is not None
        assert process.stdout is not None
        self._in = process.stdout
        self._out = process.stdin

    async def start(self, tools: Tools) -> None:
        await self._tell(tools)
        await self._hear(_START_SECONDS)

    async def begin(self, begin: Begin) -> None:
        await self._tell(begin)
        await self._hear(_JOIN_SECONDS)

    async def write(self, orders: Iterator[Write], note: Note, written: list[BerkasEkspor]) -> None:
        for order in orders:
            await self._tell(order)
            while isinstance(told := await self._hear(_SILENT_SECONDS), Names):
                await note(told.rujukan)
            assert isinstance(told, Written)
            written.append(told.berkas)

    async def end(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        # And not only waited for: what it told and nobody took would keep its pipe open.
        await self._process.communicate()

    async def _tell(self, message: Tools | Order) -> None:
        # One that is gone is noticed by its silence.
        with suppress(ConnectionError):
            self._out.write(framed(message))
            await self._out.drain()

    async def _hear(self, seconds: float) -> Report:
        try:
            async with asyncio.timeout(seconds):
                (length,) = LENGTH.unpack(await self._in.readexactly(LENGTH.size))
                report: Report = read_report(await self._in.readexactly(length))
        except (TimeoutError, asyncio.IncompleteReadError):
            raise CrewLost from None
        if isinstance(report, Hindered):
            raise _raised(report)
        return report


def _raised(report: Hindered) -> Exception:
    if report.obstacle is Obstacle.FAULT:
        _LOG.error("a process of an export failed: %s", report.error)
    return _ERRORS[report.obstacle]()


async def _started() -> Process:
    # In a session of its own: what a terminal or a supervisor sends to all is for the gateway.
    return await asyncio.create_subprocess_exec(
        *_COMMAND, stdin=PIPE, stdout=PIPE, start_new_session=True
    )


async def _together(works: Sequence[Coroutine[Any, Any, None]]) -> None:
    """All of them; the first that fails ends the others."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
