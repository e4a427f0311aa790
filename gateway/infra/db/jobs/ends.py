"""How lookup jobs end, and how what is left of them is destroyed in small steps."""

from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from gateway.domain.tugas import TERBUKA, StatusTugas
from gateway.infra.db.engine import Database
from gateway.infra.db.jobs.rows import is_open
from gateway.infra.db.tables import TUGAS, TUGAS_HASIL, TUGAS_POTONG

_STEP: Final = 5000
"""Results that one transaction destroys: others must be able to write in between."""
_ARRIVING: Final = timedelta(hours=1)
"""Rows that did not arrive whole in this time never will."""


def ended(status: StatusTugas, now: datetime, keep_hours: int) -> dict[str, Any]:
    """The columns of a job that ends now."""
    return {
        "status": status.value,
        "selesai_pada": now,
        "lanjut_pada": None,
        "alasan": None,
        "hapus_pada": now + timedelta(hours=keep_hours),
    }


async def end_overdue(database: Database, now: datetime, longest: timedelta, keep: int) -> None:
    """End the jobs that were not finished in time; their rows are destroyed."""
    overdue = sa.and_(is_open(TERBUKA), TUGAS.c.dibuat_pada <= now - longest)
    values = ended(StatusTugas.KEDALUWARSA, now, keep)
    update = sa.update(TUGAS).where(overdue).values(values).returning(TUGAS.c.id)
    async with database.writing() as connection:
        ids = (await connection.scalars(update)).all()
        if ids:
            rows = sa.delete(TUGAS_POTONG).where(TUGAS_POTONG.c.tugas_id.in_(ids))
            await connection.execute(rows)


async def destroy_old(database: Database, now: datetime) -> int:
    """Destroy the jobs that were kept long enough, and those that never arrived."""
    abandoned = sa.and_(is_open([StatusTugas.MENERIMA]), TUGAS.c.dibuat_pada <= now - _ARRIVING)
    query = sa.select(TUGAS.c.id).where(sa.or_(TUGAS.c.hapus_pada <= now, abandoned))
    async with database.reading() as connection:
        ids = (await connection.scalars(query)).all()
    for tugas_id in ids:
        await _destroy(database, tugas_id)
    return len(ids)


async def _destroy(database: Database, tugas_id: str) -> None:
    own = TUGAS_HASIL.c.tugas_id == tugas_id
    some = sa.select(TUGAS_HASIL.c.urut).where(own).limit(_STEP)
    step = sa.delete(TUGAS_HASIL).where(own, TUGAS_HASIL.c.urut.in_(some))
    destroyed = _STEP
    while destroyed == _STEP:
        async with database.writing() as connection:
            destroyed = (await connection.execute(step)).rowcount
    async with database.writing() as connection:
        await connection.execute(sa.delete(TUGAS).where(TUGAS.c.id == tugas_id))
