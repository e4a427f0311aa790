"""Reads a job's results for its owner: what the grant shows now, audited before rows leave."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from gateway.application.caller.caller import Caller
from gateway.application.caller.hold_back import HoldBack
from gateway.application.caller.ownership import grant_in_force, owner_of
from gateway.application.caller.refusals import refusals_recorded
from gateway.application.civil_registry.ask_registry import Told
from gateway.application.jobs.follow_jobs import no_such_job
from gateway.application.lookup.lookup_resident import HasilLookup, told_result, visible
from gateway.domain.audit import EntriAudit, HasilAudit
from gateway.domain.errors import DIBATASI, NotPermitted
from gateway.domain.freshness import Keadaan
from gateway.domain.policy import View, buka
from gateway.domain.ports import AuditLog, Clients, Pseudonyms
from gateway.domain.ports_tugas import JobStore
from gateway.domain.tugas import HasilTersimpan, JawabanBaris, Tugas
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet

PERISTIWA: Final = "penduduk.tugas.hasil"
_GROUP: Final = 200
"""Rows that are read, audited and sent together."""


class HasilBaris(StrEnum):
    """What came of a row, as its owner may know it."""

    DITEMUKAN = "ditemukan"
    TIDAK_DITEMUKAN = "tidak_ditemukan"
    GAGAL = "gagal"
    SALAH = "salah"


class BarisTampak(Quiet, frozen=True, kw_only=True):
    """One result as it leaves."""

    urut: int
    baris: int
    hasil: HasilBaris
    kode: str | None = None
    """Why it failed, or what is wrong with the row."""
    ditemukan: HasilLookup | None = None
    ditahan: bool = False
    """The person had disclosure stopped; for the audit log, and told to nobody else."""


class Bacaan(Quiet, frozen=True, kw_only=True):
    """What a reading will hold."""

    tugas: Tugas
    sampai: int
    """Number of the last result that it holds."""
    lengkap: bool
    """Whether that is the last one that there will ever be."""


class ReadJobResults:
    """The use case behind `GET /v1/penduduk/jobs/{id}/results`."""

    def __init__(
        self,
        store: JobStore,
        clients: Clients,
        hold_back: HoldBack,
        audit: AuditLog,
        pseudonyms: Pseudonyms,
        clock: Clock,
    ) -> None:
        self._store = store
        self._clients = clients
        self._hold_back = hold_back
        self._audit = audit
        self._pseudonyms = pseudonyms
        self._clock = clock

    async def open(self, caller: Caller, tugas_id: str, after: int, limit: int | None) -> Bacaan:
        """What can be read now, after a position and at most so many. Raises NotFound."""
        async with refusals_recorded(self._audit, caller, PERISTIWA, self._clock):
            tugas = await self._store.one(owner_of(caller), tugas_id)
            if tugas is None:
                raise no_such_job()
        last = tugas.tersimpan
        upto = last if limit is None else min(last, after + limit)
        return Bacaan(
            tugas=tugas, sampai=max(after, upto), lengkap=not tugas.terbuka and upto >= last
        )

    async def groups(
        self, caller: Caller, bacaan: Bacaan, after: int
    ) -> AsyncIterator[Sequence[BarisTampak]]:
        """Groups of results; each is in the audit log before it is given.

        The grant is looked at anew for each of them. Raises NotPermitted where it, or the client's
        tokens, hold no longer, Unavailable where the log cannot be written, NotFound where the job
        is being destroyed.
        """
        begun = self._clock()
        while after < bacaan.sampai:
            stored = await self._store.results(bacaan.tugas.id, after, bacaan.sampai, _GROUP)
            expected = range(after + 1, min(after + _GROUP, bacaan.sampai) + 1)
            if [one.urut for one in stored] != [*expected]:
                raise no_such_job()
            now_asking, view = await self._as_it_is(caller, begun)
            shown = [await self._shown(view, one) for one in stored]
            await self._audited(now_asking, stored, shown)
            after = stored[-1].urut
            yield shown

    async def _as_it_is(self, caller: Caller, begun: datetime) -> tuple[Caller, View]:
        """The caller under the newest version of the grant, and what that shows."""
        now = self._clock()
        grant = await grant_in_force(self._clients, owner_of(caller), now, sejak=begun)
        if grant is None:
            raise NotPermitted(
                "perjanjian atau grant tidak berlaku lagi / the grant is not in force",
                code="grant_not_in_force",
            )
        current = Caller(
            client_id=caller.client_id,
            grant=grant,
            scopes=caller.scopes,
            sempit=caller.sempit,
            request_id=caller.request_id,
            ip=caller.ip,
        )
        return current, buka(grant, now, caller.sempit)

    async def _shown(self, view: View, stored: HasilTersimpan) -> BarisTampak:
        answer = stored.jawaban
        if answer is None:
            return _row(stored, HasilBaris.SALAH, kode=stored.salah)
        if answer.gagal is not None:
            return _row(stored, HasilBaris.GAGAL, kode=answer.gagal)
        if answer.jawaban is None or await self._hold_back.applies(view, answer.nik):
            return _row(stored, HasilBaris.TIDAK_DITEMUKAN, ditahan=True)
        data = visible(view, answer.nik, answer.jawaban)
        if data is None:
            return _row(stored, HasilBaris.TIDAK_DITEMUKAN)
        told = Told(jawaban=answer.jawaban, keadaan=answer.keadaan)
        found = told_result(view, data, told, self._clock())
        return _row(stored, HasilBaris.DITEMUKAN, ditemukan=found)

    async def _audited(
        self, caller: Caller, stored: Sequence[HasilTersimpan], shown: Sequence[BarisTampak]
    ) -> None:
        entries = [
            self._entry(caller, one.jawaban, row)
            for one, row in zip(stored, shown, strict=True)
            if one.jawaban is not None
        ]
        # What is recorded at the same moment is committed as one group.
        await asyncio.gather(*map(self._audit.record, entries))

    def _entry(self, caller: Caller, answer: JawabanBaris, row: BarisTampak) -> EntriAudit:
        found = row.ditemukan
        hasil, why = _AUDITED[row.hasil], row.kode
        subject = self._pseudonyms.subject(answer.nik)
        if row.ditahan:
            hasil, why = HasilAudit.DITOLAK, DIBATASI
        if found is None:
            return caller.entry(PERISTIWA, hasil, self._clock(), subjek=subject, alasan=why)
        return caller.entry(
            PERISTIWA,
            hasil,
            self._clock(),
            subjek=subject,
            atribut=tuple(sorted(found.data)),
            jumlah=1,
            sumber=found.sistem if found.keadaan is Keadaan.SEGAR else f"cache:{found.sistem}",
            umur=found.umur,
        )


_AUDITED: Final = {
    HasilBaris.DITEMUKAN: HasilAudit.DIBERIKAN,
    HasilBaris.TIDAK_DITEMUKAN: HasilAudit.TIDAK_DITEMUKAN,
    HasilBaris.GAGAL: HasilAudit.GAGAL,
}


def _row(
    stored: HasilTersimpan,
    hasil: HasilBaris,
    *,
    kode: str | None = None,
    ditemukan: HasilLookup | None = None,
    ditahan: bool = False,
) -> BarisTampak:
    return BarisTampak(
        urut=stored.urut,
        baris=stored.baris,
        hasil=hasil,
        kode=kode,
        ditemukan=ditemukan,
        ditahan=ditahan,
    )
