"""Asks the authorities now and then, beside everything else: nothing waits for a timestamp."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog

from gateway.infra.db.engine import Database
from gateway.infra.job_worker import JobWorker
from gateway.infra.sealing.notes import read_note
from gateway.infra.stamping.authority import Authority, NotStamped
from gateway.infra.stamping.report import StampReport
from gateway.infra.stamping.rows import Stamp, Waiting, claim, end_turn, is_due, keep, waiting
from gateway.kit.clock import Clock
from gateway.kit.ids import new_id
from gateway.kit.transport import HttpFactory

STAMPED: Final = "stamped"
_BUSY: Final = "busy"
_LEASE: Final = timedelta(seconds=120)
"""Longer than one try takes: after it another instance goes on for a vanished one."""
_FIRST_REST: Final = timedelta(seconds=30)
_LONGEST_REST: Final = timedelta(minutes=15)
_MOST_DOUBLED: Final = 10
_LOG: Final = structlog.get_logger("gateway.audit")


class Stamping:
    """All authorities of one log, as one process asks them."""

    def __init__(
        self,
        database: Database,
        authorities: Mapping[str, str],
        http: HttpFactory,
        clock: Clock,
        report: StampReport,
        *,
        every: int,
    ) -> None:
        """`authorities`: URL -> PEM file; `every`: seconds from stamp to stamp.

        Raises ValueError.
        """
        self._database = database
        self._clock = clock
        self._report = report
        self._every = timedelta(seconds=every)
        self._who = new_id()
        self._authorities = [
            Authority(number, url, anchors, http)
            for number, (url, anchors) in enumerate(authorities.items(), 1)
        ]
        names = [authority.name for authority in self._authorities]
        if len(set(names)) < len(names):
            raise ValueError("two authorities have the same host, which names them")

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Ask until the block ends; each authority by itself, for one may be slow."""
        async with AsyncExitStack() as at_work:
            for each in self._authorities:
                worker = JobWorker(partial(self._step, each), what="timestamps")
                await at_work.enter_async_context(worker.working())
            yield

    async def close(self) -> None:
        """Close every connection."""
        for authority in self._authorities:
            await authority.close()

    async def ask_all(self, *, early: bool = False) -> dict[str, str | None]:
        """Ask whoever is due; `early`: whoever has not stamped everything.

        Answers for each authority what came of it: `STAMPED`, a word for what went wrong, or None
        where there was nothing to do.
        """
        return {each.name: await self._look(each, early=early) for each in self._authorities}

    async def _step(self, authority: Authority) -> bool:
        await self._look(authority, early=False)
        return False

    async def _look(self, authority: Authority, *, early: bool) -> str | None:
        now = self._clock()
        async with self._database.reading() as connection:
            behind = await connection.run_sync(waiting, authority.name)
            due = early or await connection.run_sync(is_due, authority.name, now)
        self._waits(authority, behind)
        if behind is None or not due:
            return None
        return await self._take_turn(authority, now, early=early)

    def _waits(self, authority: Authority, behind: Waiting | None) -> None:
        since = None if behind is None else behind.sejak
        self._report.waits(authority.name, since, self._clock)

    async def _take_turn(self, authority: Authority, now: datetime, *, early: bool) -> str | None:
        taking = partial(claim, pekerja=self._who, now=now, until=now + _LEASE, early=early)
        async with self._database.writing() as connection:
            failed = await connection.run_sync(taking, authority.name)
            # Whoever had the turn until now may have come to the end of it since the look.
            behind = await connection.run_sync(waiting, authority.name)
        if failed is None:
            return _BUSY if early else None
        return await self._try(authority, behind, failed)

    async def _try(self, authority: Authority, behind: Waiting | None, failed: int) -> str | None:
        if behind is None:
            await self._end(authority, None, {})
            return None
        text, _ = read_note(behind.newest.catatan)
        try:
            waktu, token = await authority.stamp(text, self._clock)
        except NotStamped as trouble:
            said = str(trouble)
            _LOG.warning("audit_not_stamped", authority=authority.name, said=said)
            rest = min(self._every, _LONGEST_REST, _FIRST_REST * 2 ** min(failed, _MOST_DOUBLED))
            ended: dict[str, Any] = {
                "lanjut_pada": self._clock() + rest,
                "gagal": failed + 1,
                "alasan": said,
            }
            await self._end(authority, None, ended)
        else:
            said = STAMPED
            stamp = Stamp(behind.newest.pada, authority.name, waktu, token)
            ended = {"lanjut_pada": self._clock() + self._every, "gagal": 0, "alasan": None}
            await self._end(authority, stamp, ended)
            self._waits(authority, None)
        self._report.tried(authority.name, said)
        return said

    async def _end(
        self, authority: Authority, stamp: Stamp | None, ended: Mapping[str, Any]
    ) -> None:
        """Keep what came of it, where the turn is still ours: else another one has asked, too."""
        ending = partial(end_turn, pekerja=self._who, ended=ended)
        async with self._database.writing() as connection:
            is_ours = await connection.run_sync(ending, authority.name)
            if is_ours and stamp is not None:
                await connection.run_sync(keep, stamp)
