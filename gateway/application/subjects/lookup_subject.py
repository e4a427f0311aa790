"""Gives a client a person's history, where its grant is for that and nothing else."""

from typing import Final

from gateway.application.caller.caller import Caller
from gateway.application.caller.refusals import refusals_recorded
from gateway.application.caller.spend import spend_lookup
from gateway.application.subjects.report_subject import Orang, Periode, ReportSubject
from gateway.domain.audit import HasilAudit
from gateway.domain.daftar_subjek import rangkai
from gateway.domain.laporan_subjek import LaporanSubjek
from gateway.domain.ports import Allowance, AuditLog, Pseudonyms
from gateway.kit.clock import Clock

PERISTIWA: Final = "audit.subjek"


class LookupSubject:
    """The use case behind `POST /v1/audit/subjects/lookup`."""

    def __init__(
        self,
        report: ReportSubject,
        audit: AuditLog,
        allowance: Allowance,
        pseudonyms: Pseudonyms,
        clock: Clock,
    ) -> None:
        self._report = report
        self._audit = audit
        self._allowance = allowance
        self._pseudonyms = pseudonyms
        self._clock = clock

    async def __call__(self, caller: Caller, orang: Orang, periode: Periode) -> LaporanSubjek:
        """The report, which is itself in the log before it is given.

        Raises BadInput, QuotaSpent, Unavailable.
        """
        subject = None if orang.nik is None else self._pseudonyms.subject(orang.nik)
        async with refusals_recorded(self._audit, caller, PERISTIWA, self._clock, subject):
            await spend_lookup(self._allowance, caller.grant, self._clock())
            told = await self._report(orang, periode)
        await self._audit.record(
            caller.entry(
                PERISTIWA,
                HasilAudit.DIBERIKAN,
                self._clock(),
                subjek=subject,
                jumlah=1,
                sumber="audit",
                daftar=self._names(orang),
            )
        )
        return told

    def _names(self, orang: Orang) -> str | None:
        """Whom it was about besides the NIK."""
        # A record without a NIK is its own reference key.
        names = map(self._pseudonyms.subject_of_reference, orang.ppks_id)
        return rangkai(names) if orang.ppks_id else None
