"""Writes a refusal to the audit log before it reaches the caller."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.application.caller import Caller
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


@asynccontextmanager
async def refusals_recorded(
    audit: AuditLog, caller: Caller, peristiwa: str, clock: Clock, subjek: str | None = None
) -> AsyncIterator[None]:
    """Records whatever GatewayError leaves the block. Raises Unavailable where the log is away."""
    try:
        yield
    except GatewayError as error:
        await audit.record(
            caller.entry(peristiwa, outcome_of(error), clock(), subjek=subjek, alasan=error.alasan)
        )
        error.audited = True
        raise
