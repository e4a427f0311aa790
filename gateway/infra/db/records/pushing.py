"""Stores what clients push, and what became of it, together."""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.kiriman import (
    Batch,
    Dibaca,
    HasilBlok,
    HasilRekaman,
    Pengirim,
    hasil_rekaman,
)
from gateway.domain.merging.fate import Nasib, nasib
from gateway.domain.policy import View
from gateway.domain.ppks import RekamanPpks
from gateway.domain.push_rights import boleh_diganti
from gateway.infra.crypto import Keyring
from gateway.infra.db.engine import Database
from gateway.infra.db.records.push_answers import PushAnswers
from gateway.infra.db.records.record_writer import RecordRows, RecordWriter
from gateway.infra.db.records.rows import RowMaker
from gateway.infra.db.records.shown_writer import Sebab
from gateway.infra.db.records.source_rows import Row, sources_by
from gateway.infra.db.turns import Turns
from gateway.kit.clock import Clock

_NOT_STORED: Final = (Nasib.USANG, Nasib.BERTENTANGAN)


class SqlPush:
    """The `KirimanStore` port."""

    def __init__(
        self,
        database: Database,
        turns: Turns,
        writer: RecordWriter,
        keyring: Keyring,
        clock: Clock,
    ) -> None:
        self._database = database
        self._turns = turns
        self._writer = writer
        self._keyring = keyring
        self._clock = clock
        self._answers = PushAnswers(keyring)

    async def answered(self, pengirim: Pengirim, sidik: str) -> list[tuple[HasilRekaman, ...]]:
        """Read without a turn: whoever finds too little finds the rest when it is stored."""
        async with self._database.reading() as connection:
            kept = await self._answers.kept(connection, pengirim, sidik, self._clock())
        return self._answers.opened(kept)

    async def save(self, batch: Batch, nomor: int, dibaca: Sequence[Dibaca]) -> HasilBlok:
        """Who has the turn sees all that others have stored under the key."""
        async with self._turns.taken() as connection:
            kept = await self._answers.kept(connection, batch.pengirim, batch.sidik, self._clock())
            if nomor < len(kept.blocks):
                return HasilBlok(hasil=self._answers.opened(kept)[nomor])
            records = [one.rekaman for one in dibaca if one.rekaman is not None]
            fates, written = await self._stored(connection, batch, records)
            told = iter(fates)
            outcomes = tuple(
                hasil_rekaman(one, None if one.rekaman is None else next(told)) for one in dibaca
            )
            # Where the day of a batch ended while it was stored, nothing is kept of its rest.
            if nomor == len(kept.blocks):
                await self._answers.add(connection, kept, outcomes)
        return HasilBlok(hasil=outcomes, ditulis=written)

    async def _stored(
        self, connection: AsyncConnection, batch: Batch, rekaman: list[RekamanPpks]
    ) -> tuple[list[Nasib | None], int]:
        """The fate of each record, and how many were written.

        What is stored outside of what may be written stays as it is; its fate is None.
        """
        maker = RowMaker(self._keyring, self._clock())
        rows = await self._writer.make(connection, maker, rekaman)
        if kept := await _out_of_reach(connection, rows, batch.hak):
            allowed = [
                record
                for name, record in rows.named.items()
                if name not in rows.known or rows.known[name].id not in kept
            ]
            rows = await self._writer.make(connection, maker, allowed)
        fates = [_fate(maker, record, rows) for record in rekaman]
        why = Sebab(oleh=batch.pengirim.client_id, sebab=batch.sebab)
        await self._writer.put(connection, rows, self._clock(), why)
        return fates, len(rows.fresh) + len(rows.changed)


async def _out_of_reach(connection: AsyncConnection, rows: RecordRows, hak: View) -> set[str]:
    """Ids of stored rows that stand where the client may not write."""
    stored = await sources_by(connection, "id", [known.id for known in rows.known.values()])
    return {row_id for row_id, row in stored.items() if not _within(hak, row)}


def _within(hak: View, row: Row) -> bool:
    told = row["kategori"]
    kinds = [] if told is None else [item["kode"] for item in msgspec.json.decode(told)]
    return boleh_diganti(hak, row["kode_wilayah"], kinds)


def _fate(maker: RowMaker, record: RekamanPpks, rows: RecordRows) -> Nasib | None:
    """That of its name, or beside a newer one in the same block what it is against the stored."""
    name = (record.sistem, maker.source_id(record))
    chosen = rows.named.get(name)
    if chosen is None or chosen is record:
        return rows.fates.get(name)
    mine = (maker.digest(record), record.urutan)
    if rows.fates[name] in _NOT_STORED:
        known = rows.known[name]
        return nasib(mine, (known.sidik, known.urutan))
    return nasib(mine, (maker.digest(chosen), chosen.urutan))
