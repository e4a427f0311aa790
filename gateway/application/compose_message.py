"""Makes the next message to a subscriber: read under the grant of now, counted, recorded."""

from typing import Final

import msgspec

from gateway.application.caller import Caller
from gateway.application.read_changes import BacaanUmpan, ReadChanges
from gateway.application.spend import quota_spent, rows_left, take_rows
from gateway.domain.audit import HasilAudit
from gateway.domain.errors import Gone
from gateway.domain.langganan import Langganan
from gateway.domain.ports import Allowance, AuditLog, Pseudonyms
from gateway.domain.umpan import JenisPerubahan, Posisi
from gateway.domain.webhook import JENIS_PESAN, Pesan, butir, isi_pesan
from gateway.kit.clock import Clock
from gateway.kit.struct import Quiet

PERISTIWA: Final = "ppks.push"
_ITEMS: Final = 100
_DIGITS: Final = 32


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
        audit: AuditLog,
        pseudonyms: Pseudonyms,
        clock: Clock,
        *,
        source: str,
    ) -> None:
        """`source` names the gateway in messages."""
        self._changes = changes
        self._allowance = allowance
        self._audit = audit
        self._pseudonyms = pseudonyms
        self._clock = clock
        self._source = source

    async def __call__(self, caller: Caller, langganan: Langganan) -> Berikut:
        """The message after the subscription's place. Raises GatewayError where none may leave."""
        limit = await self._limit(caller, langganan)
        begins = langganan.posisi is None
        try:
            read = await self._changes.read(caller, langganan.posisi, limit)
        except Gone:
            # Nobody knows any more what the receiver holds: it is told to begin anew.
            begins = True
            read = await self._changes.read(caller, None, limit)
        message = None
        if begins or read.halaman.items:
            message = self._message(langganan, read, begins=begins)
            await self._told(caller, langganan, message, read)
        return Berikut(pesan=message, sesudah=read.posisi, akhir=read.halaman.akhir)

    async def _limit(self, caller: Caller, langganan: Langganan) -> int:
        """Without data no record is told; with it, no more than the day has left."""
        if not langganan.dengan_data:
            return _ITEMS
        now = self._clock()
        left = await rows_left(self._allowance, caller.grant, now)
        if left == 0:
            raise quota_spent(now)
        return _ITEMS if left is None else min(_ITEMS, left)

    def _message(self, langganan: Langganan, read: BacaanUmpan, *, begins: bool) -> Pesan:
        page = read.halaman
        data = {
            "awal": begins,
            "items": [butir(item, dengan_data=langganan.dengan_data) for item in page.items],
            "lengkap": page.akhir,
        }
        place = msgspec.msgpack.encode((langganan.id, langganan.posisi))
        digest = self._pseudonyms.fingerprint(place + msgspec.json.encode(data))
        name = f"msg_{digest[:_DIGITS]}"
        moment = max((item.pada for item in page.items), default=langganan.dibuat_pada)
        about = {
            "id": name,
            "source": self._source,
            "type": JENIS_PESAN,
            "subject": langganan.id,
            "time": moment,
            "datacontenttype": "application/json",
        }
        return Pesan(id=name, isi=isi_pesan(about, data), jumlah=len(page.items))

    async def _told(
        self, caller: Caller, langganan: Langganan, message: Pesan, read: BacaanUmpan
    ) -> None:
        """Count and record what is told. The same message again is counted once."""
        now = self._clock()
        with_data = langganan.dengan_data
        if with_data and message.id != langganan.pesan:
            told = sum(item.jenis is JenisPerubahan.ADA for item in read.halaman.items)
            if not await take_rows(self._allowance, caller.grant, now, told):
                raise quota_spent(now)
        shown = sorted(caller.view(now).atribut) if with_data else ()
        await self._audit.record(
            caller.entry(
                PERISTIWA,
                HasilAudit.DIBERIKAN,
                now,
                atribut=tuple(shown),
                jumlah=message.jumlah,
                sumber="ppks",
            )
        )
