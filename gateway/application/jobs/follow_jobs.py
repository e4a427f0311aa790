"""Shows a client its lookup jobs, says how far they are, and cancels them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from gateway.application.caller.caller import Caller
from gateway.application.caller.ownership import owner_of
from gateway.application.caller.refusals import refusals_recorded
from gateway.application.caller.spend import lookups_left, seconds_to_midnight
from gateway.domain.audit import HasilAudit
from gateway.domain.errors import NotFound
from gateway.domain.grant import Grant
from gateway.domain.ports import Allowance, AuditLog
from gateway.domain.ports_tugas import JobStore
from gateway.domain.tugas import Tugas
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet

PERISTIWA: Final = "penduduk.tugas.batal"
_SOONEST: Final = 2
_LATEST: Final = 300
_DAY: Final = 86_400
_FARTHEST: Final = 3650 * _DAY
"""Seconds to the latest end that is told; one row in a month would end where no calendar goes."""
_LOOKS: Final = 20
"""How often a client should look at a job, from now to its end."""


class Kemajuan(Quiet, frozen=True, kw_only=True):
    """A job, and what can be said of its end."""

    tugas: Tugas
    menunggu: bool
    perkiraan_selesai: datetime | None
    """From its pace up to now and what is left of the grant's days; None = nothing to go by."""
    tanya_lagi: int
    """Seconds after which it makes sense to ask again; 0 = it has ended."""


class FollowJobs:
    """The use cases behind `GET /v1/penduduk/jobs`, `GET` and `DELETE` of one of them."""

    def __init__(
        self, store: JobStore, audit: AuditLog, allowance: Allowance, clock: Clock
    ) -> None:
        self._store = store
        self._audit = audit
        self._allowance = allowance
        self._clock = clock

    async def one(self, caller: Caller, tugas_id: str) -> Kemajuan:
        """Raises NotFound for another owner's job as for none."""
        tugas = await self._store.one(owner_of(caller), tugas_id)
        if tugas is None:
            raise no_such_job()
        return await self.progress(caller, tugas)

    async def page(
        self, caller: Caller, before: tuple[datetime, str] | None, limit: int
    ) -> Sequence[Kemajuan]:
        """The caller's jobs, the newest first."""
        found = await self._store.page(owner_of(caller), before, limit)
        return [await self.progress(caller, tugas) for tugas in found]

    async def cancel(self, caller: Caller, tugas_id: str) -> Kemajuan:
        """End a job; what it brought so far can still be read. Raises NotFound."""
        now = self._clock()
        async with refusals_recorded(self._audit, caller, PERISTIWA, self._clock):
            tugas = await self._store.cancel(owner_of(caller), tugas_id, now=now)
            if tugas is None:
                raise no_such_job()
        entry = caller.entry(PERISTIWA, HasilAudit.DIBERIKAN, now, sumber=f"tugas:{tugas.id}")
        await self._audit.record(entry)
        return await self.progress(caller, tugas)

    async def progress(self, caller: Caller, tugas: Tugas) -> Kemajuan:
        """How far a job is."""
        now = self._clock()
        end = None
        if tugas.terbuka:
            end = _latest(_by_pace(tugas, now), await self._by_quota(caller.grant, tugas, now))
        return Kemajuan(
            tugas=tugas,
            menunggu=tugas.menunggu(now),
            perkiraan_selesai=end,
            tanya_lagi=_ask_again(tugas, end, now),
        )

    async def _by_quota(self, grant: Grant, tugas: Tugas, now: datetime) -> datetime | None:
        """When the grant's days allow the last row, where today's lookups are not enough."""
        beyond = tugas.sisa - await lookups_left(self._allowance, grant, now)
        if beyond <= 0 or grant.cari_per_hari <= 0:
            return None
        days = -(-beyond // grant.cari_per_hari) - 1
        return _ahead(now, days * _DAY + seconds_to_midnight(now))


def no_such_job() -> NotFound:
    """The same words for a job of somebody else's and for none."""
    return NotFound("tugas tidak ditemukan / no such job")


def _by_pace(tugas: Tugas, now: datetime) -> datetime | None:
    done = tugas.terjawab + tugas.gagal
    if tugas.mulai_pada is None or not done:
        return None
    so_far = (now - tugas.mulai_pada).total_seconds()
    return _ahead(max(now, tugas.lanjut_pada or now), so_far / done * tugas.sisa)


def _ahead(moment: datetime, seconds: float) -> datetime:
    return moment + timedelta(seconds=min(seconds, _FARTHEST))


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _ask_again(tugas: Tugas, end: datetime | None, now: datetime) -> int:
    if not tugas.terbuka:
        return 0
    if tugas.lanjut_pada is not None and tugas.menunggu(now):
        seconds = (tugas.lanjut_pada - now).total_seconds()
    else:
        seconds = 0 if end is None else (end - now).total_seconds() / _LOOKS
    return round(min(_LATEST, max(_SOONEST, seconds)))
