"""One that keeps a copy by exports, under a grant that changes: asked for, made and read in one go."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gateway.application.caller.disclose_records import DiscloseRecords
from gateway.application.exports.start_export import Pesanan, StartExport
from gateway.application.exports.work_exports import WorkExports
from gateway.domain.client import Client
from gateway.domain.ekspor import EksporJadi, FormatEkspor
from gateway.domain.grant import Grant, Scope
from gateway.domain.umpan import JenisPerubahan
from gateway.infra.db.exports.exports import SqlExports
from gateway.infra.db.exports.queue import SqlExportQueue
from gateway.infra.db.exports.source import SqlExportSource
from gateway.infra.exports.shelf import ExportFiles
from tests.contract.follower import Follower
from tests.contract.shelf import KEYRING, Shelf
from tests.fakes import FakeAllowance, FakeAudit
from tests.fixtures.oauth import client_of

KEEP = timedelta(days=90)


class Copier(Follower):
    """Applies exports to a copy."""

    def __init__(self, shelf: Shelf, folder: Path, **changes: Any) -> None:
        super().__init__(shelf, **{"scopes": frozenset(Scope)} | changes)
        self.store = SqlExports(shelf.database)
        self.queue = SqlExportQueue(shelf.database, keep_hours=24, longest=timedelta(days=2))
        self.source: Any = SqlExportSource(shelf.database, KEYRING)
        self.files = ExportFiles(folder, KEYRING, rows_per_file=3, most_bytes=1 << 30)
        self.allowance = FakeAllowance()
        self.disclosed = FakeAudit()
        self.start = StartExport(
            self.store,
            self.source,
            self.files,
            self.audit,
            self.allowance,
            shelf.clock,
            lambda: None,
            most=1000,
            keep_points=KEEP,
        )
        self.sejak: datetime | None = None
        self.left: set[str] = set()

    async def client(self, client_id: str) -> Client:
        return client_of(client_id)

    async def grant(self, _grant_id: str) -> Grant:
        return self.history.versions[-1]

    def worker(self, **options: Any) -> WorkExports:
        usual = {"lease": timedelta(seconds=60), "keep_points": KEEP}
        return WorkExports(
            self.queue,
            self.source,
            self.files,
            self,  # type: ignore[arg-type]  # asked for one client and one grant only
            DiscloseRecords(self.disclosed, KEYRING, self.shelf.clock),
            self.allowance,
            self.shelf.clock,
            **usual | options,
        )

    async def ask(self, sejak: datetime | None = None, **more: Any) -> str:
        """The id of a new export."""
        permintaan = f"/v1/exports?sejak={sejak}"
        order = Pesanan(permintaan=permintaan, sejak=sejak, **more)
        return (await self.start(await self.caller(), order)).id

    async def found(self, ekspor_id: str) -> EksporJadi:
        owner = (await self.store.all(self.shelf.clock()))[0].ekspor.pemilik
        found = await self.store.one(owner, ekspor_id, self.shelf.clock())
        assert found is not None
        return found

    async def update(self, **more: Any) -> EksporJadi:
        """Bring the copy up to date by one export."""
        ekspor_id = await self.ask(self.sejak, **more)
        while await self.worker().step():
            pass
        found = await self.found(ekspor_id)
        told = await self.lines(found, JenisPerubahan.ADA)
        gone = await self.lines(found, JenisPerubahan.HAPUS)
        self.left = {one["id"] for one in gone}
        assert len(self.left) == len(gone)
        assert self.left.isdisjoint(one["id"] for one in told)
        for name in self.left:
            self.copy.pop(name, None)
        self.copy |= {one["id"]: one for one in told}
        assert found.ekspor.transaksi_pada is not None
        self.sejak = found.ekspor.transaksi_pada
        return found

    async def lines(self, found: EksporJadi, jenis: JenisPerubahan) -> list[dict[str, Any]]:
        """All lines of a kind."""
        assert found.ekspor.format is FormatEkspor.NDJSON
        raw = b""
        for one in found.berkas:
            if one.jenis is jenis:
                pieces = self.files.reading(found.ekspor, one, packed=False)
                raw += b"".join([piece async for piece in pieces])
        return [json.loads(line) for line in raw.splitlines()]

    async def shown_as_json(self) -> dict[str, dict[str, Any]]:
        """What the grant shows, as the list of records tells it."""
        import msgspec

        from gateway.api.v1.ppks_record import PpksRecord

        shown = await self.shown()
        return {
            name: json.loads(msgspec.json.encode(PpksRecord(**data)))
            for name, data in shown.items()
        }
