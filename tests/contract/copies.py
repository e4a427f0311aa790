"""Those who keep copies, each in its own way and under its own grant, and who watch what is told."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec

from gateway.domain.errors import Gone
from gateway.domain.langganan import StatusLangganan
from gateway.domain.umpan import JenisPerubahan
from gateway.domain.webhook import Jawaban
from tests.contract.copier import Copier
from tests.contract.follower import Follower
from tests.contract.shelf import ALL_ATTRIBUTES, Shelf
from tests.contract.subscriber import BY, Pushed, Receiver

WHOLE: Final = {
    "atribut": ALL_ATTRIBUTES,
    "wilayah": frozenset({"*"}),
    "kategori": frozenset({"*"}),
}
_DIES: Final = 0.2
_NARROW: Final = (frozenset({"64"}), frozenset({"65.01"}), frozenset({"*"}))
_LONGEST_PAUSE: Final = timedelta(hours=6)
_LOST: Final = (Jawaban(status=503), Jawaban(alasan="timed_out"), Jawaban(alasan="broken_off"))


class FeedCopy(Follower):
    """By the change feed, as agencies are told to do it who store page and cursor one by one.

    Before a page is applied that is noted, and the note is removed when its cursor is stored. Whoever
    finds the note begins anew without a cursor, and drops at the end what was not told again.
    """

    def __init__(self, shelf: Shelf, **grant: Any) -> None:
        super().__init__(shelf, **WHOLE | grant)
        self._versions: dict[str, int] = {}
        self._told_in: dict[str, int] = {}
        """For each id in the copy the reading in which it was told."""
        self._reading = 1
        self._is_whole = False
        """Whether the reading came to an end once, so that the copy holds no earlier one's."""
        self._is_noted = False

    async def update(self, random: Random) -> None:
        """One page; or one whose cursor is never stored, before and after a change of the grant."""
        if random.random() >= _DIES:
            await self._page(random.randrange(1, 8))
            return
        self.history.amend(wilayah=WHOLE["wilayah"])
        before = self.posisi
        await self._page(random.randrange(1, 8))
        self.posisi, self._is_noted = before, True
        self.history.amend(wilayah=random.choice(_NARROW))

    async def _page(self, limit: int) -> bool:
        if self._is_noted:
            self._begin_anew()
        before = len(self.told)
        try:
            is_last = await self.poll(limit)
        except Gone:
            self._begin_anew()
            return False
        shown = await self.shown()
        for item in self.told[before:]:
            assert item.versi >= self._versions.get(item.id, 0)
            self._versions[item.id] = item.versi
            self._told_in[item.id] = self._reading
            if item.jenis is JenisPerubahan.ADA:
                assert item.data == shown[item.id]
            elif item.digabung_ke is not None:
                assert item.digabung_ke in shown
        if is_last and not self._is_whole:
            self._drop_what_was_not_told()
        return is_last

    def _begin_anew(self) -> None:
        self.posisi, self._is_noted, self._is_whole = None, False, False
        self._reading += 1

    def _drop_what_was_not_told(self) -> None:
        self._is_whole = True
        for name in [name for name in self.copy if self._told_in[name] != self._reading]:
            del self.copy[name]

    async def settle(self) -> None:
        """All there is; then nothing more."""
        while not await self._page(1000):
            pass
        assert self.copy == await self.shown()
        assert await self.catch_up() == []


class ExportCopy(Copier):
    """By exports; each leaves the copy as the grant shows it."""

    def __init__(self, shelf: Shelf, folder: Path) -> None:
        super().__init__(shelf, folder, **WHOLE)

    async def refresh(self) -> None:
        """One export."""
        try:
            await self.update()
        except Gone:
            self.sejak, self.copy = None, {}
            await self.update()
        assert self.copy == await self.shown_as_json()

    async def settle(self) -> None:
        """The last one; then there is nothing more."""
        await self.refresh()
        assert (await self.update()).berkas == ()


class _Watching(Receiver):
    """Looks whether each message is what the grant shows at that moment."""

    owner: "PushCopy"

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Jawaban:
        shown = await self.owner.shown()
        for item in msgspec.json.decode(body)["data"]["items"]:
            if item["jenis"] == "ada":
                assert item["data"] == shown[item["id"]]
        return await super().post(url, headers, body)


class PushCopy(Pushed):
    """By webhooks."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf)
        self.receiver = _Watching(shelf.clock)
        self.receiver.owner = self
        self.worker = self.another_worker()

    async def update(self, random: Random) -> None:
        """Some messages, of which some are lost, or taken without anybody knowing."""
        if random.random() < 0.5:
            self.receiver.answers = random.choices(_LOST, k=random.randrange(3))
        await self.worker.step()

    async def settle(self) -> None:
        """All there is; then nothing more."""
        self.receiver.answers = []
        if (await self.now()).status is StatusLangganan.MATI:
            await self.manage.resume(self.langganan.id, oleh=BY)
        self.clock.advance(_LONGEST_PAUSE)
        await self.pushed()
        assert self.receiver.copy == await self.shown()
        assert await self.pushed() == 0
