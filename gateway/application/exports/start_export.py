"""Takes the order for a bulk export: what it will hold is decided here, and made later."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from gateway.application.caller.caller import Caller
from gateway.application.caller.ownership import owner_of
from gateway.application.caller.refusals import refusals_recorded
from gateway.application.caller.spend import quota_spent, rows_left
from gateway.application.records.ppks_asked import chosen
from gateway.domain.audit import HasilAudit
from gateway.domain.ekspor import Ekspor, FormatEkspor, Titik, terlalu_lama
from gateway.domain.errors import BadInput, FieldError, Gone, QuotaSpent, Unavailable
from gateway.domain.policy import View
from gateway.domain.ports import Allowance, AuditLog
from gateway.domain.ports_ekspor import ExportShelf, ExportSource, ExportStore
from gateway.kit.clock import Clock
from gateway.kit.ids import new_id
from gateway.kit.struct import Quiet

PERISTIWA: Final = "ppks.ekspor.buat"
_SOON: Final = 60
_LATER: Final = 300


class Pesanan(Quiet, frozen=True, kw_only=True):
    """What is asked for."""

    permintaan: str
    """The URL that says so."""
    sejak: datetime | None = None
    """Only what changed since then; None = everything."""
    atribut: frozenset[str] | None = None
    """None = all that are granted."""
    format: FormatEkspor = FormatEkspor.NDJSON


class StartExport:
    """The use case behind `POST /v1/exports` and `GET /v1/$export`."""

    def __init__(
        self,
        store: ExportStore,
        source: ExportSource,
        files: ExportShelf,
        audit: AuditLog,
        allowance: Allowance,
        clock: Clock,
        wake: Callable[[], None],
        *,
        most: int,
        keep_points: timedelta,
    ) -> None:
        """`most`: exports of one client that may be there; `wake` is called when there is work."""
        self._store = store
        self._source = source
        self._files = files
        self._audit = audit
        self._allowance = allowance
        self._clock = clock
        self._wake = wake
        self._most = most
        self._keep_points = keep_points

    async def __call__(self, caller: Caller, pesanan: Pesanan) -> Ekspor:
        """The export: a new one, or the same that is being made already.

        Raises NotPermitted for attributes that are not granted, Gone where `sejak` is too long ago,
        QuotaSpent where the day's records are used up or too many exports are there, Unavailable
        where the disk is full.
        """
        now = self._clock()
        async with refusals_recorded(self._audit, caller, PERISTIWA, self._clock):
            view = chosen(caller.view(now), pesanan.atribut)
            await self._can_be_made(caller, pesanan, now)
            ekspor = await self._begun(caller, pesanan, view, now)
        await self._audit.record(
            caller.entry(
                PERISTIWA,
                HasilAudit.DIBERIKAN,
                now,
                atribut=tuple(sorted(view.atribut)),
                sumber=f"ekspor:{ekspor.id}",
            )
        )
        self._wake()
        return ekspor

    async def _can_be_made(self, caller: Caller, pesanan: Pesanan, now: datetime) -> None:
        if pesanan.format not in self._files.formats:
            raise BadInput(
                "bentuk ini tidak tersedia di sini / this form is not to be had here",
                code="format_not_available",
                errors=(FieldError("format", "tidak tersedia / not available"),),
            )
        if await rows_left(self._allowance, caller.grant, now) == 0:
            raise quota_spent(now)
        if await self._files.full():
            raise Unavailable(
                "ruang untuk ekspor penuh / there is no room for exports",
                code="export_storage_full",
                retry_after=_LATER,
            )

    async def _begun(self, caller: Caller, pesanan: Pesanan, view: View, now: datetime) -> Ekspor:
        ekspor = Ekspor(
            id=new_id(),
            pemilik=owner_of(caller),
            sempit=caller.sempit,
            pandangan=view,
            permintaan=pesanan.permintaan,
            format=pesanan.format,
            dasar=await self._basis(caller, pesanan.sejak, view, now),
            dibuat_pada=now,
        )
        begun = await self._store.begin(ekspor, self._most)
        if begun is None:
            raise QuotaSpent(
                "terlalu banyak ekspor; hapus yang tidak diperlukan / "
                "too many exports; delete those that are not needed",
                code="too_many_exports",
                retry_after=_SOON,
            )
        return begun

    async def _basis(
        self, caller: Caller, sejak: datetime | None, view: View, now: datetime
    ) -> Titik | None:
        """Of which moment the client has a copy: that of an export of its own, if there is one.

        What it held at another moment is not known: then it is taken to have seen this same view.
        """
        if sejak is None:
            return None
        point = await self._store.point(owner_of(caller), sejak)
        if point is None:
            number = await self._source.number_at(sejak)
            point = Titik(pandangan=view, nomor=number, pada=sejak)
        if terlalu_lama(point, await self._source.state(), self._keep_points, now):
            raise since_too_old()
        return point


def since_too_old() -> Gone:
    """What has changed since then is not known any more."""
    return Gone(
        "`_since` terlalu lama; mintalah ekspor penuh dan ganti seluruh salinan / "
        "`_since` is too long ago; ask for a full export and replace the whole copy",
        code="since_too_old",
    )
