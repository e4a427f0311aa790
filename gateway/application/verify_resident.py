"""Has told elements compared with the civil registry; verdicts leave, data does not."""

from typing import Final

from gateway.application.ask_registry import Offering, one_system, unavailable
from gateway.application.caller import Caller
from gateway.application.refusals import refusals_recorded
from gateway.application.spend import spend_lookup
from gateway.domain.audit import HasilAudit
from gateway.domain.errors import FieldError, NotFound, NotPermitted
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.person import Penduduk, terisi
from gateway.domain.policy import outcome_shown
from gateway.domain.ports import Allowance, AuditLog, Pseudonyms
from gateway.domain.systems import Capability, VerdictElemen, VerifyAnswer
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet

PERISTIWA: Final = "penduduk.verify"
_NO_PERSON: Final = frozenset({Outcome.NOT_FOUND, Outcome.BAD_FORMAT})


class HasilVerify(Quiet, frozen=True, kw_only=True):
    """One verdict for each attribute that was sent."""

    outcome: Outcome | None
    """None where it would tell a status that is not granted."""
    sistem: str
    elemen: dict[str, VerdictElemen]


class VerifyResident:
    """The use case behind `POST /v1/penduduk/verify`."""

    def __init__(
        self,
        offering: Offering,
        audit: AuditLog,
        allowance: Allowance,
        pseudonyms: Pseudonyms,
        clock: Clock,
    ) -> None:
        self._offering = offering
        self._audit = audit
        self._allowance = allowance
        self._pseudonyms = pseudonyms
        self._clock = clock

    async def __call__(self, caller: Caller, told: Penduduk) -> HasilVerify:
        """`told.nik` is set. Raises NotPermitted, NotFound, QuotaSpent, Unavailable."""
        assert isinstance(told.nik, str)
        subject = self._pseudonyms.subject(told.nik)
        names = tuple(sorted(set(terisi(told)) - {"nik"}))
        async with refusals_recorded(self._audit, caller, PERISTIWA, self._clock, subject):
            self._may_compare(caller, names)
            await spend_lookup(self._allowance, caller.grant, self._clock())
            name, answer = await self._ask(caller, told)
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
                sumber=name,
            )
        )
        # A composite attribute is judged part by part: `alamat.jalan`, `alamat.rt`.
        verdicts = {
            key: verdict for key, verdict in answer.elemen.items() if key.partition(".")[0] in names
        }
        shown = outcome_shown(caller.view(self._clock()), answer.outcome)
        return HasilVerify(outcome=shown, sistem=name, elemen=verdicts)

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
        try:
            return name, await system.resident_verification.verify(told, caller_ip=caller.ip)
        except UpstreamFailure as failure:
            raise unavailable(name, failure) from failure
