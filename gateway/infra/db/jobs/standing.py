"""How lookup jobs stand in the store, all of them together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from gateway.domain.tugas import StatusTugas
from gateway.infra.db.engine import Database
from gateway.infra.db.tables import TUGAS


class JobStanding(msgspec.Struct, frozen=True, kw_only=True):
    """The jobs of one state: how many, their rows, and since when the first waits for its turn."""

    status: StatusTugas
    tugas: int
    terjawab: int
    gagal: int
    salah: int
    sisa: int
    giliran: datetime


async def job_standings(database: Database) -> Sequence[JobStanding]:
    """One for each state in which there are jobs."""
    left = TUGAS.c.jumlah - TUGAS.c.terjawab - TUGAS.c.gagal
    query: sa.Select[Any] = sa.select(
        TUGAS.c.status,
        sa.func.count().label("tugas"),
        sa.func.sum(TUGAS.c.terjawab).label("terjawab"),
        sa.func.sum(TUGAS.c.gagal).label("gagal"),
        sa.func.sum(TUGAS.c.salah).label("salah"),
        sa.func.sum(left).label("sisa"),
        sa.func.min(TUGAS.c.giliran).label("giliran"),
    ).group_by(TUGAS.c.status)
    async with database.reading() as connection:
        rows = (await connection.execute(query)).mappings()
        return [JobStanding(**{**row, "status": StatusTugas(row["status"])}) for row in rows]
