"""Makes the next message to a subscriber: read under the grant of now, counted, recorded."""

from typing import Final

import msgspec

from gateway.application.caller.caller import Caller
from gateway.application.caller.disclose_records import DiscloseRecords
from gateway.application.caller.spend import quota_spent, rows_left, take_rows
from gateway.application.feed.read_changes import ReadChanges
from gateway.domain.errors import Gone
from gateway.domain.langganan import Langganan
from gateway.domain.ports import Allowance, Pseudonyms
from gateway.domain.umpan import HalamanUmpan, JenisPerubahan, Posisi
from gateway.domain.webhook import JENIS_PESAN, Pesan, butir, isi_pesan
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet

PERISTIWA: Final = "ppks.push"
_ITEMS: Final = 100


class Berikut(Quiet, frozen=True, kw_only=True):
    """What comes next for a subscriber; no message where nothing changed that it may see."""

    pesan: Pesan | None
    sesudah: Posisi
    akhir: bool


class ComposeMessage:
    """Makes messages; one that was made may leave."""

    def __init__(
        self,
        changes: ReadChanges,
        allowance: Allowance,
        disclose: DiscloseRecords,
        pseudonyms: Pseudonyms,
        clock: Clock,
        *,
        source: str,
    ) -> None:
        """`source` names the gateway in messages."""
        self._changes = changes
        self._allowance = allowance
        self._disclose = disclose
        self._pseudonyms = pseudonyms
        self._clock = clock
        self._source = source

    async def __call__(self, caller: Caller, langganan: Langganan) -> Berikut:
        """The message after the subscription's place. Raises GatewayError where none may leave."""
        again = await self._again(caller, langganan)
        following = again or await self._next(caller, langganan)
        if following.pesan is not None:
            await self._record(caller, langganan, following.pesan)
        return following

    async def placed(self, caller: Caller, langganan: Langganan) -> Langganan:
        """Where the subscription stands under the view of now: what a try must leave behind."""
        if langganan.posisi is None:
            return langganan
        posisi = await self._changes.standing(caller, langganan.posisi)
        return msgspec.structs.replace(langganan, posisi=posisi)

    async def _again(self, caller: Caller, langganan: Langganan) -> Berikut | None:
        """The message that was tried last, if it is still the same: it was counted then."""
        if langganan.pesan is None:
            return None
        following, _ = await self._read(caller, langganan, max(1, langganan.butir))
        same = following.pesan is not None and following.pesan.id == langganan.pesan
        return following if same else None

    async def _next(self, caller: Caller, langganan: Langganan) -> Berikut:
        """Without data no record is told; with it, they are counted."""
        if not langganan.dengan_data:
            return (await self._read(caller, langganan, _ITEMS))[0]
        now = self._clock()
        left = await rows_left(self._allowance, caller.grant, now)
        if left == 0:
            raise quota_spent(now)
        limit = _ITEMS if left is None else min(_ITEMS, left)
        following, told = await self._read(caller, langganan, limit)
        if not await take_rows(self._allowance, caller.grant, now, told):
            raise quota_spent(now)
        return following

    async def _read(self, caller: Caller, langganan: Langganan, limit: int) -> tuple[Berikut, int]:
        """The next message, and how many records it tells."""
        place = langganan.posisi
        try:
            read = await self._changes.read(caller, place, limit)
        except Gone:
            # Nobody knows any more what the receiver holds: it is told to begin anew.
            place = None
            read = await self._changes.read(caller, None, limit)
        page = read.halaman
        message = None
        if place is None or page.items:
            message = self._message(langganan, page, begins=place is None)
        told = sum(item.jenis is JenisPerubahan.ADA for item in page.items)
        return Berikut(pesan=message, sesudah=read.posisi, akhir=page.akhir), told

    def _message(self, langganan: Langganan, page: HalamanUmpan, *, begins: bool) -> Pesan:
        items = [butir(item, dengan_data=langganan.dengan_data) for item in page.items]
        # The same content after the same place has the same name; whatever differs, another one.
        place = (langganan.id, langganan.putaran, langganan.posisi)
        named = msgspec.json.encode((*place, begins, items))
        name = f"msg_{self._pseudonyms.fingerprint(named)}"
        about = {
            "id": name,
            "source": self._source,
            "type": JENIS_PESAN,
            "subject": langganan.id,
            "time": max((item.pada for item in page.items), default=langganan.dibuat_pada),
            "datacontenttype": "application/json",
        }
        data = {"awal": begins, "items": items, "lengkap": page.akhir}
        told = tuple(item.data["rujukan"] for item in page.items if item.data is not None)
        return Pesan(id=name, isi=isi_pesan(about, data), jumlah=len(items), rujukan=told)

    async def _record(self, caller: Caller, langganan: Langganan, message: Pesan) -> None:
        """Also a message without data tells that somebody is among the records."""
        shown = caller.view(self._clock()).atribut if langganan.dengan_data else ()
        await self._disclose(caller, PERISTIWA, shown, message.rujukan)
