"""Lends blocks of lookup jobs to the workers of all processes; the store is all they share."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ports import Sealer
from gateway.domain.ports_tugas import LeaseLost
from gateway.domain.tugas import TERBUKA, Baris, JawabanBaris, Potong, StatusTugas
from gateway.infra.db.engine import Database
from gateway.infra.db.jobs.ends import destroy_old, end_overdue, ended
from gateway.infra.db.jobs.rows import TOLD, SealedRows, is_open, tugas_of
from gateway.infra.db.tables import TUGAS, TUGAS_HASIL, TUGAS_POTONG


class SqlJobQueue:
    """The `JobQueue` port.

    A job's own row is always locked before its blocks, so that nobody waits in a circle. SQLite has
    one writer and no row locks: a transaction that writes has the whole store to itself.
    """

    def __init__(
        self, database: Database, sealer: Sealer, *, keep_hours: int, longest: timedelta
    ) -> None:
        self._database = database
        self._sealed = SealedRows(sealer)
        self._keep_hours = keep_hours
        self._longest = longest

    async def claim(self, pekerja: str, *, now: datetime, lease: timedelta) -> Potong | None:
        """Lease a block of the open job whose turn it is."""
        due = _due(now)
        async with self._database.reading() as connection:
            # Looking takes no lock; idle workers look all the time.
            if await connection.scalar(due) is None:
                return None
        async with self._database.writing() as connection:
            job = (await connection.execute(due.with_for_update(of=TUGAS))).first()
            if job is None:
                return None
            found = await connection.execute(_free(job.id, now).with_for_update(skip_locked=True))
            block = found.first()
            if block is None:
                return None
            taken = {"pekerja": pekerja, "sewa_sampai": now + lease}
            await connection.execute(
                sa.update(TUGAS_POTONG).where(_is(job.id, block.nomor)).values(taken)
            )
            begun = {
                "giliran": now,
                "status": StatusTugas.BERJALAN.value,
                "mulai_pada": sa.func.coalesce(TUGAS.c.mulai_pada, now),
                "lanjut_pada": None,
                "alasan": None,
            }
            update = sa.update(TUGAS).where(TUGAS.c.id == job.id).values(begun)
            row = (await connection.execute(update.returning(*TOLD))).one()
        # It is lent by now: one that cannot be opened must not keep the turn from all others.
        rows = await self._unanswered(job.id, block)
        return Potong(tugas=tugas_of(row), nomor=block.nomor, baris=rows, percobaan=block.percobaan)

    async def renew(self, pekerja: str, potong: Potong, *, until: datetime) -> None:
        """Move the end of the lease."""
        async with self._database.writing() as connection:
            await _hold(connection, pekerja, potong, {"sewa_sampai": until})

    async def store(self, pekerja: str, potong: Potong, hasil: Sequence[JawabanBaris]) -> None:
        """Number the results on from the last one, under the lock of the job's row."""
        failed = sum(one.gagal is not None for one in hasil)
        tugas_id = potong.tugas.id
        counts = {
            TUGAS.c.gagal: TUGAS.c.gagal + failed,
            TUGAS.c.terjawab: TUGAS.c.terjawab + len(hasil) - failed,
        }
        stored = (TUGAS.c.salah + TUGAS.c.terjawab + TUGAS.c.gagal).label("stored")
        update = _still_open(tugas_id).values(counts).returning(stored)
        async with self._database.writing() as connection:
            last = await connection.scalar(update)
            if last is None:
                raise LeaseLost
            await _hold(connection, pekerja, potong, {})
            rows = [
                self._sealed.result(tugas_id, urut, one)
                for urut, one in enumerate(hasil, last - len(hasil) + 1)
            ]
            if rows:
                await connection.execute(sa.insert(TUGAS_HASIL), rows)

    async def finish(self, pekerja: str, potong: Potong, *, now: datetime) -> None:
        """Erase the block's NIKs; end the job where this was its last block."""
        tugas_id = potong.tugas.id
        done = {"selesai": True, "masukan": None, "pekerja": None, "sewa_sampai": None}
        left = sa.select(TUGAS_POTONG.c.nomor).where(
            TUGAS_POTONG.c.tugas_id == tugas_id, TUGAS_POTONG.c.selesai.is_(False)
        )
        async with self._database.writing() as connection:
            await _lock(connection, tugas_id)
            await _hold(connection, pekerja, potong, done)
            if await connection.scalar(left.limit(1)) is None:
                values = ended(StatusTugas.SELESAI, now, self._keep_hours)
                await connection.execute(_still_open(tugas_id).values(values))

    async def give_back(
        self, pekerja: str, potong: Potong, *, until: datetime, alasan: str, tried: bool
    ) -> None:
        """Free the block; the job waits."""
        wait = {"lanjut_pada": until, "alasan": alasan}
        free = {
            "pekerja": None,
            "sewa_sampai": None,
            "percobaan": TUGAS_POTONG.c.percobaan + int(tried),
        }
        async with self._database.writing() as connection:
            await connection.execute(_still_open(potong.tugas.id).values(wait))
            await _hold(connection, pekerja, potong, free)

    async def sweep(self, *, now: datetime) -> int:
        """Both ways in which a job's time runs out."""
        await end_overdue(self._database, now, self._longest, self._keep_hours)
        return await destroy_old(self._database, now)

    async def _unanswered(self, tugas_id: str, block: Any) -> tuple[Baris, ...]:
        rows = self._sealed.open_block(tugas_id, block.nomor, block.masukan)
        query = sa.select(TUGAS_HASIL.c.baris).where(
            TUGAS_HASIL.c.tugas_id == tugas_id,
            TUGAS_HASIL.c.baris.between(rows[0].baris, rows[-1].baris),
        )
        async with self._database.reading() as connection:
            answered = set((await connection.scalars(query)).all())
        return tuple(row for row in rows if row.baris not in answered)


def _due(now: datetime) -> sa.Select[Any]:
    """The open job with a free block whose turn is longest ago."""
    free = sa.exists().where(TUGAS_POTONG.c.tugas_id == TUGAS.c.id, _is_free(now))
    may_go_on = sa.or_(TUGAS.c.lanjut_pada.is_(None), TUGAS.c.lanjut_pada <= now)
    return (
        sa.select(TUGAS.c.id)
        .where(is_open(TERBUKA), may_go_on, free)
        .order_by(TUGAS.c.giliran, TUGAS.c.id)
        .limit(1)
    )


def _free(tugas_id: str, now: datetime) -> sa.Select[Any]:
    return (
        sa.select(TUGAS_POTONG)
        .where(TUGAS_POTONG.c.tugas_id == tugas_id, _is_free(now))
        .order_by(TUGAS_POTONG.c.nomor)
        .limit(1)
    )


def _is_free(now: datetime) -> sa.ColumnElement[bool]:
    over = sa.or_(TUGAS_POTONG.c.sewa_sampai.is_(None), TUGAS_POTONG.c.sewa_sampai <= now)
    return sa.and_(TUGAS_POTONG.c.selesai.is_(False), over)


def _is(tugas_id: str, nomor: int) -> sa.ColumnElement[bool]:
    return sa.and_(TUGAS_POTONG.c.tugas_id == tugas_id, TUGAS_POTONG.c.nomor == nomor)


def _still_open(tugas_id: str) -> sa.Update:
    return sa.update(TUGAS).where(TUGAS.c.id == tugas_id, is_open(TERBUKA))


async def _lock(connection: AsyncConnection, tugas_id: str) -> None:
    await connection.execute(sa.select(TUGAS.c.id).where(TUGAS.c.id == tugas_id).with_for_update())


async def _hold(
    connection: AsyncConnection, pekerja: str, potong: Potong, values: dict[str, Any]
) -> None:
    """Change a block that this worker still has. Raises LeaseLost where it has not."""
    mine = sa.and_(_is(potong.tugas.id, potong.nomor), TUGAS_POTONG.c.pekerja == pekerja)
    update = sa.update(TUGAS_POTONG).where(mine).values({"pekerja": pekerja} | values)
    if not (await connection.execute(update)).rowcount:
        raise LeaseLost
