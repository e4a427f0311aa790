"""Makes bulk exports in the background, each from one moment of the store."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Final

from gateway.application.caller.caller import Caller
from gateway.application.caller.disclose_records import DiscloseRecords
from gateway.application.caller.heartbeat import heartbeat
from gateway.application.caller.ownership import grant_in_force
from gateway.application.caller.spend import seconds_to_midnight, take_rows
from gateway.domain.ekspor import AlasanEkspor, Ekspor, Titik, terlalu_lama, termuat
from gateway.domain.errors import Unavailable
from gateway.domain.grant import Grant, Scope
from gateway.domain.policy import susun
from gateway.domain.ports import Allowance, Clients
from gateway.domain.ports_ekspor import (
    ExportQueue,
    ExportShelf,
    ExportSource,
    Moment,
    Rows,
    StorageFull,
    Writing,
)
from gateway.domain.ports_tugas import LeaseLost
from gateway.domain.umpan import JenisPerubahan
from gateway.kit.clock import Clock
from gateway.kit.ids import new_id

ISI: Final = "ppks.ekspor.isi"
_LOG: Final = logging.getLogger(__name__)
_FAILURES: Final = 5
_SOON: Final = timedelta(seconds=10)
_AGAIN: Final = timedelta(seconds=30)
_NO_ROOM: Final = timedelta(minutes=1)
_BEAT: Final = timedelta(seconds=2)
"""So often a lease is renewed, and told how far an export is."""


class _Waits(Exception):
    """It cannot go on now."""

    def __init__(self, alasan: AlasanEkspor, pause: timedelta) -> None:
        super().__init__(alasan)
        self.alasan = alasan
        self.pause = pause


class _Fails(Exception):
    """It will never be made."""

    def __init__(self, alasan: AlasanEkspor) -> None:
        super().__init__(alasan)
        self.alasan = alasan


class WorkExports:
    """One process's worker; it makes one export at a time."""

    def __init__(
        self,
        queue: ExportQueue,
        source: ExportSource,
        files: ExportShelf,
        clients: Clients,
        disclose: DiscloseRecords,
        allowance: Allowance,
        clock: Clock,
        *,
        lease: timedelta,
        keep_points: timedelta,
        away: tuple[type[Exception], ...] = (Unavailable,),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`lease`: how long the export of a worker that vanished waits before another takes it.

        `away`: what is raised where the store or the log is away, which is no fault of an export.

        `keep_points`: how long a client may ask for what changed since.
        """
        self._queue = queue
        self._source = source
        self._files = files
        self._clients = clients
        self._disclose = disclose
        self._allowance = allowance
        self._clock = clock
        self._lease = lease
        self._keep_points = keep_points
        self._away = away
        self._sleep = sleep
        self._name = new_id()
        self._written = 0

    async def step(self) -> bool:
        """Make one export, as far as it goes. False where there was nothing to do."""
        ekspor = await self._queue.claim(self._name, now=self._clock(), lease=self._lease)
        if ekspor is None:
            return False
        with suppress(LeaseLost):
            await self._try(ekspor)
        return True

    async def sweep(self) -> None:
        """Destroy what has lived long enough, and files that belong to no export."""
        await self._queue.sweep(now=self._clock(), keep_points=self._keep_points)
        await self._files.keep_only(self._queue.alive)

    async def _try(self, ekspor: Ekspor) -> None:
        try:
            await self._make(ekspor)
        except _Waits as waits:
            await self._give_back(ekspor, waits.alasan, waits.pause)
        except _Fails as fails:
            await self._fail(ekspor, fails.alasan)
        except StorageFull:
            await self._no_room(ekspor)
        except LeaseLost:
            raise
        except self._away:
            await self._give_back(ekspor, AlasanEkspor.TERHENTI, _SOON)
        except Exception as error:  # noqa: BLE001 - one export must not stop all for ever
            _LOG.error("an export failed in the gateway itself: %s", type(error).__name__)
            failures = ekspor.kegagalan + 1
            if failures >= _FAILURES:
                await self._fail(ekspor, AlasanEkspor.INTERNAL)
            else:
                await self._give_back(ekspor, AlasanEkspor.INTERNAL, _AGAIN * failures)

    async def _make(self, ekspor: Ekspor) -> None:
        begun = self._clock()
        grant = await self._granted(ekspor, begun)
        async with self._held(ekspor) as lost, self._source.moment(ekspor) as moment:
            if ekspor.dasar is not None and terlalu_lama(
                ekspor.dasar, moment.umpan, self._keep_points, begun
            ):
                raise _Fails(AlasanEkspor.TERLALU_LAMA)
            count = await moment.count()
            if lost.is_set():
                # Whoever has it now pays for it.
                raise LeaseLost
            await self._pay(ekspor, grant, count)
            async with self._files.writing(ekspor, moment.columns) as files:
                await self._write(ekspor, grant, moment, files, lost)
            titik = Titik(
                pandangan=ekspor.pandangan,
                nomor=moment.umpan.terakhir,
                pada=_whole_milliseconds(begun),
            )
            # Whoever is cut off here does not know whether it was stored. So the files stay; if it
            # was not, they are swept.
            await self._queue.finish(self._name, ekspor, files.berkas, titik, now=self._clock())

    async def _granted(self, ekspor: Ekspor, now: datetime) -> Grant:
        grant = await grant_in_force(self._clients, ekspor.pemilik, now, Scope.PPKS_EXPORT)
        if grant is None or not termuat(ekspor.pandangan, susun(grant, ekspor.sempit)):
            raise _Fails(AlasanEkspor.GRANT_BERUBAH)
        return grant

    async def _pay(self, ekspor: Ekspor, grant: Grant, count: int) -> None:
        """Take its records from the grant's day, all or none; what a try before took is taken."""
        now = self._clock()
        limit = grant.baris_per_hari
        if not isinstance(limit, str) and count > limit:
            raise _Fails(AlasanEkspor.MELEBIHI_KUOTA)
        owed = max(0, count - ekspor.terbayar)
        if not await take_rows(self._allowance, grant, now, owed):
            pause = timedelta(seconds=seconds_to_midnight(now))
            raise _Waits(AlasanEkspor.KUOTA_HABIS, pause)
        paid = ekspor.terbayar + owed
        await self._queue.counted(self._name, ekspor, jumlah=count, terbayar=paid)

    @asynccontextmanager
    async def _held(self, ekspor: Ekspor) -> AsyncIterator[asyncio.Event]:
        """Renews the lease, from before the records are counted; the event tells that it is lost.

        To start a crew and to count millions may take longer than a lease.
        """
        self._written = 0

        async def renew() -> None:
            until = self._clock() + self._lease
            await self._queue.renew(self._name, ekspor, until=until, tertulis=self._written)

        async with heartbeat(renew, min(_BEAT, self._lease / 3), self._sleep) as lost:
            yield lost

    async def _write(
        self, ekspor: Ekspor, grant: Grant, moment: Moment, files: Writing, lost: asyncio.Event
    ) -> None:
        async def note(rujukan: Sequence[str]) -> None:
            await self._note(ekspor, grant, rujukan)
            self._written += len(rujukan)
            if lost.is_set():
                raise LeaseLost

        await moment.write(files, note)
        async for gone in moment.gone():
            await files.put(JenisPerubahan.HAPUS, gone, _as_they_are)
        await files.close()

    async def _note(self, ekspor: Ekspor, grant: Grant, rujukan: Sequence[str]) -> None:
        """Who is in the files stands in the log before anybody can read them."""
        caller = Caller(
            client_id=grant.client_id,
            grant=grant,
            scopes=grant.scopes,
            sempit=ekspor.sempit,
            request_id=ekspor.id,
        )
        await self._disclose(caller, ISI, ekspor.pandangan.atribut, rujukan)

    async def _no_room(self, ekspor: Ekspor) -> None:
        """Others' files end some day; one that does not fit alone never will."""
        if await self._files.used():
            await self._give_back(ekspor, AlasanEkspor.PENUH, _NO_ROOM)
        else:
            await self._fail(ekspor, AlasanEkspor.TERLALU_BESAR)

    async def _give_back(self, ekspor: Ekspor, alasan: AlasanEkspor, pause: timedelta) -> None:
        until = self._clock() + pause
        await self._queue.give_back(self._name, ekspor, until=until, alasan=alasan)

    async def _fail(self, ekspor: Ekspor, alasan: AlasanEkspor) -> None:
        await self._queue.fail(self._name, ekspor, now=self._clock(), alasan=alasan)


def _as_they_are(rows: Rows) -> Rows:
    return rows


def _whole_milliseconds(moment: datetime) -> datetime:
    """Many programs keep no finer moments, and would ask for another one than they were told."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
