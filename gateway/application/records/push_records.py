"""Takes a client's batch of records in: each on its own merits, and the same batch only once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final

from gateway.application.caller.caller import Caller
from gateway.application.caller.handed_in import key_digest, key_reused, too_many_rows
from gateway.application.caller.refusals import refusals_recorded
from gateway.application.civil_registry.forget_person import ForgetPerson
from gateway.domain.audit import HasilAudit
from gateway.domain.kiriman import (
    Batch,
    Dibaca,
    HasilBatch,
    HasilBlok,
    KirimanStore,
    KunciDipakai,
    PembacaKiriman,
    Pengirim,
)
from gateway.domain.policy import View, susun_tulis
from gateway.domain.ports import AuditLog
from gateway.domain.ports_tugas import Digest
from gateway.domain.push_rights import salah_hak
from gateway.kit.clock import Clock
from gateway.kit.packed import Packed

PERISTIWA: Final = "ppks.kirim"
SISTEM_KLIEN: Final = "klien:"
"""How the system's name of pushed records begins; the client's follows."""
_BLOCK: Final = 1000
"""Records that are stored in one transaction."""
_ROWS_IN_A_TURN: Final = 50
"""Records read before others in this process get their turn: about a millisecond."""

Texts = Packed[tuple[int, bytes | None]]


class PushRecords:
    """The use case behind `POST /v1/ppks/batch`."""

    def __init__(
        self,
        store: KirimanStore,
        audit: AuditLog,
        new_digest: Callable[[], Digest],
        forget: ForgetPerson,
        clock: Clock,
        *,
        most: int,
    ) -> None:
        """`most`: records in one batch."""
        self._store = store
        self._audit = audit
        self._new_digest = new_digest
        self._forget = forget
        self._clock = clock
        self._most = most

    async def __call__(
        self, caller: Caller, key: str, reader: PembacaKiriman, pieces: AsyncIterator[bytes]
    ) -> HasilBatch:
        """What became of each record; of a batch that came before, what was answered then.

        Nothing is stored before the whole body is in and sound. Raises BadInput where it is not,
        Conflict for another body under the same key.
        """
        sender = Pengirim(
            client_id=caller.client_id,
            grant_id=caller.grant.grant_id,
            kunci=key_digest(self._new_digest, key),
        )
        async with refusals_recorded(self._audit, caller, PERISTIWA, self._clock):
            texts, digest = await self._received(reader, pieces)
            rights = susun_tulis(caller.grant, self._clock(), caller.sempit)
            batch = Batch(
                pengirim=sender, sidik=digest, hak=rights, sebab=f"kirim:{caller.request_id}"
            )
            try:
                result, written = await self._stored(batch, reader, texts)
            except KunciDipakai:
                raise key_reused() from None
        await self._audit.record(
            caller.entry(
                PERISTIWA,
                HasilAudit.DIBERIKAN,
                self._clock(),
                atribut=tuple(sorted(rights.atribut)) if written else (),
                jumlah=written,
                sumber="ppks",
            )
        )
        return result

    async def _received(
        self, reader: PembacaKiriman, pieces: AsyncIterator[bytes]
    ) -> tuple[Texts, str]:
        """The records' texts, packed, and a keyed hash of the body."""
        texts: Texts = Packed(tuple[int, bytes | None], _BLOCK)
        digest = self._new_digest()
        async for piece in pieces:
            digest.update(piece)
            for text in reader.feed(piece):
                self._take(texts, text)
        for text in reader.end():
            self._take(texts, text)
        return texts, digest.hexdigest()

    def _take(self, texts: Texts, text: tuple[int, bytes | None]) -> None:
        if len(texts) == self._most:
            raise too_many_rows("terlalu banyak rekaman / too many records", self._most)
        texts.add(text)

    async def _stored(
        self, batch: Batch, reader: PembacaKiriman, texts: Texts
    ) -> tuple[HasilBatch, int]:
        """The outcomes, and how many records were written now. Raises KunciDipakai."""
        before = await self._store.answered(batch.pengirim, batch.sidik)
        blocks = [HasilBlok(hasil=hasil) for hasil in before]
        saving: asyncio.Task[HasilBlok] | None = None
        try:
            # A batch without a record has its key like any other.
            for number, block in enumerate(texts.blocks() if len(texts) else [[]]):
                if number < len(before):
                    continue
                # A block is read while the one before it is stored.
                judged = await _judged(reader, batch, block)
                blocks += [] if saving is None else [await saving]
                saving = asyncio.create_task(self._block(batch, number, judged))
            blocks += [] if saving is None else [await saving]
        finally:
            if saving is not None:
                await asyncio.wait((saving,))
        outcomes = tuple(outcome for block in blocks for outcome in block.hasil)
        counts = Counter(each.hasil.value for each in outcomes)
        result = HasilBatch(jumlah=len(outcomes), hasil=outcomes, **counts)
        return result, sum(block.ditulis for block in blocks)

    async def _block(self, batch: Batch, number: int, judged: Sequence[Dibaca]) -> HasilBlok:
        # Before it is stored: what is stored is not done again where this fails.
        await self._forget.outdated_by(one.rekaman for one in judged if one.rekaman is not None)
        return await self._store.save(batch, number, judged)


async def _judged(
    reader: PembacaKiriman, batch: Batch, block: list[tuple[int, bytes | None]]
) -> list[Dibaca]:
    """The block's records, or what is wrong with each."""
    system = SISTEM_KLIEN + batch.pengirim.client_id
    judged: list[Dibaca] = []
    for place, text in enumerate(block, 1):
        judged.append(_within(batch.hak, reader.read(system, *text)))
        if place % _ROWS_IN_A_TURN == 0:
            await asyncio.sleep(0)
    return judged


def _within(rights: View, read: Dibaca) -> Dibaca:
    wrong = () if read.rekaman is None else salah_hak(rights, read.rekaman)
    return Dibaca(nomor=read.nomor, id_sumber=read.id_sumber, salah=wrong) if wrong else read
