"""SIJOSKU's simulator on one side, the stores on the other, and what synchronises between them."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec
from prometheus_client import CollectorRegistry

from adapters.sijosku import spec
from gateway.application.caller.disclose_records import DiscloseRecords
from gateway.application.feed.read_changes import ReadChanges
from gateway.application.records.read_ppks import ReadPpks
from gateway.application.sync.resend import Resend
from gateway.application.sync.run_sync import RunSync, SyncPlan
from gateway.application.sync.sync_in import SyncIn
from gateway.application.sync.sync_out import SyncOut
from gateway.domain.client import Client
from gateway.domain.grant import Grant, JenisGrant, Scope
from gateway.domain.ppks import RekamanPpks
from gateway.domain.sinkron import Arah, Jalur, Titik
from gateway.domain.systems import AsgiApp, World
from gateway.infra.db.reading.feed import SqlFeed
from gateway.infra.db.sync.points import SqlSyncPoints
from gateway.infra.db.sync.records import SqlSeenRecords, SqlSentRecords
from gateway.infra.observing.sync_report import SyncReport
from gateway.kit.clock import ManualClock
from gateway.kit.faults import Faults, Faulty
from tests.contract.shelf import KEYRING, Shelf
from tests.fakes import FakeAllowance, FakeAudit
from tests.fixtures.oauth import client_of, grant_of
from tests.systems.sijosku.support import Meeting, config

MASUK = Jalur(sistem="sijosku", arah=Arah.MASUK)
KELUAR = Jalur(sistem="sijosku", arah=Arah.KELUAR)
ATTRIBUTES = frozenset(
    {"nik", "nama_lengkap", "tanggal_lahir", "jenis_kelamin", "alamat", "kode_wilayah"}
    | {"kategori", "status", "sumber"}
)


class Agreement:
    """The one client and the versions of its one grant."""

    def __init__(self) -> None:
        self.versions: list[Grant] = [
            grant_of(
                "sijosku-kaltara",
                "G-SINKRON",
                jenis=JenisGrant.SINKRONISASI,
                scopes=frozenset({Scope.PPKS_READ, Scope.PPKS_SYNC}),
                atribut=ATTRIBUTES,
                wilayah=frozenset({"*"}),
                kategori=frozenset({"*"}),
            )
        ]

    def amend(self, **changes: Any) -> None:
        """The next version."""
        now = self.versions[-1]
        self.versions.append(msgspec.structs.replace(now, versi=now.versi + 1, **changes))

    async def client(self, client_id: str) -> Client:
        return client_of(client_id)

    async def grant(self, _grant_id: str) -> Grant:
        return self.versions[-1]

    async def grant_history(self, _grant_id: str) -> list[Grant]:
        return self.versions


class Line:
    """The line to SIJOSKU: what is pushed may be under way while others go on."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope.get("method") == "POST" and self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        await self._app(scope, receive, send)


class Province:
    """Both sides, and the worker of one process."""

    def __init__(self, shelf: Shelf, rekaman: tuple[RekamanPpks, ...] = (), **told: Any) -> None:
        self.shelf = shelf
        self.agreement = Agreement()
        self.audit = FakeAudit()
        clock = ManualClock(shelf.clock())
        self.line = Line(spec.simulator(config(**told), World(rekaman=rekaman), clock))
        self.faulty = Faulty(self.line)
        self.meeting = Meeting(self.faulty, **told)
        self.points = SqlSyncPoints(shelf.database, shelf.clock)
        self.sent = SqlSentRecords(shelf.database)
        self.seen = SqlSeenRecords(shelf.database)
        self.sync = self.worker()

    def worker(self, *, pages: int = 20, around: Callable[[Any], Any] = lambda it: it) -> RunSync:
        """A process that works on the same directions; `around` stands before its stores."""
        shelf, clients = self.shelf, self.agreement
        points, sent, seen = (around(store) for store in (self.points, self.sent, self.seen))
        feed = SqlFeed(shelf.database, shelf.ppks.shower)
        changes = ReadChanges(
            feed,
            clients,  # type: ignore[arg-type]  # only this client and its grant are asked for
            DiscloseRecords(self.audit, KEYRING, shelf.clock),
            FakeAllowance(),
            shelf.clock,
            keep_days=90,
        )
        out = SyncOut(changes, sent, KEYRING)
        read = ReadPpks(shelf.ppks, self.audit, FakeAllowance(), KEYRING, shelf.clock)
        return RunSync(
            points,
            SyncIn(around(shelf.imports), seen),
            out,
            Resend(read, out, sent),
            sent,
            lambda _capability: {"sijosku": self.meeting.system},
            clients,  # type: ignore[arg-type]  # as above
            SyncReport(CollectorRegistry()),
            shelf.clock,
            SyncPlan(
                masuk=("sijosku",),
                keluar={"sijosku": "G-SINKRON"},
                every=timedelta(seconds=60),
                lease=timedelta(seconds=300),
                pages=pages,
            ),
        )

    async def carry(self, jalur: Jalur) -> Titik:
        """Turns until all is carried over, or something is wrong."""
        while True:
            titik = await self.sync.work(jalur, early=True)
            assert titik is not None
            if titik.alasan is not None or titik.lanjut_pada is not None:
                return titik

    async def over_there(self) -> Mapping[str, Mapping[str, Any]]:
        """What SIJOSKU holds that is not deleted, by key or id, in its own words."""
        return {
            one.get("kunci", one["id"]): one for one in await self.told() if not one.get("dihapus")
        }

    async def told(self) -> list[dict[str, Any]]:
        """SIJOSKU's records as its feed tells them, from the beginning."""
        records: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = await self.meeting.page(cursor)
            records += page["data"]
            if not page["masih_ada"]:
                return records
            cursor = page["kursor"]

    async def close(self) -> None:
        await self.meeting.close()


__all__ = ["KELUAR", "MASUK", "Faults", "Province"]
