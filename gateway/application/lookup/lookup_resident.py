"""Looks one resident up for a caller: granted attributes only, audited before they leave."""

from datetime import datetime
from typing import Any, Final

from gateway.application.caller.caller import Caller
from gateway.application.caller.hold_back import HoldBack
from gateway.application.caller.refusals import refusals_recorded
from gateway.application.caller.spend import spend_lookup
from gateway.application.civil_registry.ask_registry import AskRegistry, Told
from gateway.domain.audit import HasilAudit
from gateway.domain.errors import NotFound
from gateway.domain.freshness import Keadaan, age
from gateway.domain.nik import baca_nik
from gateway.domain.nik_cache import CachedAnswer
from gateway.domain.outcome import Outcome
from gateway.domain.person import NilaiAsli, Penduduk, Peringatan, StatusPenduduk
from gateway.domain.policy import View, outcome_shown, saring_penduduk
from gateway.domain.ports import Allowance, AuditLog, Pseudonyms
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet

PERISTIWA: Final = "penduduk.lookup"
# A final answer without biodata still tells the person's status.
_STATUS_ONLY: Final = {
    Outcome.DECEASED: StatusPenduduk.MENINGGAL,
    Outcome.INACTIVE: StatusPenduduk.NONAKTIF,
    Outcome.FOUND_DUPLICATE: StatusPenduduk.GANDA,
    Outcome.NOT_PROCESSABLE: StatusPenduduk.TIDAK_DAPAT_DIPROSES,
}


class HasilLookup(Quiet, frozen=True, kw_only=True):
    """The granted attributes and the truth about their source and age."""

    data: dict[str, Any]
    outcome: Outcome | None
    """None where it would tell a status that is not granted."""
    sistem: str
    pada: datetime
    umur: int
    """Seconds since the source said so."""
    keadaan: Keadaan
    asli: dict[str, NilaiAsli]
    peringatan: tuple[Peringatan, ...]


class LookupResident:
    """The use case behind `POST /v1/penduduk/lookup`."""

    def __init__(
        self,
        ask: AskRegistry,
        hold_back: HoldBack,
        audit: AuditLog,
        allowance: Allowance,
        pseudonyms: Pseudonyms,
        clock: Clock,
    ) -> None:
        self._ask = ask
        self._hold_back = hold_back
        self._audit = audit
        self._allowance = allowance
        self._pseudonyms = pseudonyms
        self._clock = clock

    async def __call__(self, caller: Caller, nik: str, maks_umur: int) -> HasilLookup:
        """`maks_umur` in seconds may only ask for a fresher answer than the grant wants.

        Raises NotFound for a person unknown or outside the grant, QuotaSpent, Unavailable.
        """
        subject = self._pseudonyms.subject(nik)
        caller = caller.asking(self._pseudonyms, PERISTIWA, nik, maks_umur)
        async with refusals_recorded(self._audit, caller, PERISTIWA, self._clock, subject):
            await spend_lookup(self._allowance, caller.grant, self._clock())
            await self._hold_back.refuse(caller.view(self._clock()), nik)
            oldest = min(maks_umur, caller.grant.maks_umur) if caller.grant.boleh_cache else None
            told = await self._ask(nik, oldest=oldest, ip=caller.ip, asker=caller.asker)
            view = caller.view(self._clock())
            await self._hold_back.refuse(view, nik)
            data = visible(view, nik, told.jawaban)
            if data is None:
                raise NotFound("tidak ditemukan / not found")
        result = told_result(view, data, told, self._clock())
        entry = caller.entry(
            PERISTIWA,
            HasilAudit.DIBERIKAN,
            self._clock(),
            subjek=subject,
            atribut=tuple(sorted(data)),
            jumlah=1,
            sumber=result.sistem if result.keadaan is Keadaan.SEGAR else f"cache:{result.sistem}",
            umur=result.umur,
        )
        await self._audit.record(entry)
        return result


def visible(view: View, nik: str, cached: CachedAnswer) -> dict[str, Any] | None:
    """The granted attributes, or None where the person is unknown or outside the granted areas."""
    answer = cached.answer
    if answer.penduduk is not None:
        return saring_penduduk(view, answer.penduduk)
    status = _STATUS_ONLY.get(answer.outcome)
    if status is None:
        return None
    # The registry tells no area with these outcomes; the area of first registration stands in.
    area = baca_nik(nik, cached.pada.date()).kode_wilayah
    known = Penduduk(nik=nik, status_penduduk=status, kode_wilayah=area)
    shown = saring_penduduk(view, known)
    if shown is not None:
        shown.pop("kode_wilayah", None)
    return shown


def told_result(view: View, data: dict[str, Any], told: Told, now: datetime) -> HasilLookup:
    """What a view shows of an answer beside the attributes: its source, age and raw words."""
    cached, answer = told.jawaban, told.jawaban.answer
    return HasilLookup(
        data=data,
        outcome=outcome_shown(view, answer.outcome),
        sistem=cached.sistem,
        pada=cached.pada,
        umur=int(age(cached.pada, now)),
        keadaan=told.keadaan,
        asli={name: raw for name, raw in answer.asli.items() if name in view.atribut},
        peringatan=warnings_shown(view, answer.peringatan),
    )


def warnings_shown(view: View, warnings: tuple[Peringatan, ...]) -> tuple[Peringatan, ...]:
    """Those about attributes that a view shows, and about none; `alamat.rt` counts as `alamat`."""
    return tuple(
        warning
        for warning in warnings
        if warning.atribut is None or warning.atribut.partition(".")[0] in view.atribut
    )
