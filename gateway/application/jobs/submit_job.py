"""Takes a lookup job in: rows as they arrive, sealed block by block, and queued once all are in."""

from collections.abc import AsyncIterator, Callable
from typing import Final

import msgspec

from gateway.application.caller.caller import Caller
from gateway.application.caller.handed_in import key_digest, key_reused, too_many_rows
from gateway.application.caller.ownership import owner_of
from gateway.application.caller.refusals import refusals_recorded
from gateway.domain.audit import HasilAudit
from gateway.domain.errors import BadInput, FieldError, QuotaSpent
from gateway.domain.job_rows import ColumnMissing, Hasil, RowReader
from gateway.domain.ports import AuditLog
from gateway.domain.ports_tugas import Digest, JobStore, TooManyOpen
from gateway.domain.tugas import Baris, BarisSalah, PemilikTugas, StatusTugas, Tugas
from gateway.kit.clock import Clock
from gateway.kit.ids import new_id

PERISTIWA: Final = "penduduk.tugas.ajukan"
_BLOCK: Final = 200
"""Rows that are lent to a worker at a time."""
_HELD: Final = 4000
"""Rows that are held in memory before they are stored."""
_RETRY: Final = 60


class JobLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What one grant may hand in."""

    rows: int
    """Of one job, bad ones included."""
    open_jobs: int
    """Of one grant at a time."""


class SubmitJob:
    """The use case behind `POST /v1/penduduk/jobs`."""

    def __init__(
        self,
        store: JobStore,
        audit: AuditLog,
        new_digest: Callable[[], Digest],
        limits: JobLimits,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        """`wake` is called when there is work."""
        self._store = store
        self._audit = audit
        self._new_digest = new_digest
        self._limits = limits
        self._clock = clock
        self._wake = wake

    async def __call__(
        self, caller: Caller, key: str, reader: RowReader, pieces: AsyncIterator[bytes]
    ) -> Tugas:
        """The job under this key: a new one, or the one that the same body made before.

        Raises Conflict for another body under the key, BadInput for one without a column `nik` or
        with too many rows, QuotaSpent where too many jobs are open.
        """
        pemilik = owner_of(caller)
        kunci = key_digest(self._new_digest, key)
        async with refusals_recorded(self._audit, caller, PERISTIWA, self._clock):
            tugas = await self._job(caller, pemilik, kunci, reader, pieces)
        await self._audit.record(
            caller.entry(PERISTIWA, HasilAudit.DIBERIKAN, self._clock(), sumber=f"tugas:{tugas.id}")
        )
        self._wake()
        return tugas

    async def _job(
        self,
        caller: Caller,
        pemilik: PemilikTugas,
        kunci: str,
        reader: RowReader,
        pieces: AsyncIterator[bytes],
    ) -> Tugas:
        sidik = self._new_digest()
        if await self._store.by_key(pemilik, kunci) is None:
            await self._has_room(pemilik)
            tugas_id = await self._received(caller, pemilik, reader, _digested(pieces, sidik))
            await self._handed_in(tugas_id, kunci, sidik.hexdigest())
        else:
            async for _ in _digested(pieces, sidik):
                pass
        return await self._settled(pemilik, kunci, sidik.hexdigest())

    async def _handed_in(self, tugas_id: str, kunci: str, sidik: str) -> None:
        """Queue the job, or leave nothing of it. Others may have come while it was received."""
        now, most = self._clock(), self._limits.open_jobs
        try:
            if not await self._store.hand_in(tugas_id, kunci, sidik, now=now, most=most):
                await self._store.discard(tugas_id)
        except TooManyOpen:
            await self._store.discard(tugas_id)
            raise _too_many_jobs() from None

    async def _settled(self, pemilik: PemilikTugas, kunci: str, sidik: str) -> Tugas:
        """The job that has the key now, whoever brought it first."""
        found = await self._store.by_key(pemilik, kunci)
        if found is None or found[1] != sidik:
            raise key_reused()
        return found[0]

    async def _has_room(self, pemilik: PemilikTugas) -> None:
        if await self._store.count_open(pemilik) >= self._limits.open_jobs:
            raise _too_many_jobs()

    async def _received(
        self,
        caller: Caller,
        pemilik: PemilikTugas,
        reader: RowReader,
        pieces: AsyncIterator[bytes],
    ) -> str:
        """The id of a job that holds every row; nothing is left of one that breaks off."""
        tugas = Tugas(
            id=new_id(),
            pemilik=pemilik,
            status=StatusTugas.MENERIMA,
            sempit=caller.sempit,
            dibuat_pada=self._clock(),
        )
        await self._store.begin(tugas)
        try:
            await self._take_rows(tugas.id, reader, pieces)
        except BaseException:
            await self._store.discard(tugas.id)
            raise
        return tugas.id

    async def _take_rows(
        self, tugas_id: str, reader: RowReader, pieces: AsyncIterator[bytes]
    ) -> None:
        held: list[Hasil] = []
        count = 0
        try:
            async for piece in pieces:
                held += reader.feed(piece)
                if len(held) >= _HELD:
                    count = self._counted(count + len(held))
                    await self._keep(tugas_id, held)
                    held.clear()
            held += reader.end()
        except ColumnMissing:
            raise _no_column() from None
        self._counted(count + len(held))
        await self._keep(tugas_id, held)

    def _counted(self, rows: int) -> int:
        if rows > self._limits.rows:
            raise too_many_rows("terlalu banyak baris / too many rows", self._limits.rows)
        return rows

    async def _keep(self, tugas_id: str, rows: list[Hasil]) -> None:
        good = [row for row in rows if isinstance(row, Baris)]
        wrong = [row for row in rows if isinstance(row, BarisSalah)]
        blocks = [good[start : start + _BLOCK] for start in range(0, len(good), _BLOCK)]
        await self._store.add_rows(tugas_id, blocks, wrong)


def _too_many_jobs() -> QuotaSpent:
    return QuotaSpent(
        "terlalu banyak tugas yang belum selesai / too many jobs have not ended",
        code="too_many_jobs",
        retry_after=_RETRY,
    )


async def _digested(pieces: AsyncIterator[bytes], digest: Digest) -> AsyncIterator[bytes]:
    async for piece in pieces:
        digest.update(piece)
        yield piece


def _no_column() -> BadInput:
    return BadInput(
        "CSV tanpa satu kolom `nik` / the CSV's first line does not name one column `nik`",
        code="column_missing",
        errors=(FieldError("nik", "harus satu kolom / must be one column"),),
    )
