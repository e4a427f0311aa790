"""Follows the change feed for a caller: page by page, waiting for the next one, or as a stream."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from gateway.application.caller.caller import Caller
from gateway.application.caller.refusals import refusals_recorded
from gateway.application.caller.waiting import Waiting
from gateway.application.feed.read_changes import BacaanUmpan, ReadChanges
from gateway.domain.ports import AuditLog
from gateway.domain.umpan import PERISTIWA, Posisi
from gateway.kit.clock import Clock

_TICK: Final = 0.4
"""Seconds between two looks. What is remembered of a grant is half a second old: together < 1."""
_HEARTBEAT: Final = 15
"""Seconds after which a stream gives a sign of life."""

Renew = Callable[[], Awaitable[Caller]]
"""The caller anew, as token, client and grant stand by then; raises where they no longer hold."""


class FollowChanges:
    """The use case behind `GET /v1/ppks/changes`."""

    def __init__(
        self,
        changes: ReadChanges,
        audit: AuditLog,
        waiting: Waiting,
        clock: Clock,
        *,
        longest_wait: int,
        stopping: Callable[[], bool] = lambda: False,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._changes = changes
        self._audit = audit
        self._waiting = waiting
        self._clock = clock
        self._longest_wait = longest_wait
        self._stopping = stopping
        self._sleep = sleep

    async def page(
        self, caller: Caller, after: Posisi | None, limit: int, wait: int, renew: Renew
    ) -> BacaanUmpan:
        """The next page; where it would be empty, after `wait` seconds at the latest.

        Raises as `ReadChanges.page` does, Unavailable where too many wait, and what `renew` raises.
        """
        wait = min(wait, self._longest_wait)
        async with refusals_recorded(self._audit, caller, PERISTIWA, self._clock):
            read = await self._changes.page(caller, after, limit)
            if read.kosong and wait > 0:
                with self._waiting.place(caller.grant.grant_id):
                    caller, read = await self._waited(read, limit, wait, renew)
        await self._changes.disclosed(caller, read)
        return read

    async def stream(
        self, caller: Caller, after: Posisi | None, limit: int, renew: Renew
    ) -> AsyncIterator[BacaanUmpan]:
        """Page after page as long as the caller may read, each recorded before it is given.

        After the first one an empty page only says where the reader stands: a sign of life.
        Ends when the process is told to stop. Raises as `page` does.
        """
        with self._waiting.place(caller.grant.grant_id):
            read = await self.page(caller, after, limit, 0, renew)
            yield read
            while not self._stopping():
                async with refusals_recorded(self._audit, caller, PERISTIWA, self._clock):
                    caller, read = await self._next(read, limit, renew)
                if not read.kosong:
                    await self._changes.disclosed(caller, read)
                yield read

    async def _next(
        self, read: BacaanUmpan, limit: int, renew: Renew
    ) -> tuple[Caller, BacaanUmpan]:
        """What follows a page of a stream, with the caller of then."""
        if read.halaman.akhir:
            return await self._waited(read, limit, _HEARTBEAT, renew)
        caller = await renew()
        return caller, await self._changes.page(caller, read.posisi, limit)

    async def _waited(
        self, read: BacaanUmpan, limit: int, wait: float, renew: Renew
    ) -> tuple[Caller, BacaanUmpan]:
        """Changes after the last page; an empty page after `wait` seconds."""
        while True:
            await self._sleep(min(_TICK, wait))
            wait -= _TICK
            caller = await renew()
            read = await self._changes.newer(caller, read.posisi, limit)
            if wait <= 0 or not read.kosong or self._stopping():
                return caller, read
