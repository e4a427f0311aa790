"""Works lookup jobs off in the background, a few rows at a time, and waits when it must."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from datetime import timedelta
from typing import Final

from gateway.application.caller.heartbeat import heartbeat
from gateway.application.caller.ownership import grant_in_force
from gateway.application.jobs.ask_row import AskRow
from gateway.domain.errors import GatewayError
from gateway.domain.grant import Grant
from gateway.domain.policy import View, buka
from gateway.domain.ports import Clients
from gateway.domain.ports_tugas import JobQueue, LeaseLost
from gateway.domain.tugas import Baris, JawabanBaris, Potong
from gateway.kit.clock import Clock
from gateway.kit.ids import new_id
from gateway.kit.struct import Quiet

_LOG: Final = logging.getLogger(__name__)
_HEARTBEATS: Final = 3
"""How often a lease is renewed before it would end."""

# The registry's answer to this row was of no use; that of others may be. Everything else that can
# go wrong stops all rows alike, and the job waits for as long as it takes.
_OF_THE_ROW: Final = frozenset(
    ("upstream_malformed", "upstream_unknown_answer", "upstream_bad_request", "internal")
)
_TRIES: Final = 4
"""How often a row is asked for anew after such an answer; then it has failed."""
_FIRST_WAIT: Final = timedelta(seconds=15)
_STORE_WAIT: Final = 5
_SHORTEST: Final = timedelta(seconds=5)
_LONGEST: Final = timedelta(hours=1)
_UNTOLD_WAIT: Final = timedelta(minutes=10)
"""How long to wait where nobody can tell when, as with a grant or an agreement that ended."""


class Hindrance(Quiet, frozen=True, kw_only=True):
    """Why a row got no answer."""

    kode: str
    retry_after: int | None = None

    @property
    def of_the_row(self) -> bool:
        """Whether other rows may fare better."""
        return self.kode in _OF_THE_ROW


class WorkJobs:
    """One process's worker. Several share the queue; a row is in the hands of one of them."""

    def __init__(
        self,
        queue: JobQueue,
        clients: Clients,
        ask: AskRow,
        clock: Clock,
        *,
        concurrency: int,
        lease: timedelta,
        away: tuple[type[Exception], ...] = (),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`concurrency`: rows that are asked for at a time, and so the most that are lost.

        `lease`: how long the rows of a worker that vanished wait before another takes them.

        `away`: what is raised where the store is away, which is no fault of a row.
        """
        self._away = away
        self._lease = lease
        self._queue = queue
        self._clients = clients
        self._ask = ask
        self._clock = clock
        self._concurrency = concurrency
        self._sleep = sleep
        self._name = new_id()

    async def step(self) -> bool:
        """Work one block off, as far as it goes. False where there was nothing to do."""
        potong = await self._queue.claim(self._name, now=self._clock(), lease=self._lease)
        if potong is None:
            return False
        with suppress(LeaseLost):
            async with self._heartbeat(potong):
                await self._work(potong)
        return True

    async def sweep(self) -> None:
        """Destroy the jobs whose time is over."""
        await self._queue.sweep(now=self._clock())

    async def _work(self, potong: Potong) -> None:
        """Wave by wave: what is answered is stored before anything more is asked."""
        troubled: list[Hindrance] = []
        for start in range(0, len(potong.baris), self._concurrency):
            wave = potong.baris[start : start + self._concurrency]
            hindered = await self._wave(potong, wave)
            troubled += hindered
            if any(not one.of_the_row for one in hindered):
                # Rows that stay behind the first time may not have been asked for yet.
                await self._wait(potong, troubled, tried=potong.percobaan > 0)
                return
        if troubled:
            # Every other row is stored now: each of these was tried as often as the block.
            await self._wait(potong, troubled, tried=True)
            return
        await self._queue.finish(self._name, potong, now=self._clock())

    async def _wave(self, potong: Potong, wave: Sequence[Baris]) -> Sequence[Hindrance]:
        """Ask for a few rows and store what came; what hinders the rest of them."""
        grant = await grant_in_force(self._clients, potong.tugas.pemilik, self._clock())
        if grant is None:
            return (Hindrance(kode="grant_not_in_force"),)
        came = await self._asked(grant, potong, wave)
        done, hindered = _sorted_out(came, potong.percobaan)
        await self._queue.store(self._name, potong, done)
        return hindered

    async def _asked(
        self, grant: Grant, potong: Potong, wave: Sequence[Baris]
    ) -> Sequence[tuple[Baris, JawabanBaris | Hindrance]]:
        view = buka(grant, self._clock(), potong.tugas.sempit)
        came = await asyncio.gather(*(self._one(grant, view, row) for row in wave))
        return list(zip(wave, came, strict=True))

    async def _one(self, grant: Grant, view: View, row: Baris) -> JawabanBaris | Hindrance:
        try:
            return await self._ask(grant, view, row)
        except GatewayError as error:
            return Hindrance(kode=error.code, retry_after=error.retry_after)
        except self._away:
            return Hindrance(kode="store_unavailable", retry_after=_STORE_WAIT)
        except Exception as error:  # noqa: BLE001 - one row must not stop all jobs for ever
            _LOG.error("a row of a job failed in the gateway itself: %s", type(error).__name__)
            return Hindrance(kode="internal")

    async def _wait(self, potong: Potong, hindered: Sequence[Hindrance], *, tried: bool) -> None:
        """Give the block back until what hinders may be over; `tried`: it counts as a try."""
        why = _worst(hindered)
        await self._queue.give_back(
            self._name,
            potong,
            until=self._clock() + _pause(why, potong.percobaan),
            alasan=why.kode,
            tried=tried and any(one.of_the_row for one in hindered),
        )

    def _heartbeat(self, potong: Potong) -> AbstractAsyncContextManager[object]:
        """Hold the block for as long as it takes. One that is lost ends with its next store."""

        async def renew() -> None:
            await self._queue.renew(self._name, potong, until=self._clock() + self._lease)

        return heartbeat(renew, self._lease / _HEARTBEATS, self._sleep)


def _sorted_out(
    came: Sequence[tuple[Baris, JawabanBaris | Hindrance]], tries: int
) -> tuple[list[JawabanBaris], list[Hindrance]]:
    """What can be stored, and what hinders the rest; a row that was tried enough has failed."""
    done: list[JawabanBaris] = []
    hindered: list[Hindrance] = []
    for row, result in came:
        if isinstance(result, JawabanBaris):
            done.append(result)
        elif result.of_the_row and tries >= _TRIES:
            done.append(JawabanBaris(baris=row.baris, nik=row.nik, gagal=result.kode))
        else:
            hindered.append(result)
    return done, hindered


def _worst(hindered: Sequence[Hindrance]) -> Hindrance:
    """What stops all rows comes before what stops one; of these, what takes longest."""
    return max(hindered, key=lambda one: (not one.of_the_row, one.retry_after or 0))


def _pause(why: Hindrance, tries: int) -> timedelta:
    if why.of_the_row:
        return min(_LONGEST, _FIRST_WAIT * (1 << 2 * tries))
    if why.retry_after is None:
        return _UNTOLD_WAIT
    told = timedelta(seconds=why.retry_after)
    # The day's end, however far: asking before it is of no use.
    longest = told if why.kode == "grant_quota_spent" else _LONGEST
    return min(longest, max(_SHORTEST, told))
