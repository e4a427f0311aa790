"""What all readings of the log by auditors have in common."""

from collections.abc import Iterable
from typing import Final

from gateway.application.caller.caller import Caller
from gateway.domain.audit import HasilAudit
from gateway.domain.catatan import PandanganCatatan, buka_catatan
from gateway.domain.errors import FieldError, NotPermitted
from gateway.domain.ports import AuditLog
from gateway.kit.clock import Clock

SUMBER: Final = "audit"


def pandangan(caller: Caller, clock: Clock) -> PandanganCatatan:
    """What of the log the caller's engagement shows now."""
    return buka_catatan(caller.grant, caller.view(clock()))


def boleh_bukti(view: PandanganCatatan) -> None:
    """Raises NotPermitted where the engagement is not told proofs."""
    if not view.bukti:
        raise NotPermitted(
            "penugasan ini tanpa bukti / this engagement is not told proofs",
            code="attribute_not_granted",
            errors=(FieldError("bukti", "tidak diizinkan / not granted"),),
        )


async def reading_recorded(
    audit: AuditLog,
    caller: Caller,
    clock: Clock,
    peristiwa: str,
    *,
    saringan: Iterable[str] = (),
    jumlah: int,
    sumber: str = SUMBER,
) -> None:
    """Put a reading into the log, with the names of what it was asked by, before it leaves."""
    await audit.record(
        caller.entry(
            peristiwa,
            HasilAudit.DIBERIKAN,
            clock(),
            atribut=tuple(sorted(saringan)),
            jumlah=jumlah,
            sumber=sumber,
        )
    )
