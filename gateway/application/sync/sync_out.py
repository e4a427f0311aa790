"""Sends an outside system what its grant shows, by the change feed, each content once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import msgspec

from gateway.application.caller.caller import Caller
from gateway.application.feed.read_changes import ReadChanges
from gateway.application.records.shown_record import ended_record, shown_record, told_by
from gateway.application.sync.sync_in import anew
from gateway.application.sync.sync_turn import SyncTurn
from gateway.domain.errors import Gone, NotPermitted
from gateway.domain.outcome import UpstreamFailure
from gateway.domain.policy import View
from gateway.domain.ports import Pseudonyms
from gateway.domain.ports_sinkron import LeaseLost, SentRecords
from gateway.domain.ppks import RekamanPpks
from gateway.domain.sinkron import DARI_JAWABAN, Hitungan, Kiriman, StatusKiriman, Titik
from gateway.domain.systems import PushOutcome, PushResult, RecordDigests, RecordSink, VersiJauh
from gateway.domain.umpan import JenisPerubahan, Perubahan, Posisi, sidik_view
from gateway.kit.struct import Quiet

PAGE: Final = 200
"""Records that are read and sent at a time."""
_COUNTED: Final = {
    PushOutcome.CREATED: Hitungan(baru=1),
    PushOutcome.UPDATED: Hitungan(berubah=1),
    PushOutcome.UNCHANGED: Hitungan(tetap=1),
    PushOutcome.CONFLICT: Hitungan(konflik=1),
    PushOutcome.REFUSED: Hitungan(ditolak=1),
}


class Receiver(Quiet, frozen=True, kw_only=True):
    """Where records go, and as who the gateway reads them."""

    sink: RecordSink
    digests: RecordDigests | None
    caller: Caller
    view: View


Renew = Callable[[], Awaitable[Receiver]]
"""The receiver anew, as grant and connection stand by then; raises where they do not hold."""


class Outgoing(Quiet, frozen=True, kw_only=True):
    """One record on its way."""

    ppks_id: str
    versi: int
    rekaman: RekamanPpks
    isi: str
    atas: VersiJauh | None = None
    """What it is to replace over there, whoever wrote that."""
    sendiri: bool = False
    """Whether the receiver alone tells of it: what somebody made of it there is its own."""


class SyncOut:
    """One more follower of the feed: by its rules of grants, quotas and audit."""

    def __init__(self, changes: ReadChanges, sent: SentRecords, pseudonyms: Pseudonyms) -> None:
        self._changes = changes
        self._sent = sent
        self._pseudonyms = pseudonyms

    async def __call__(self, turn: SyncTurn, receiver: Renew, pages: int) -> tuple[Titik, bool]:
        """Send on, `pages` at most: where it stands then, and whether that is all there is.

        A grant that changes counts from the next page on. Raises UpstreamFailure, GatewayError,
        LeaseLost; what was sent before is kept.
        """
        for _ in range(pages):
            to = await receiver()
            await self.in_a_round(turn, to)
            titik, is_last = await self._page(turn, to)
            await turn.keep(titik)
            if is_last:
                return await self._ended(turn, to), True
        return turn.titik, False

    async def push(self, turn: SyncTurn, to: Receiver, going: Sequence[Outgoing]) -> Titik:
        """Send these, and keep what became of them; answers where the direction stands then.

        First it is noted that they may have arrived: whoever dies in between leaves nothing over
        there of which nobody knows.
        """
        titik = turn.titik
        if not going:
            return titik
        known = await self._sent.known(titik.jalur.sistem, [one.ppks_id for one in going])
        begun = {one.ppks_id: _begun(one, known.get(one.ppks_id)) for one in going}
        for ends, putaran in ((False, titik.putaran), (True, titik.putaran - 1)):
            # Whose end is under way was not met: a round that breaks off there looks for it again.
            part = [begun[one.ppks_id] for one in going if one.rekaman.dihapus is ends]
            await self._sent.store(turn.sewa, part, putaran)
        await turn.hold()
        try:
            atas = {one.ppks_id: one.atas for one in going if one.atas is not None}
            results = await to.sink.push([one.rekaman for one in going], atas)
            sent = [_sent(to, one, result) for one, result in zip(going, results, strict=True)]
            await self._sent.store(turn.sewa, sent, titik.putaran)
        except (UpstreamFailure, LeaseLost):
            await self._sent.doubt(turn.sewa, [*begun.values()])
            raise
        done = sum(map(_counted, going, results), start=titik.hitungan)
        return msgspec.structs.replace(titik, hitungan=done)

    def outgoing(self, sistem: str, item: Perubahan) -> Outgoing:
        """What is to be sent of an item of the feed.

        Of what the system alone tells by now, nothing may lie there beside its own.
        """
        if item.jenis is JenisPerubahan.HAPUS:
            return end_of(item.id, item.versi)
        if _is_echo(sistem, item):
            return msgspec.structs.replace(end_of(item.id, item.versi), sendiri=True)
        record = shown_record(item)
        # The time of a change alone is no other content.
        content = msgspec.structs.replace(record, diubah_sumber=None)
        return Outgoing(
            ppks_id=item.id,
            versi=item.versi,
            rekaman=record,
            isi=self._pseudonyms.fingerprint(msgspec.msgpack.encode(content)),
        )

    async def in_a_round(self, turn: SyncTurn, to: Receiver) -> None:
        """A changed view is a new round: at its end, what it does not show is taken back.

        So is every reading from the beginning: of one that died before its first page was kept,
        records may lie there that were gone when the feed was read again.
        """
        view = sidik_view(to.view).hex()
        if turn.titik.pandangan != view or turn.titik.kursor is None:
            await turn.keep(msgspec.structs.replace(anew(turn.titik), pandangan=view))

    async def _page(self, turn: SyncTurn, to: Receiver) -> tuple[Titik, bool]:
        titik = turn.titik
        after = None if titik.kursor is None else msgspec.json.decode(titik.kursor, type=Posisi)
        try:
            read = await self._changes.page(to.caller, after, PAGE)
        except Gone:
            if after is None:
                raise
            # Changes were forgotten meanwhile: all is told anew, and what is not told must go.
            return msgspec.structs.replace(titik, kursor=None), False
        if read.halaman.items:
            await self._changes.disclosed(to.caller, read)
        going = await self._sorted_out(turn, read.halaman.items)
        titik = await self.push(turn, to, going)
        kursor = msgspec.json.encode(read.posisi).decode()
        return msgspec.structs.replace(titik, kursor=kursor), read.halaman.akhir

    async def _sorted_out(self, turn: SyncTurn, items: Sequence[Perubahan]) -> Sequence[Outgoing]:
        """What must be sent; what lies there already is noted as met in this round."""
        sistem = turn.titik.jalur.sistem
        known = await self._sent.known(sistem, [item.id for item in items])
        going = [self.outgoing(sistem, item) for item in items if _concerns(sistem, item, known)]
        met = [known[one.ppks_id] for one in going if _lies_there(known.get(one.ppks_id), one)]
        await self._sent.store(turn.sewa, met, turn.titik.putaran)
        there = {one.ppks_id for one in met}
        return [one for one in going if one.ppks_id not in there]

    async def _ended(self, turn: SyncTurn, to: Receiver) -> Titik:
        """All was told. After a whole round, what the receiver has beyond that is taken back."""
        while turn.titik.penuh:
            extra = await self._sent.unseen(turn.titik.jalur.sistem, turn.titik.putaran, PAGE)
            if not extra:
                return msgspec.structs.replace(turn.titik, penuh=False)
            gone = [end_of(one.ppks_id, one.versi) for one in extra]
            await turn.keep(await self.push(turn, to, gone))
        return turn.titik


def must_show_source(caller: Caller, view: View) -> None:
    """Raises NotPermitted for a grant under which an echo could not be told from news."""
    if "sumber" not in view.atribut:
        raise NotPermitted(
            f"{caller.grant.grant_id}: grant sinkronisasi harus memuat atribut `sumber` / "
            "the grant of a synchronisation must show `sumber`",
            code="attribute_not_granted",
        )


def _concerns(sistem: str, item: Perubahan, known: Mapping[str, Kiriman]) -> bool:
    """Not what the system told itself, and no end of what it never had."""
    if item.jenis is JenisPerubahan.HAPUS or _is_echo(sistem, item):
        return item.id in known
    return True


def _is_echo(sistem: str, item: Perubahan) -> bool:
    """Whether it is not shown that somebody else told anything of what is shown."""
    return told_by(item.data or {}) <= {sistem}


def _lies_there(known: Kiriman | None, going: Outgoing) -> bool:
    if known is None or known.status is not StatusKiriman.DITERIMA:
        return False
    return known.isi == going.isi


def end_of(ppks_id: str, versi: int) -> Outgoing:
    """What is to be sent of a record that is gone."""
    return Outgoing(ppks_id=ppks_id, versi=versi, rekaman=ended_record(ppks_id), isi="")


def _begun(going: Outgoing, known: Kiriman | None) -> Kiriman:
    return Kiriman(
        ppks_id=going.ppks_id,
        versi=going.versi,
        kode_wilayah=None,
        isi="",
        sidik=None,
        status=StatusKiriman.DIKIRIM,
        id_jauh=None if known is None else known.id_jauh,
        versi_jauh=None if known is None else known.versi_jauh,
    )


def _sent(to: Receiver, going: Outgoing, result: PushResult) -> Kiriman:
    status = _status(going, result)
    digests = to.digests if status is StatusKiriman.DITERIMA else None
    area = going.rekaman.orang.kode_wilayah
    return Kiriman(
        ppks_id=going.ppks_id,
        versi=going.versi,
        kode_wilayah=area if isinstance(area, str) else None,
        isi=going.isi,
        sidik=None if digests is None else digests.of(going.rekaman),
        status=status,
        id_jauh=result.id_jauh,
        versi_jauh=result.versi_jauh,
        alasan=result.alasan,
        dihapus=going.rekaman.dihapus,
    )


def _status(going: Outgoing, result: PushResult) -> StatusKiriman:
    if going.sendiri and result.outcome is PushOutcome.CONFLICT:
        return StatusKiriman.DITERIMA
    return DARI_JAWABAN[result.outcome]


def _counted(going: Outgoing, result: PushResult) -> Hitungan:
    accepted = _status(going, result) is StatusKiriman.DITERIMA
    return Hitungan(hilang=1) if accepted and going.rekaman.dihapus else _COUNTED[result.outcome]
