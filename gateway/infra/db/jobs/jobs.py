"""Keeps lookup jobs for their owners, on SQLite and PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ports import Sealer
from gateway.domain.ports_tugas import TooManyOpen
from gateway.domain.tugas import (
    TERBUKA,
    Baris,
    BarisSalah,
    HasilTersimpan,
    PemilikTugas,
    StatusTugas,
    Tugas,
)
from gateway.infra.db.engine import Database
from gateway.infra.db.jobs.ends import ended
from gateway.infra.db.jobs.rows import TOLD, SealedRows, is_of, is_open, tugas_of, values_of
from gateway.infra.db.tables import CLIENT, TUGAS, TUGAS_HASIL, TUGAS_POTONG


class SqlJobs:
    """The `JobStore` port. Whoever locks rows of a job locks the job's own row first."""

    def __init__(self, database: Database, sealer: Sealer, keep_hours: int) -> None:
        self._database = database
        self._sealed = SealedRows(sealer)
        self._keep_hours = keep_hours

    async def begin(self, tugas: Tugas) -> None:
        """Insert the job."""
        async with self._database.writing() as connection:
            await connection.execute(sa.insert(TUGAS), values_of(tugas))

    async def add_rows(
        self, tugas_id: str, blocks: Sequence[Sequence[Baris]], salah: Sequence[BarisSalah]
    ) -> None:
        """Add them in one transaction."""
        counts = {
            TUGAS.c.jumlah: TUGAS.c.jumlah + sum(map(len, blocks)),
            TUGAS.c.salah: TUGAS.c.salah + len(salah),
        }
        update = sa.update(TUGAS).where(TUGAS.c.id == tugas_id).values(counts)
        async with self._database.writing() as connection:
            last = await connection.scalar(update.returning(TUGAS.c.salah))
            assert last is not None
            first = await _next_block(connection, tugas_id)
            rows = [self._sealed.block(tugas_id, first + i, rows) for i, rows in enumerate(blocks)]
            if rows:
                await connection.execute(sa.insert(TUGAS_POTONG), rows)
            if salah:
                start = last - len(salah) + 1
                wrong = [
                    {"tugas_id": tugas_id, "urut": urut, "baris": one.baris, "salah": one.kode}
                    for urut, one in enumerate(salah, start)
                ]
                await connection.execute(sa.insert(TUGAS_HASIL), wrong)

    async def hand_in(
        self, tugas_id: str, kunci: str, sidik: str, *, now: datetime, most: int
    ) -> bool:
        """Queue it; one without a row to ask for has ended already. Raises TooManyOpen."""
        queued = {"kunci": kunci, "sidik": sidik, "status": StatusTugas.ANTRE.value}
        mine = TUGAS.c.id == tugas_id
        nothing = ended(StatusTugas.SELESAI, now, self._keep_hours)
        try:
            async with self._database.writing() as connection:
                await connection.execute(sa.update(TUGAS).where(mine).values(queued))
                empty = sa.and_(mine, TUGAS.c.jumlah == 0)
                await connection.execute(sa.update(TUGAS).where(empty).values(nothing))
                await _check_open(connection, tugas_id, most)
        except IntegrityError:
            return False
        return True

    async def discard(self, tugas_id: str) -> None:
        """Delete it with all that refers to it."""
        async with self._database.writing() as connection:
            await connection.execute(sa.delete(TUGAS).where(TUGAS.c.id == tugas_id))

    async def by_key(self, pemilik: PemilikTugas, kunci: str) -> tuple[Tugas, str] | None:
        """By the unique key."""
        query = sa.select(*TOLD, TUGAS.c.sidik).where(is_of(pemilik), TUGAS.c.kunci == kunci)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else (tugas_of(row), row.sidik)

    async def one(self, pemilik: PemilikTugas, tugas_id: str) -> Tugas | None:
        """None too where it is another owner's."""
        query = sa.select(*TOLD).where(is_of(pemilik), TUGAS.c.id == tugas_id)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else tugas_of(row)

    async def page(
        self, pemilik: PemilikTugas, before: tuple[datetime, str] | None, limit: int
    ) -> Sequence[Tugas]:
        """In the order (dibuat_pada, id), backwards."""
        place = sa.tuple_(TUGAS.c.dibuat_pada, TUGAS.c.id)
        query = sa.select(*TOLD).where(is_of(pemilik)).limit(limit)
        if before is not None:
            moment = sa.literal(before[0], TUGAS.c.dibuat_pada.type)
            query = query.where(place < sa.tuple_(moment, sa.literal(before[1])))
        query = query.order_by(TUGAS.c.dibuat_pada.desc(), TUGAS.c.id.desc())
        async with self._database.reading() as connection:
            return [tugas_of(row) for row in await connection.execute(query)]

    async def count_open(self, pemilik: PemilikTugas) -> int:
        """Those that rows are asked for of."""
        async with self._database.reading() as connection:
            return await connection.scalar(_count_open(pemilik)) or 0

    async def cancel(self, pemilik: PemilikTugas, tugas_id: str, *, now: datetime) -> Tugas | None:
        """One that has ended stays as it is."""
        update = (
            sa.update(TUGAS)
            .where(is_of(pemilik), TUGAS.c.id == tugas_id, is_open(TERBUKA))
            .values(ended(StatusTugas.DIBATALKAN, now, self._keep_hours))
        )
        async with self._database.writing() as connection:
            if (await connection.execute(update)).rowcount:
                rows = sa.delete(TUGAS_POTONG).where(TUGAS_POTONG.c.tugas_id == tugas_id)
                await connection.execute(rows)
        return await self.one(pemilik, tugas_id)

    async def results(
        self, tugas_id: str, after: int, last: int, limit: int
    ) -> Sequence[HasilTersimpan]:
        """By their numbers, opened."""
        query = (
            sa.select(TUGAS_HASIL)
            .where(
                TUGAS_HASIL.c.tugas_id == tugas_id,
                TUGAS_HASIL.c.urut > after,
                TUGAS_HASIL.c.urut <= last,
            )
            .order_by(TUGAS_HASIL.c.urut)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return [self._sealed.open_result(row) for row in await connection.execute(query)]


async def _check_open(connection: AsyncConnection, tugas_id: str, most: int) -> None:
    owner = sa.select(TUGAS.c.client_id, TUGAS.c.grant_id).where(TUGAS.c.id == tugas_id)
    client_id, grant_id = (await connection.execute(owner)).one()
    pemilik = PemilikTugas(client_id=client_id, grant_id=grant_id)
    # Two that come at once are counted one after the other.
    lock = sa.select(CLIENT.c.client_id).where(CLIENT.c.client_id == pemilik.client_id)
    await connection.execute(lock.with_for_update())
    if (await connection.scalar(_count_open(pemilik)) or 0) > most:
        raise TooManyOpen


def _count_open(pemilik: PemilikTugas) -> sa.Select[Any]:
    return sa.select(sa.func.count()).where(is_of(pemilik), is_open(TERBUKA))


async def _next_block(connection: AsyncConnection, tugas_id: str) -> int:
    query = sa.select(sa.func.max(TUGAS_POTONG.c.nomor)).where(TUGAS_POTONG.c.tugas_id == tugas_id)
    return (await connection.scalar(query) or 0) + 1
