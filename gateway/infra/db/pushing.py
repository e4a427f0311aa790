"""Stores what clients push, and keeps the answers to batches that may come again."""

import zlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.kiriman import HasilBatch, Pengirim
from gateway.domain.merging.fate import Nasib, nasib
from gateway.domain.policy import View
from gateway.domain.ppks import RekamanPpks
from gateway.domain.push_rights import boleh_diganti
from gateway.infra.crypto import Keyring
from gateway.infra.db.engine import Database
from gateway.infra.db.person_tables import KIRIMAN_BATCH
from gateway.infra.db.record_writer import RecordRows, RecordWriter
from gateway.infra.db.rows import RowMaker
from gateway.infra.db.shown_writer import Sebab
from gateway.infra.db.source_rows import Row, sources_by
from gateway.infra.db.turns import Turns
from gateway.kit.clock import Clock

_KEPT: Final = timedelta(hours=24)


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

    async def save(
        self, rekaman: list[RekamanPpks], hak: View, oleh: str, sebab: str
    ) -> list[Nasib | None]:
        """Store one block; what is stored outside of what may be written stays as it is."""
        maker = RowMaker(self._keyring, self._clock())
        async with self._turns.taken() as connection:
            rows = await self._writer.make(connection, maker, rekaman)
            if kept := await _out_of_reach(connection, rows, hak):
                allowed = [
                    record
                    for name, record in rows.named.items()
                    if name not in rows.known or rows.known[name].id not in kept
                ]
                rows = await self._writer.make(connection, maker, allowed)
            fates = [_fate(maker, record, rows) for record in rekaman]
            why = Sebab(oleh=oleh, sebab=sebab)
            await self._writer.put(connection, rows, self._clock(), why)
        return fates

    async def answered(self, pengirim: Pengirim) -> tuple[str, HasilBatch] | None:
        """Hash of the body and answer of a batch that came under this key within a day."""
        query = sa.select(KIRIMAN_BATCH.c.sidik, KIRIMAN_BATCH.c.jawaban).where(
            *_of(pengirim), KIRIMAN_BATCH.c.pada > self._clock() - _KEPT
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        packed = self._keyring.open(row.jawaban, _context(pengirim))
        return row.sidik, msgspec.json.decode(zlib.decompress(packed), type=HasilBatch)

    async def remember(self, pengirim: Pengirim, sidik: str, hasil: HasilBatch) -> None:
        """Keep the answer, and forget those that are older than a day."""
        now = self._clock()
        packed = zlib.compress(msgspec.json.encode(hasil))
        row = msgspec.structs.asdict(pengirim) | {
            "sidik": sidik,
            "jawaban": self._keyring.seal(packed, _context(pengirim)),
            "pada": now,
        }
        try:
            async with self._database.writing() as connection:
                old = KIRIMAN_BATCH.c.pada <= now - _KEPT
                await connection.execute(sa.delete(KIRIMAN_BATCH).where(old))
                await connection.execute(sa.insert(KIRIMAN_BATCH), row)
        except IntegrityError:
            # The same batch came twice at once: both stored the same.
            return


async def _out_of_reach(connection: AsyncConnection, rows: RecordRows, hak: View) -> set[str]:
    """Ids of stored rows that stand where the client may not write."""
    stored = await sources_by(connection, "id", [known.id for known in rows.known.values()])
    return {row_id for row_id, row in stored.items() if not _within(hak, row)}


def _within(hak: View, row: Row) -> bool:
    told = row["kategori"]
    kinds = [] if told is None else [item["kode"] for item in msgspec.json.decode(told)]
    return boleh_diganti(hak, row["kode_wilayah"], kinds)


def _fate(maker: RowMaker, record: RekamanPpks, rows: RecordRows) -> Nasib | None:
    """That of its name, or beside a newer one in the same block what it is against that."""
    name = (record.sistem, maker.source_id(record))
    chosen = rows.named.get(name)
    if chosen is None or chosen is record:
        return rows.fates.get(name)
    mine = (maker.digest(record), record.urutan)
    return nasib(mine, (maker.digest(chosen), chosen.urutan))


def _of(pengirim: Pengirim) -> list[sa.ColumnElement[bool]]:
    told: Mapping[str, str] = msgspec.structs.asdict(pengirim)
    return [KIRIMAN_BATCH.c[name] == value for name, value in told.items()]


def _context(pengirim: Pengirim) -> bytes:
    return f"kiriman|{pengirim.client_id}|{pengirim.grant_id}|{pengirim.kunci}".encode()
