"""Shows a client its exports, says how far they are, and ends them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from gateway.application.caller.caller import Caller
from gateway.application.caller.ownership import owner_of
from gateway.application.caller.refusals import refusals_recorded
from gateway.application.exports.export_access import grant_changed, may_read, no_such_export
from gateway.application.exports.start_export import since_too_old
from gateway.domain.audit import HasilAudit
from gateway.domain.ekspor import AlasanEkspor, BerkasEkspor, Ekspor, StatusEkspor
from gateway.domain.errors import GatewayError, NotPermitted
from gateway.domain.ports import AuditLog
from gateway.domain.ports_ekspor import ExportStore
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet

PERISTIWA: Final = "ppks.ekspor.hapus"
_SOONEST: Final = 2
_LATEST: Final = 300
_ROWS_PER_SECOND: Final = 20_000
"""About; only to say when it makes sense to look again."""


class KemajuanEkspor(Quiet, frozen=True, kw_only=True):
    """An export, and what can be said of its end."""

    ekspor: Ekspor
    berkas: tuple[BerkasEkspor, ...] = ()
    menunggu: bool = False
    """Whether it is not worked on at the moment."""
    tanya_lagi: int = 0
    """Seconds after which it makes sense to ask again; 0 = it has ended."""


class FollowExports:
    """The use cases behind `GET /v1/exports`, `GET` and `DELETE` of one of them."""

    def __init__(self, store: ExportStore, audit: AuditLog, clock: Clock) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock

    async def one(self, caller: Caller, ekspor_id: str) -> KemajuanEkspor:
        """An export that is being made, or can be read.

        Raises NotFound for another owner's as for none, Gone and NotPermitted where it may not be
        read, and what became of one that failed.
        """
        now = self._clock()
        found = await self._store.one(owner_of(caller), ekspor_id, now)
        if found is None:
            raise no_such_export()
        ekspor = found.ekspor
        if ekspor.status is StatusEkspor.GAGAL:
            make_error = _FAILED[ekspor.alasan or AlasanEkspor.INTERNAL]
            raise make_error()
        if not ekspor.terbuka:
            await may_read(self._store, caller, ekspor, now)
        return self.progress(ekspor, found.berkas)

    async def page(
        self, caller: Caller, before: tuple[datetime, str] | None, limit: int
    ) -> Sequence[KemajuanEkspor]:
        """The caller's exports, the newest first."""
        found = await self._store.page(owner_of(caller), before, limit, self._clock())
        return [self.progress(one.ekspor, one.berkas) for one in found]

    async def remove(self, caller: Caller, ekspor_id: str) -> None:
        """Stop making it, or destroy it. Raises NotFound."""
        async with refusals_recorded(self._audit, caller, PERISTIWA, self._clock):
            if not await self._store.remove(ekspor_id, owner_of(caller)):
                raise no_such_export()
        source = f"ekspor:{ekspor_id}"
        await self._audit.record(
            caller.entry(PERISTIWA, HasilAudit.DIBERIKAN, self._clock(), sumber=source)
        )

    def progress(self, ekspor: Ekspor, berkas: tuple[BerkasEkspor, ...] = ()) -> KemajuanEkspor:
        """How far an export is."""
        now = self._clock()
        waits = ekspor.menunggu(now)
        return KemajuanEkspor(
            ekspor=ekspor,
            berkas=berkas,
            menunggu=waits,
            tanya_lagi=_ask_again(ekspor, now) if ekspor.terbuka else 0,
        )


def _ask_again(ekspor: Ekspor, now: datetime) -> int:
    if ekspor.lanjut_pada is not None and ekspor.menunggu(now):
        seconds = (ekspor.lanjut_pada - now).total_seconds()
    else:
        seconds = ((ekspor.jumlah or 0) - ekspor.tertulis) / _ROWS_PER_SECOND
    return round(min(_LATEST, max(_SOONEST, seconds)))


_FAILED: Final[Mapping[AlasanEkspor, Callable[[], GatewayError]]] = {
    AlasanEkspor.GRANT_BERUBAH: grant_changed,
    AlasanEkspor.TERLALU_LAMA: since_too_old,
    AlasanEkspor.MELEBIHI_KUOTA: lambda: NotPermitted(
        "lebih banyak rekaman daripada kuota satu hari / more records than a day's quota",
        code="export_exceeds_quota",
    ),
    AlasanEkspor.TERLALU_BESAR: lambda: NotPermitted(
        "ekspor ini terlalu besar untuk gateway ini / this export is too large for this gateway",
        code="export_too_large",
    ),
    AlasanEkspor.INTERNAL: lambda: GatewayError(
        "ekspor gagal dibuat / the export could not be made"
    ),
}
