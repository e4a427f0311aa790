"""Takes a client's batch of records in: each on its own merits, and the same batch only once."""

import asyncio
import hmac
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final

from gateway.application.caller.caller import Caller
from gateway.application.caller.handed_in import key_digest, key_reused, too_many_rows
from gateway.application.caller.refusals import refusals_recorded
from gateway.application.civil_registry.forget_person import ForgetPerson
from gateway.domain.audit import HasilAudit
from gateway.domain.errors import FieldError
from gateway.domain.kiriman import (
    Dibaca,
    HasilBatch,
    HasilKirim,
    HasilRekaman,
    KirimanStore,
    PembacaKiriman,
    Pengirim,
)
from gateway.domain.merging.fate import Nasib
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
_WRITTEN: Final = ("baru", "berubah")
_OUTSIDE: Final = FieldError(
    "id_sumber", "tersimpan di luar grant / it is stored outside of the grant"
)
_REASONS: Final = {
    HasilKirim.USANG: FieldError(
        "urutan", "versi yang lebih baru sudah ada / a newer version is stored"
    ),
    HasilKirim.BERTENTANGAN: FieldError(
        "urutan", "versi ini sudah ada dengan isi lain / this version has other content"
    ),
}

Judged = tuple[Dibaca, tuple[FieldError, ...]]
"""A record as it was read, and what is wrong with it."""
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
            result = await self._before(sender, digest)
            written: frozenset[str] = frozenset()
            if result is None:
                result, written = await self._stored(caller, reader, texts)
                await self._store.remember(sender, digest, result)
        await self._audit.record(
            caller.entry(
                PERISTIWA,
                HasilAudit.DIBERIKAN,
                self._clock(),
                atribut=tuple(sorted(written)),
                jumlah=result.baru + result.berubah if written else 0,
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

    async def _before(self, sender: Pengirim, digest: str) -> HasilBatch | None:
        found = await self._store.answered(sender)
        if found is None:
            return None
        if not hmac.compare_digest(found[0], digest):
            raise key_reused()
        return found[1]

    async def _stored(
        self, caller: Caller, reader: PembacaKiriman, texts: Texts
    ) -> tuple[HasilBatch, frozenset[str]]:
        """The outcomes, and the attributes that may have been written."""
        system = SISTEM_KLIEN + caller.client_id
        rights = susun_tulis(caller.grant, self._clock(), caller.sempit)
        outcomes: list[HasilRekaman] = []
        saving: asyncio.Task[list[HasilRekaman]] | None = None
        try:
            for block in texts.blocks():
                # A block is read while the one before it is stored.
                judged = await _judged(reader, system, rights, block)
                outcomes += [] if saving is None else await saving
                saving = asyncio.create_task(self._block(caller, rights, judged))
            outcomes += [] if saving is None else await saving
        finally:
            if saving is not None:
                await asyncio.wait((saving,))
        counts = Counter(each.hasil.value for each in outcomes)
        written = rights.atribut if any(counts[name] for name in _WRITTEN) else frozenset()
        return HasilBatch(jumlah=len(outcomes), hasil=tuple(outcomes), **counts), written

    async def _block(
        self, caller: Caller, rights: View, judged: Sequence[Judged]
    ) -> list[HasilRekaman]:
        sound = [read for read, wrong in judged if not wrong]
        records = [read.rekaman for read in sound if read.rekaman is not None]
        fates: dict[int, Nasib | None] = {}
        if records:
            why = f"kirim:{caller.request_id}"
            saved = await self._store.save(records, rights, caller.client_id, why)
            fates = dict(zip((read.nomor for read in sound), saved, strict=True))
            await self._forget.outdated_by(records)
        return [_outcome(read, wrong, fates.get(read.nomor)) for read, wrong in judged]


async def _judged(
    reader: PembacaKiriman, system: str, rights: View, block: list[tuple[int, bytes | None]]
) -> list[Judged]:
    """The block's records, each with what is wrong with it."""
    judged: list[Judged] = []
    for place, text in enumerate(block, 1):
        read = reader.read(system, *text)
        judged.append((read, _wrong(rights, read)))
        if place % _ROWS_IN_A_TURN == 0:
            await asyncio.sleep(0)
    return judged


def _wrong(rights: View, read: Dibaca) -> tuple[FieldError, ...]:
    return read.salah if read.rekaman is None else salah_hak(rights, read.rekaman)


def _outcome(read: Dibaca, wrong: tuple[FieldError, ...], fate: Nasib | None) -> HasilRekaman:
    hasil = HasilKirim.DITOLAK if fate is None else HasilKirim(fate.value)
    if hasil is HasilKirim.DITOLAK:
        errors = wrong or (_OUTSIDE,)
    else:
        errors = (_REASONS[hasil],) if hasil in _REASONS else ()
    return HasilRekaman(nomor=read.nomor, id_sumber=read.id_sumber, hasil=hasil, errors=errors)
