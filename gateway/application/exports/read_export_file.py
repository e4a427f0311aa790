"""Reads a file of an export for its owner: audited before a byte of it leaves."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final

from gateway.application.caller.caller import Caller
from gateway.application.caller.ownership import grant_in_force, owner_of
from gateway.application.caller.refusals import refusals_recorded
from gateway.application.exports.export_access import (
    grant_changed,
    may_read,
    no_such_export,
    nobody_withheld,
)
from gateway.domain.audit import HasilAudit
from gateway.domain.ekspor import BerkasEkspor, Ekspor, StatusEkspor, nama_berkas, termuat
from gateway.domain.errors import Unavailable
from gateway.domain.grant import Scope
from gateway.domain.policy import susun
from gateway.domain.ports import AuditLog, Clients
from gateway.domain.ports_ekspor import ExportShelf, ExportStore, FileAway
from gateway.domain.umpan import JenisPerubahan
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet

PERISTIWA: Final = "ppks.ekspor.berkas"
_SOON: Final = 30
_LOOK_AGAIN: Final = timedelta(seconds=0.5)
"""So often it is asked, while a file is read, who stopped disclosure meanwhile."""


class BerkasTerbuka(Quiet, frozen=True, kw_only=True):
    """A file that its owner may read."""

    ekspor: Ekspor
    berkas: BerkasEkspor
    isi: AsyncIterator[bytes]


class ReadExportFile:
    """The use case behind `GET /v1/exports/{id}/files/{name}`."""

    def __init__(
        self,
        store: ExportStore,
        files: ExportShelf,
        clients: Clients,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._store = store
        self._files = files
        self._clients = clients
        self._audit = audit
        self._clock = clock

    async def __call__(
        self, caller: Caller, ekspor_id: str, nama: str, *, packed: bool
    ) -> BerkasTerbuka:
        """The file; `packed` leaves lines compressed.

        Raises NotFound, Gone and NotPermitted as for the export, Unavailable where the disk is
        away. Its content breaks off where the grant, or the client's tokens, end while it is
        read, or somebody whom it holds stops disclosure.
        """
        begun = self._clock()
        async with refusals_recorded(self._audit, caller, PERISTIWA, self._clock):
            ekspor, berkas = await self._found(caller, ekspor_id, nama)
            pieces = self._files.reading(ekspor, berkas, packed=packed)
            try:
                first = await anext(pieces, b"")
            except FileAway:
                raise Unavailable(
                    "berkas tidak dapat dibaca / the file cannot be read",
                    code="export_file_away",
                    retry_after=_SOON,
                ) from None
        is_told = berkas.jenis is JenisPerubahan.ADA
        await self._audit.record(
            caller.entry(
                PERISTIWA,
                HasilAudit.DIBERIKAN,
                self._clock(),
                atribut=tuple(sorted(ekspor.pandangan.atribut)) if is_told else (),
                # The records were counted and named when the file was made.
                jumlah=0,
                sumber=f"ekspor:{ekspor.id}",
            )
        )
        isi = self._while_granted(caller, ekspor, begun, first, pieces)
        return BerkasTerbuka(ekspor=ekspor, berkas=berkas, isi=isi)

    async def _found(
        self, caller: Caller, ekspor_id: str, nama: str
    ) -> tuple[Ekspor, BerkasEkspor]:
        now = self._clock()
        found = await self._store.one(owner_of(caller), ekspor_id, now)
        if found is None or found.ekspor.status is not StatusEkspor.SELESAI:
            raise no_such_export()
        await may_read(self._store, caller, found.ekspor, now)
        for berkas in found.berkas:
            if nama_berkas(found.ekspor, berkas) == nama:
                return found.ekspor, berkas
        raise no_such_export()

    async def _while_granted(
        self,
        caller: Caller,
        ekspor: Ekspor,
        begun: datetime,
        first: bytes,
        pieces: AsyncIterator[bytes],
    ) -> AsyncIterator[bytes]:
        looked = begun
        yield first
        async for piece in pieces:
            await self._still_granted(caller, ekspor, begun)
            if (now := self._clock()) - looked >= _LOOK_AGAIN:
                await nobody_withheld(self._store, ekspor)
                looked = now
            yield piece

    async def _still_granted(self, caller: Caller, ekspor: Ekspor, begun: datetime) -> None:
        grant = await grant_in_force(
            self._clients, ekspor.pemilik, self._clock(), Scope.PPKS_EXPORT, sejak=begun
        )
        if grant is None or not termuat(ekspor.pandangan, susun(grant, caller.sempit)):
            raise grant_changed()
