"""Writes a refusal to the audit log before it reaches the caller."""

from contextlib import AbstractAsyncContextManager
from types import TracebackType

from gateway.application.caller.caller import Caller
from gateway.domain.audit import HasilAudit
from gateway.domain.errors import GatewayError, Withheld
from gateway.domain.ports import AuditLog
from gateway.kit.clock import Clock


def outcome_of(error: GatewayError) -> HasilAudit:
    """How the log calls this kind of error."""
    if isinstance(error, Withheld):
        return HasilAudit.DITOLAK
    if error.status == 404:
        return HasilAudit.TIDAK_DITEMUKAN
    return HasilAudit.GAGAL if error.status >= 500 else HasilAudit.DITOLAK


def refusals_recorded(
    audit: AuditLog, caller: Caller, peristiwa: str, clock: Clock, subjek: str | None = None
) -> AbstractAsyncContextManager[None]:
    """Records whatever GatewayError leaves the block. Raises Unavailable where the log is away."""
    return _Recording(audit, caller, peristiwa, clock, subjek)


class _Recording(AbstractAsyncContextManager[None]):
    """A class, for a generator would cost every request that is not refused."""

    __slots__ = ("_audit", "_caller", "_clock", "_peristiwa", "_subjek")

    def __init__(
        self, audit: AuditLog, caller: Caller, peristiwa: str, clock: Clock, subjek: str | None
    ) -> None:
        self._audit = audit
        self._caller = caller
        self._peristiwa = peristiwa
        self._clock = clock
        self._subjek = subjek

    async def __aenter__(self) -> None:
        """Nothing to prepare."""

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Record a refusal and let it go on."""
        if isinstance(error, GatewayError):
            outcome, now = outcome_of(error), self._clock()
            await self._audit.record(
                self._caller.entry(
                    self._peristiwa, outcome, now, subjek=self._subjek, alasan=error.alasan
                )
            )
            error.audited = True
