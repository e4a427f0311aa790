"""Has told elements compared with the civil registry; verdicts leave, data does not."""

from functools import partial
from typing import Final

import msgspec

from gateway.application.caller.caller import Caller
from gateway.application.caller.hold_back import HoldBack
from gateway.application.caller.refusals import refusals_recorded
from gateway.application.caller.spend import spend_lookup
from gateway.application.civil_registry.ask_registry import Offering, one_system, unavailable
from gateway.application.civil_registry.forget_person import ForgetPerson
from gateway.application.civil_registry.registry_desk import RegistryDesk
from gateway.application.lookup.judge_elements import Bacaan, JudgeElements, Verdicts, is_open
from gateway.domain.audit import HasilAudit
from gateway.domain.errors import FieldError, NotFound, NotPermitted, QuotaSpent, Unavailable
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.person import Penduduk, per_bagian, terisi
from gateway.domain.policy import outcome_shown
from gateway.domain.ports import Allowance, AuditLog, Pseudonyms
from gateway.domain.systems import Capability, HasilPadan, VerdictElemen, VerifyAnswer
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet

PERISTIWA: Final = "penduduk.verify"
_NO_PERSON: Final = frozenset({Outcome.NOT_FOUND, Outcome.BAD_FORMAT})


class HasilVerify(Quiet, frozen=True, kw_only=True):
    """One verdict for each attribute that was sent."""

    outcome: Outcome | None
    """None where it would tell a status that is not granted."""
    sistem: str
    elemen: Verdicts
    bacaan: Bacaan | None = None
    """The record that the gateway read to judge by itself, if it did."""


class _Dijawab(Quiet, frozen=True, kw_only=True):
    """What the registry said, before it is cut down to what may be told."""

    outcome: Outcome
    sistem: str
    sumber: str
    elemen: Verdicts
    bacaan: Bacaan | None = None


class VerifyResident:
    """The use case behind `POST /v1/penduduk/verify`."""

    def __init__(
        self,
        offering: Offering,
        desk: RegistryDesk,
        judge: JudgeElements,
        forget: ForgetPerson,
        hold_back: HoldBack,
        audit: AuditLog,
        allowance: Allowance,
        pseudonyms: Pseudonyms,
        clock: Clock,
    ) -> None:
        self._offering = offering
        self._desk = desk
        self._judge = judge
        self._forget = forget
        self._hold_back = hold_back
        self._audit = audit
        self._allowance = allowance
        self._pseudonyms = pseudonyms
        self._clock = clock

    async def __call__(
        self, caller: Caller, told: Penduduk, ambang: int | None = None
    ) -> HasilVerify:
        """`told.nik` is set; `ambang` may only ask for more than the setting does.

        Raises NotPermitted, NotFound, QuotaSpent, Unavailable.
        """
        assert isinstance(told.nik, str)
        subject = self._pseudonyms.subject(told.nik)
        caller = caller.asking(self._pseudonyms, PERISTIWA, told, ambang)
        names = tuple(sorted(set(terisi(told)) - {"nik"}))
        async with refusals_recorded(self._audit, caller, PERISTIWA, self._clock, subject):
            self._may_compare(caller, names)
            await spend_lookup(self._allowance, caller.grant, self._clock())
            await self._hold_back.refuse(caller.view(self._clock()), told.nik)
            answer = await self._answer(caller, told, told.nik, ambang)
            await self._hold_back.refuse(caller.view(self._clock()), told.nik)
            if answer.outcome in _NO_PERSON:
                raise NotFound("tidak ditemukan / not found")
        await self._audit.record(
            caller.entry(
                PERISTIWA,
                HasilAudit.DIBERIKAN,
                self._clock(),
                subjek=subject,
                atribut=names,
                jumlah=1,
                sumber=answer.sumber,
                umur=0 if answer.bacaan is None else answer.bacaan.umur,
            )
        )
        # A composite attribute is judged part by part: `alamat.jalan`, `alamat.rt`.
        verdicts = {
            key: verdict for key, verdict in answer.elemen.items() if key.partition(".")[0] in names
        }
        shown = outcome_shown(caller.view(self._clock()), answer.outcome)
        return HasilVerify(
            outcome=shown, sistem=answer.sistem, elemen=verdicts, bacaan=answer.bacaan
        )

    async def _answer(
        self, caller: Caller, told: Penduduk, nik: str, ambang: int | None
    ) -> _Dijawab:
        if self._judge.allowed and not self._offering(Capability.RESIDENT_VERIFICATION):
            return await self._by_ourselves(caller, told, nik, ambang)
        name, answer = await self._ask(caller, told)
        await self._forget.after(nik, answer.outcome)
        given = {key: _stamped(one, name, ambang) for key, one in answer.elemen.items()}
        first = _Dijawab(outcome=answer.outcome, sistem=name, sumber=name, elemen=given)
        reading = await self._reading_for(caller, told, nik, given)
        if reading is None:
            return first
        noted = msgspec.structs.replace(first, sumber=f"{name},{reading.sumber}")
        if reading.penduduk is None:
            return noted
        judged = self._judge.judge(told, reading.penduduk, given, caller, ambang=ambang)
        return msgspec.structs.replace(noted, elemen=judged, bacaan=reading)

    async def _by_ourselves(
        self, caller: Caller, told: Penduduk, nik: str, ambang: int | None
    ) -> _Dijawab:
        """Where no system compares: everything by our own reading."""
        reading = await self._judge.read(caller, nik)
        verdicts: Verdicts = {}
        if reading.penduduk is not None:
            verdicts = self._judge.judge(told, reading.penduduk, {}, caller, ambang=ambang)
        elif not reading.tampak:
            raise NotFound("tidak ditemukan / not found")
        return _Dijawab(
            outcome=reading.outcome,
            sistem=reading.sistem,
            sumber=reading.sumber,
            elemen=verdicts,
            bacaan=reading,
        )

    async def _reading_for(
        self, caller: Caller, told: Penduduk, nik: str, given: Verdicts
    ) -> Bacaan | None:
        """Our own reading, where the registry gave verdicts but not on everything that was told.

        What the registry judged is answered even where a second question cannot be asked.
        """
        left = [key for key in per_bagian(told) if key != "nik" and is_open(given.get(key))]
        if not self._judge.allowed or not given or not left:
            return None
        try:
            one_system(self._offering, Capability.RESIDENT_LOOKUP)
            await spend_lookup(self._allowance, caller.grant, self._clock())
            return await self._judge.read(caller, nik)
        except (Unavailable, QuotaSpent):
            return None

    def _may_compare(self, caller: Caller, names: tuple[str, ...]) -> None:
        granted = caller.view(self._clock()).atribut_cocok
        refused = [name for name in names if name not in granted]
        if refused:
            raise NotPermitted(
                "grant tidak mengizinkan pencocokan atribut ini / "
                "the grant does not let these attributes be compared",
                code="attribute_not_granted",
                errors=tuple(FieldError(name, "tidak diizinkan / not granted") for name in refused),
            )

    async def _ask(self, caller: Caller, told: Penduduk) -> tuple[str, VerifyAnswer]:
        name, system = one_system(self._offering, Capability.RESIDENT_VERIFICATION)
        assert system.resident_verification is not None
        call = partial(system.resident_verification.verify, told, caller_ip=caller.ip)
        try:
            return name, await self._desk.ask(name, system, caller.asker, call)
        except UpstreamFailure as failure:
            raise unavailable(name, failure) from failure


def _stamped(verdict: VerdictElemen, system: str, ambang: int | None) -> VerdictElemen:
    """The registry's verdict with its judge; a caller's stricter threshold holds for it too."""
    if is_open(verdict):
        return verdict
    signed = msgspec.structs.replace(verdict, penilai=system)
    if verdict.skor is None or ambang is None or ambang <= (verdict.ambang or 0):
        return signed
    reached = verdict.hasil is HasilPadan.SESUAI and verdict.skor >= ambang
    hasil = HasilPadan.SESUAI if reached else HasilPadan.TIDAK_SESUAI
    return msgspec.structs.replace(signed, hasil=hasil, ambang=ambang)
