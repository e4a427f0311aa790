"""Lends bulk exports to the workers of all processes; the store is all they share."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ekspor import AlasanEkspor, BerkasEkspor, Ekspor, StatusEkspor, Titik
from gateway.domain.ports_tugas import LeaseLost
from gateway.domain.tugas import PemilikTugas
from gateway.infra.db.engine import Database
from gateway.infra.db.exports.rows import TOLD, ekspor_of, is_of, is_open
from gateway.infra.db.exports.tables import EKSPOR, EKSPOR_BERKAS, EKSPOR_TITIK

_FREE: Final = {"pekerja": None, "sewa_sampai": None}
_TICK: Final = timedelta(milliseconds=1)
_NEAR: Final = timedelta(seconds=10)


class SqlExportQueue:
    """The `ExportQueue` port. One that was cancelled is gone, and so is everybody's lease on it."""

    def __init__(self, database: Database, *, keep_hours: int, longest: timedelta) -> None:
        """`keep_hours`: how long one can be read. `longest`: how long it may take to be made."""
        self._database = database
        self._keep = timedelta(hours=keep_hours)
        self._longest = longest

    async def claim(self, pekerja: str, *, now: datetime, lease: timedelta) -> Ekspor | None:
        """Lease the export that waits longest; it is begun anew, whoever began it before."""
        due = _due(now)
        async with self._database.reading() as connection:
            # Looking takes no lock; idle workers look all the time.
            if await connection.scalar(due) is None:
                return None
        taken = {
            "pekerja": pekerja,
            "sewa_sampai": now + lease,
            "status": StatusEkspor.BERJALAN.value,
            "percobaan": EKSPOR.c.percobaan + 1,
            "tertulis": 0,
            "lanjut_pada": None,
            "alasan": None,
        }
        async with self._database.writing() as connection:
            found = await connection.scalar(due.with_for_update(skip_locked=True))
            if found is None:
                return None
            update = sa.update(EKSPOR).where(EKSPOR.c.id == found).values(taken)
            return ekspor_of((await connection.execute(update.returning(*TOLD))).one())

    async def renew(self, pekerja: str, ekspor: Ekspor, *, until: datetime, tertulis: int) -> None:
        """Move the end of the lease."""
        async with self._database.writing() as connection:
            values = {"sewa_sampai": until, "tertulis": tertulis}
            await _hold(connection, pekerja, ekspor, values)

    async def counted(self, pekerja: str, ekspor: Ekspor, *, jumlah: int, terbayar: int) -> None:
        """Both counts at once."""
        async with self._database.writing() as connection:
            await _hold(connection, pekerja, ekspor, {"jumlah": jumlah, "terbayar": terbayar})

    async def finish(
        self,
        pekerja: str,
        ekspor: Ekspor,
        berkas: Sequence[BerkasEkspor],
        titik: Titik,
        *,
        now: datetime,
    ) -> None:
        """In one transaction: before it nobody sees a file, after it all are there."""
        async with self._database.writing() as connection:
            pada = await _own_moment(connection, ekspor.pemilik, titik.pada)
            done: dict[str, Any] = _FREE | {
                "status": StatusEkspor.SELESAI.value,
                "transaksi_pada": pada,
                "selesai_pada": now,
                "hapus_pada": now + self._keep,
                "tertulis": EKSPOR.c.jumlah,
            }
            await _hold(connection, pekerja, ekspor, done)
            if berkas:
                rows = [{"ekspor_id": ekspor.id} | _values(one) for one in berkas]
                await connection.execute(sa.insert(EKSPOR_BERKAS), rows)
            point = _values(ekspor.pemilik) | _values(titik) | {"pada": pada}
            await connection.execute(sa.insert(EKSPOR_TITIK), point)

    async def give_back(
        self, pekerja: str, ekspor: Ekspor, *, until: datetime, alasan: AlasanEkspor
    ) -> None:
        """Free it; another try comes later."""
        failed = int(alasan is AlasanEkspor.INTERNAL)
        values = _FREE | {
            "lanjut_pada": until,
            "alasan": alasan.value,
            "kegagalan": EKSPOR.c.kegagalan + failed,
        }
        async with self._database.writing() as connection:
            await _hold(connection, pekerja, ekspor, values)

    async def fail(
        self, pekerja: str, ekspor: Ekspor, *, now: datetime, alasan: AlasanEkspor
    ) -> None:
        """Why is told as long as its files would have been."""
        async with self._database.writing() as connection:
            await _hold(connection, pekerja, ekspor, _FREE | self._failed(now, alasan))

    async def sweep(self, *, now: datetime, keep_points: timedelta) -> None:
        """What is past its time, what takes too long, and moments too old to go on from."""
        overdue = sa.and_(is_open(), EKSPOR.c.dibuat_pada <= now - self._longest)
        steps = (
            sa.update(EKSPOR)
            .where(overdue)
            .values(_FREE | self._failed(now, AlasanEkspor.TERLALU_BESAR)),
            sa.delete(EKSPOR).where(EKSPOR.c.hapus_pada <= now),
            sa.delete(EKSPOR_TITIK).where(EKSPOR_TITIK.c.pada < now - keep_points),
        )
        for step in steps:
            async with self._database.writing() as connection:
                await connection.execute(step)

    async def alive(self) -> frozenset[tuple[str, int]]:
        """Those that failed have no files."""
        may_have = EKSPOR.c.status != StatusEkspor.GAGAL.value
        query = sa.select(EKSPOR.c.id, EKSPOR.c.percobaan).where(may_have)
        async with self._database.reading() as connection:
            found = await connection.execute(query)
            return frozenset((row.id, row.percobaan) for row in found)

    def _failed(self, now: datetime, alasan: AlasanEkspor) -> dict[str, Any]:
        return {
            "status": StatusEkspor.GAGAL.value,
            "alasan": alasan.value,
            "selesai_pada": now,
            "hapus_pada": now + self._keep,
        }


def _due(now: datetime) -> sa.Select[tuple[str]]:
    over = sa.or_(EKSPOR.c.sewa_sampai.is_(None), EKSPOR.c.sewa_sampai <= now)
    may_go_on = sa.or_(EKSPOR.c.lanjut_pada.is_(None), EKSPOR.c.lanjut_pada <= now)
    return (
        sa.select(EKSPOR.c.id)
        .where(is_open(), over, may_go_on)
        .order_by(EKSPOR.c.dibuat_pada, EKSPOR.c.id)
        .limit(1)
    )


async def _own_moment(
    connection: AsyncConnection, pemilik: PemilikTugas, pada: datetime
) -> datetime:
    """The moment, or one right after it: no two copies of an owner are of the same moment."""
    near = sa.select(EKSPOR_TITIK.c.pada).where(
        is_of(pemilik, EKSPOR_TITIK), EKSPOR_TITIK.c.pada.between(pada, pada + _NEAR)
    )
    taken = set((await connection.scalars(near)).all())
    while pada in taken:
        pada += _TICK
    return pada


def _values(struct: msgspec.Struct) -> dict[str, Any]:
    return msgspec.structs.asdict(struct)


async def _hold(
    connection: AsyncConnection, pekerja: str, ekspor: Ekspor, values: dict[str, Any]
) -> None:
    """Change an export that this worker still has. Raises LeaseLost where it has not."""
    mine = sa.and_(
        EKSPOR.c.id == ekspor.id,
        EKSPOR.c.pekerja == pekerja,
        EKSPOR.c.percobaan == ekspor.percobaan,
    )
    done = await connection.execute(sa.update(EKSPOR).where(mine).values(values))
    if not done.rowcount:
        raise LeaseLost
