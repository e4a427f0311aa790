"""One that keeps a copy by the change feed, and the grant under which it does."""

from typing import Any

import msgspec
from hypothesis import strategies as st

from gateway.application.caller.caller import Caller
from gateway.application.caller.disclose_records import DiscloseRecords
from gateway.application.caller.waiting import Waiting
from gateway.application.feed.follow_changes import FollowChanges
from gateway.application.feed.read_changes import ReadChanges
from gateway.domain.grant import Grant, JenisGrant, Scope
from gateway.domain.narrowing import Penyempitan
from gateway.domain.ports import KondisiPpks
from gateway.domain.umpan import JenisPerubahan, Perubahan, Posisi
from gateway.infra.db.reading.feed import SqlFeed
from tests.contract.shelf import Shelf
from tests.fakes import FakeAllowance, FakeAudit, FakePseudonyms
from tests.fixtures.oauth import grant_of

AREAS = ("64", "64.02", "64.02.06", "64.020", "65")
KINDS = ("ppks:satu", "ppks:dua", "ppks:tiga")
ATTRIBUTES = ("nama_lengkap", "kode_wilayah", "kategori", "status", "sumber")

names = st.sets(st.sampled_from(AREAS), max_size=3) | st.just({"*"})
kinds = st.sets(st.sampled_from(KINDS), max_size=2) | st.just({"*"})
grants = st.fixed_dictionaries(
    {},
    optional={
        "wilayah": names.map(frozenset),
        "kategori": kinds.map(frozenset),
        "atribut": st.sets(st.sampled_from(ATTRIBUTES)).map(frozenset),
    },
)


class GrantHistory:
    """The versions of one grant, as the store of clients has them."""

    def __init__(self, **changes: Any) -> None:
        usual = {
            "jenis": JenisGrant.SINKRONISASI,
            "atribut": frozenset(ATTRIBUTES),
            "wilayah": frozenset({"*"}),
            "kategori": frozenset({"*"}),
        }
        self.versions: list[Grant] = [grant_of("dinkes", "G-1", **usual | changes)]

    def amend(self, **changes: Any) -> None:
        """The next version."""
        now = self.versions[-1]
        self.versions.append(msgspec.structs.replace(now, versi=now.versi + 1, **changes))

    async def grant_history(self, _grant_id: str) -> list[Grant]:
        return self.versions


class Follower:
    """Applies the feed to a copy."""

    def __init__(self, shelf: Shelf, **changes: Any) -> None:
        self.shelf = shelf
        self.history = GrantHistory(**changes)
        self.audit = FakeAudit()
        self.sempit: Penyempitan | None = None
        self.slept: list[float] = []
        self.meanwhile: Any = None
        self.feed = SqlFeed(shelf.database, shelf.ppks.shower)
        self.follow = self.following(90)
        self.posisi: Posisi | None = None
        self.copy: dict[str, dict[str, Any]] = {}
        self.told: list[Perubahan] = []

    def following(self, keep_days: int) -> FollowChanges:
        """The use case with cursors that hold so long."""
        clock = self.shelf.clock
        changes = ReadChanges(
            self.feed,
            self.history,  # type: ignore[arg-type]  # only the history of a grant is asked for
            DiscloseRecords(self.audit, FakePseudonyms(), clock),
            FakeAllowance(),
            clock,
            keep_days=keep_days,
        )
        return FollowChanges(
            changes, self.audit, Waiting(2, 1), clock, longest_wait=30, sleep=self._sleep
        )

    async def caller(self) -> Caller:
        """Whoever asks now."""
        return Caller(
            client_id="dinkes",
            grant=self.history.versions[-1],
            scopes=frozenset(Scope),
            sempit=self.sempit,
            request_id="r-1",
        )

    async def poll(self, limit: int = 1000, wait: int = 0) -> bool:
        """Apply one page; True where it was the last one."""
        caller = await self.caller()
        read = await self.follow.page(caller, self.posisi, limit, wait, self.caller)
        for item in read.halaman.items:
            self._apply(item)
        assert len(read.halaman.items) <= limit
        self.posisi = read.posisi
        return read.halaman.akhir

    async def catch_up(self, limit: int = 1000) -> list[Perubahan]:
        """Apply all there is; answers what was told."""
        before = len(self.told)
        while not await self.poll(limit):
            pass
        return self.told[before:]

    async def shown(self) -> dict[str, dict[str, Any]]:
        """What the grant shows, by the list of records."""
        view = (await self.caller()).view(self.shelf.clock())
        page = await self.shelf.ppks.page(view, KondisiPpks(), None, 10_000)
        return {item["id"]: item for item in page.items}

    def _apply(self, item: Perubahan) -> None:
        self.told.append(item)
        if item.jenis is JenisPerubahan.HAPUS:
            assert item.data is None
            self.copy.pop(item.id, None)
        else:
            assert item.data is not None
            self.copy[item.id] = item.data

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.meanwhile is not None:
            await self.meanwhile()
