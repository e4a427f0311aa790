"""Keeps bulk exports for those who ask for them, on SQLite and PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from gateway.domain.ekspor import Ekspor, EksporJadi, Titik
from gateway.domain.tugas import PemilikTugas
from gateway.infra.db.engine import Database
from gateway.infra.db.exports.rows import (
    TOLD,
    berkas_of,
    ekspor_of,
    files_of,
    fingerprint,
    is_of,
    is_open,
    newest_point,
    titik_of,
    values_of,
)
from gateway.infra.db.exports.tables import EKSPOR, EKSPOR_TITIK
from gateway.infra.db.exports.withheld import is_withheld
from gateway.infra.db.tables import CLIENT


class SqlExports:
    """The `ExportStore` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, ekspor: Ekspor, most: int) -> Ekspor | None:
        """Insert it, unless the owner has the same under way or the client has too many."""
        owner = ekspor.pemilik
        same = sa.select(*TOLD).where(
            is_of(owner),
            is_open(),
            EKSPOR.c.sidik == fingerprint(ekspor.pandangan),
            EKSPOR.c.permintaan == ekspor.permintaan,
            EKSPOR.c.format == ekspor.format,
        )
        held = sa.select(sa.func.count()).where(
            EKSPOR.c.client_id == owner.client_id, _there(ekspor.dibuat_pada)
        )
        async with self._database.writing() as connection:
            # Two that are asked for at once are counted one after the other.
            lock = sa.select(CLIENT.c.client_id).where(CLIENT.c.client_id == owner.client_id)
            await connection.execute(lock.with_for_update())
            if (row := (await connection.execute(same)).first()) is not None:
                return ekspor_of(row)
            if (await connection.scalar(held) or 0) >= most:
                return None
            await connection.execute(sa.insert(EKSPOR), values_of(ekspor))
        return ekspor

    async def one(self, pemilik: PemilikTugas, ekspor_id: str, now: datetime) -> EksporJadi | None:
        """None too where it is another owner's."""
        mine = sa.and_(is_of(pemilik), EKSPOR.c.id == ekspor_id)
        found = await self._found(sa.select(*TOLD).where(mine, _there(now)))
        return found[0] if found else None

    async def page(
        self, pemilik: PemilikTugas, before: tuple[datetime, str] | None, limit: int, now: datetime
    ) -> Sequence[EksporJadi]:
        """In the order (dibuat_pada, id), backwards."""
        query = _newest_first().where(is_of(pemilik), _there(now)).limit(limit)
        if before is not None:
            place = sa.tuple_(EKSPOR.c.dibuat_pada, EKSPOR.c.id)
            moment = sa.literal(before[0], EKSPOR.c.dibuat_pada.type)
            query = query.where(place < sa.tuple_(moment, sa.literal(before[1])))
        return await self._found(query)

    async def all(self, now: datetime) -> Sequence[EksporJadi]:
        """For operators."""
        return await self._found(_newest_first().where(_there(now)))

    async def remove(self, ekspor_id: str, pemilik: PemilikTugas | None = None) -> bool:
        """Delete it with the names of its files; whoever works on it finds it gone."""
        which = EKSPOR.c.id == ekspor_id
        if pemilik is not None:
            which = sa.and_(which, is_of(pemilik))
        async with self._database.writing() as connection:
            done = await connection.execute(sa.delete(EKSPOR).where(which))
        return done.rowcount > 0

    async def point(self, pemilik: PemilikTugas, sejak: datetime) -> Titik | None:
        """The newest one up to then."""
        query = newest_point(pemilik).where(EKSPOR_TITIK.c.pada <= sejak)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else titik_of(row)

    async def withheld(self, ekspor: Ekspor) -> bool:
        """Read anew each time."""
        async with self._database.reading() as connection:
            return await is_withheld(connection, ekspor)

    async def _found(self, query: sa.Select[Any]) -> list[EksporJadi]:
        async with self._database.snapshot() as connection:
            found = [ekspor_of(row) for row in await connection.execute(query)]
            rows = await connection.execute(files_of([one.id for one in found]))
            files = {
                ekspor_id: tuple(map(berkas_of, own))
                for ekspor_id, own in groupby(rows, attrgetter("ekspor_id"))
            }
        return [EksporJadi(ekspor=one, berkas=files.get(one.id, ())) for one in found]


def _there(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(EKSPOR.c.hapus_pada.is_(None), EKSPOR.c.hapus_pada > now)


def _newest_first() -> sa.Select[Any]:
    return sa.select(*TOLD).order_by(EKSPOR.c.dibuat_pada.desc(), EKSPOR.c.id.desc())
