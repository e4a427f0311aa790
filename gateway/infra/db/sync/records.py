"""Remembers which records a system told of, and which it was sent."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from gateway.domain.sinkron import TERTAHAN, Kiriman, Sewa, StatusKiriman
from gateway.infra.db.batches import batches
from gateway.infra.db.engine import Database
from gateway.infra.db.sync.hold import begin_anew, is_held, still_held
from gateway.infra.db.sync.tables import SINKRON_KIRIMAN, SINKRON_TERLIHAT
from gateway.infra.db.upsert import upsert

_IDS: Final = 500
"""Names in one question; far below what either engine takes."""
_NO_ROUND: Final = 0
"""Before every round: what was not met in one is looked for at its end."""
_TOLD: Final = tuple(SINKRON_KIRIMAN.c[name] for name in Kiriman.__struct_fields__)


class SqlSeenRecords:
    """The `SeenRecords` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def see(self, sewa: Sewa, names: Collection[str], putaran: int) -> None:
        """Insert what is new, and move the rest to this round."""
        rows = [
            {"sistem": sewa.jalur.sistem, "id_sumber": name, "putaran": putaran}
            for name in sorted(set(names))
        ]
        if rows:
            async with self._database.writing() as connection:
                await still_held(connection, sewa)
                statement = upsert(connection.dialect.name, SINKRON_TERLIHAT)
                await connection.execute(statement, rows)

    async def forget(self, sewa: Sewa, names: Collection[str]) -> None:
        """Delete them."""
        if not names:
            return
        async with self._database.writing() as connection:
            await still_held(connection, sewa)
            for some in batches(names, _IDS):
                gone = sa.delete(SINKRON_TERLIHAT).where(_named(sewa.jalur.sistem, some))
                await connection.execute(gone)

    async def known(self, sistem: str, names: Collection[str]) -> Sequence[str]:
        """In the order in which they are asked for, in parts."""
        found: list[str] = []
        async with self._database.reading() as connection:
            for some in batches(names, _IDS):
                query = sa.select(SINKRON_TERLIHAT.c.id_sumber).where(_named(sistem, some))
                found += await connection.scalars(query)
        return found

    async def count(self, sistem: str) -> int:
        """Of all rounds."""
        return await self._count(SINKRON_TERLIHAT.c.sistem == sistem)

    async def count_unseen(self, sistem: str, putaran: int) -> int:
        """Of earlier rounds."""
        return await self._count(_before(sistem, putaran))

    async def unseen(self, sistem: str, putaran: int, limit: int) -> Sequence[str]:
        """By name."""
        name = SINKRON_TERLIHAT.c.id_sumber
        query = sa.select(name).where(_before(sistem, putaran)).order_by(name).limit(limit)
        async with self._database.reading() as connection:
            return list(await connection.scalars(query))

    async def _count(self, which: sa.ColumnElement[bool]) -> int:
        query = sa.select(sa.func.count()).select_from(SINKRON_TERLIHAT).where(which)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar_one()


class SqlSentRecords:
    """The `SentRecords` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, sistem: str, ids: Collection[str]) -> Mapping[str, Kiriman]:
        """By id."""
        found: dict[str, Kiriman] = {}
        column = SINKRON_KIRIMAN.c
        async with self._database.reading() as connection:
            for some in batches(ids, _IDS):
                query = sa.select(*_TOLD).where(column.sistem == sistem, column.ppks_id.in_(some))
                found |= {row.ppks_id: _kiriman(row) for row in await connection.execute(query)}
        return found

    async def store(self, sewa: Sewa, sent: Sequence[Kiriman], putaran: int) -> None:
        """All or nothing."""
        if not sent:
            return
        sistem = sewa.jalur.sistem
        gone = [one.ppks_id for one in sent if _is_gone(one)]
        rows = [_row(sistem, one, putaran) for one in sent if not _is_gone(one)]
        column = SINKRON_KIRIMAN.c
        async with self._database.writing() as connection:
            await still_held(connection, sewa)
            for some in batches(gone, _IDS):
                these = sa.and_(column.sistem == sistem, column.ppks_id.in_(some))
                await connection.execute(sa.delete(SINKRON_KIRIMAN).where(these))
            if rows:
                await connection.execute(upsert(connection.dialect.name, SINKRON_KIRIMAN), rows)

    async def doubt(self, sewa: Sewa, begun: Sequence[Kiriman]) -> None:
        """Whoever has the direction by now loses it, since it went on from what it knew."""
        rows = [_row(sewa.jalur.sistem, one, _NO_ROUND) for one in begun]
        async with self._database.writing() as connection:
            if rows and not await is_held(connection, sewa):
                await begin_anew(connection, sewa.jalur)
                await connection.execute(upsert(connection.dialect.name, SINKRON_KIRIMAN), rows)

    async def unseen(self, sistem: str, putaran: int, limit: int) -> Sequence[Kiriman]:
        """Those whose end was refused are not tried again by this."""
        column = SINKRON_KIRIMAN.c
        query = (
            sa.select(*_TOLD)
            .where(column.sistem == sistem, column.putaran < putaran, ~column.dihapus)
            .order_by(column.ppks_id)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return [_kiriman(row) for row in await connection.execute(query)]

    async def held(self, sistem: str, after: str, limit: int) -> Sequence[Kiriman]:
        """Conflicts and refusals."""
        column = SINKRON_KIRIMAN.c
        held = column.status.in_([status.value for status in TERTAHAN])
        query = (
            sa.select(*_TOLD)
            .where(column.sistem == sistem, held, column.ppks_id > after)
            .order_by(column.ppks_id)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return [_kiriman(row) for row in await connection.execute(query)]

    async def counts(self, sistem: str) -> Mapping[str, int]:
        """By status."""
        column = SINKRON_KIRIMAN.c
        query = (
            sa.select(column.status, sa.func.count().label("records"))
            .where(column.sistem == sistem)
            .group_by(column.status)
        )
        async with self._database.reading() as connection:
            return {row.status: row.records for row in await connection.execute(query)}

    async def lying(self, sistem: str) -> AsyncIterator[Kiriman]:
        """Page by page, so that no reading lasts."""
        column, last = SINKRON_KIRIMAN.c, ""
        lies = sa.and_(column.sistem == sistem, column.sidik.is_not(None), ~column.dihapus)
        while True:
            query = sa.select(*_TOLD).where(lies, column.ppks_id > last)
            async with self._database.reading() as connection:
                page = await connection.execute(query.order_by(column.ppks_id).limit(_IDS))
                found = [_kiriman(row) for row in page]
            for one in found:
                yield one
            if len(found) < _IDS:
                return
            last = found[-1].ppks_id


def _named(sistem: str, names: Sequence[str]) -> sa.ColumnElement[bool]:
    column = SINKRON_TERLIHAT.c
    return sa.and_(column.sistem == sistem, column.id_sumber.in_(names))


def _before(sistem: str, putaran: int) -> sa.ColumnElement[bool]:
    column = SINKRON_TERLIHAT.c
    return sa.and_(column.sistem == sistem, column.putaran < putaran)


def _is_gone(kiriman: Kiriman) -> bool:
    return kiriman.dihapus and kiriman.status is StatusKiriman.DITERIMA


def _row(sistem: str, kiriman: Kiriman, putaran: int) -> dict[str, Any]:
    values = {name: getattr(kiriman, name) for name in Kiriman.__struct_fields__}
    return values | {"sistem": sistem, "putaran": putaran, "status": kiriman.status.value}


def _kiriman(row: Any) -> Kiriman:
    values = {name: getattr(row, name) for name in Kiriman.__struct_fields__}
    return Kiriman(**values | {"status": StatusKiriman(row.status)})
