"""Keeps what became of a pushed batch, block by block, under the key by which it comes again."""

import zlib
from datetime import datetime, timedelta
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.kiriman import HasilRekaman, KunciDipakai, Pengirim
from gateway.infra.crypto import Keyring
from gateway.infra.db.records.person_tables import KIRIMAN_BATCH
from gateway.infra.db.upsert import upsert

_KEPT: Final = timedelta(hours=24)
_FAST: Final = 1

Outcomes = tuple[HasilRekaman, ...]


class Kept(msgspec.Struct, frozen=True):
    """What is kept of a batch under its key."""

    pengirim: Pengirim
    sidik: str
    since: datetime
    blocks: list[bytes] = []
    """The outcomes of the first blocks, each sealed."""

    def context(self, number: int) -> bytes:
        """What the outcomes of a block are sealed for."""
        of = self.pengirim
        return f"kiriman|{of.client_id}|{of.grant_id}|{of.kunci}|{number}".encode()


class PushAnswers:
    """Writes within the transaction that stores the block, whose owner has the turn."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def kept(
        self, connection: AsyncConnection, pengirim: Pengirim, sidik: str, now: datetime
    ) -> Kept:
        """What came under the key within a day. Raises KunciDipakai where it was another body."""
        kept = KIRIMAN_BATCH.c
        mine = (kept[name] == told for name, told in msgspec.structs.asdict(pengirim).items())
        query = sa.select(kept.sidik, kept.pada, kept.jawaban).where(*mine, kept.pada > now - _KEPT)
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            return Kept(pengirim, sidik, now)
        if row.sidik != sidik:
            raise KunciDipakai
        blocks = msgspec.msgpack.decode(row.jawaban, type=list[bytes])
        return Kept(pengirim, sidik, row.pada, blocks)

    async def add(self, connection: AsyncConnection, kept: Kept, outcomes: Outcomes) -> None:
        """Keep the outcomes of the next block; with the first, forget what is older than a day."""
        if not kept.blocks:
            old = KIRIMAN_BATCH.c.pada <= kept.since - _KEPT
            await connection.execute(sa.delete(KIRIMAN_BATCH).where(old))
        packed = zlib.compress(msgspec.json.encode(outcomes), _FAST)
        sealed = self._keyring.seal(packed, kept.context(len(kept.blocks)))
        row = msgspec.structs.asdict(kept.pengirim) | {
            "sidik": kept.sidik,
            "jawaban": msgspec.msgpack.encode([*kept.blocks, sealed]),
            "pada": kept.since,
        }
        await connection.execute(upsert(connection.dialect.name, KIRIMAN_BATCH), row)

    def opened(self, kept: Kept) -> list[Outcomes]:
        """The outcomes of the blocks."""
        return [self._opened(kept, number) for number in range(len(kept.blocks))]

    def _opened(self, kept: Kept, number: int) -> Outcomes:
        packed = self._keyring.open(kept.blocks[number], kept.context(number))
        return msgspec.json.decode(zlib.decompress(packed), type=Outcomes)
