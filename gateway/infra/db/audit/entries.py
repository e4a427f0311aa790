"""Reads the audit log through an auditor's engagement."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from gateway.domain.audit import EntriAudit, HasilAudit
from gateway.domain.catatan import (
    DimensiCatatan,
    EntriTercatat,
    Kelompok,
    KondisiCatatan,
    Letak,
    PandanganCatatan,
)
from gateway.infra.db.audit.granted_areas import GrantedAreas
from gateway.infra.db.audit.order import PLACE, sealed
from gateway.infra.db.engine import Database
from gateway.infra.db.tables import AUDIT
from gateway.infra.sealing.leaves import Leaves, Salt

Conditions = list[sa.ColumnElement[bool]]

_KEPT: Final = EntriAudit.__struct_fields__
_FIRST_WINDOW: Final = 1024
_EQUAL: Final = ("client_id", "nomor_pks", "tujuan", "hasil", "peristiwa", "alasan")


class day_in_west(GenericFunction[str]):  # noqa: N801 - the name stands in the SQL
    """The day of a moment in western Indonesia (UTC+7), by which quotas are counted too."""

    type = sa.Text()
    inherit_cache = True


@compiles(day_in_west, "sqlite")
def _day_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    # To the second: SQLite would round the last microseconds of a day up to the next one.
    return f"date(substr({compiler.process(element.clauses, **options)}, 1, 19), '+7 hours')"


@compiles(day_in_west, "postgresql")
def _day_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"to_char({moment} AT TIME ZONE 'UTC' + interval '7 hours', 'YYYY-MM-DD')"


_DIMENSIONS: Final[Mapping[DimensiCatatan, sa.ColumnElement[Any]]] = {
    name: day_in_west(AUDIT.c.pada) if name is DimensiCatatan.HARI else AUDIT.c[name.value]
    for name in DimensiCatatan
}


class SqlCatatan:
    """The `CatatanStore` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database, salt: Salt) -> None:
        """`salt`: what hides the person of an entry in its leaf."""
        self._database = database
        self._areas = GrantedAreas()
        self._leaves = Leaves(database.engine.dialect.name, salt)

    async def entri(
        self,
        view: PandanganCatatan,
        kondisi: KondisiCatatan,
        letak: Letak,
        limit: int,
        *,
        daun: bool = False,
    ) -> Sequence[EntriTercatat]:
        """Looks into a window of the log that grows until it holds enough.

        So neither engine ever sorts, nor reads, much more than there is to tell.
        """
        found: list[sa.RowMapping] = []
        async with self._database.reading() as connection:
            conditions = [*await self._shown(connection, view), *_asked(kondisi)]
            for window in _windows(letak):
                found += await self._within(connection, window, conditions, limit - len(found))
                if len(found) == limit:
                    break
            texts = await self._texts(connection, found) if daun else {}
        return [_entry(row, texts.get(row["nomor"])) for row in found]

    async def _within(
        self, connection: AsyncConnection, window: Letak, conditions: Conditions, limit: int
    ) -> Sequence[sa.RowMapping]:
        rows, inside = sealed(window)
        columns = (PLACE.label("tempat"), AUDIT.c.nomor, *(AUDIT.c[name] for name in _KEPT))
        query = sa.select(*columns).select_from(rows).where(inside, *conditions)
        result = await connection.execute(query.order_by(PLACE).limit(limit))
        return result.mappings().all()

    async def _texts(
        self, connection: AsyncConnection, found: Sequence[sa.RowMapping]
    ) -> dict[int, str]:
        """The texts of the rows' leaves, by row."""
        numbers = [row["nomor"] for row in found]
        rows = await connection.execute(self._leaves.query.where(AUDIT.c.nomor.in_(numbers)))
        return {row.nomor: self._leaves.leaf(row).decode() for row in rows}

    async def hitung(
        self,
        view: PandanganCatatan,
        kondisi: KondisiCatatan,
        menurut: Sequence[DimensiCatatan],
        most: int,
    ) -> Sequence[Kelompok]:
        """Up to `most` groups of entries."""
        columns = [_DIMENSIONS[name].label(name.value) for name in menurut]
        places: list[sa.ColumnElement[Any]] = [
            sa.literal_column(str(place)) for place in range(1, len(columns) + 1)
        ]
        numbers = (sa.func.count().label("entri"), sa.func.sum(AUDIT.c.jumlah).label("jumlah"))
        async with self._database.reading() as connection:
            query = (
                sa.select(*columns, *numbers)
                .where(*await self._shown(connection, view), *_asked(kondisi))
                .group_by(*places)
                .having(sa.func.count() > 0)
                .order_by(*(column.asc().nulls_last() for column in columns))
                .limit(most)
            )
            rows = (await connection.execute(query)).mappings()
            return [_group(row, menurut) for row in rows]

    async def _shown(self, connection: AsyncConnection, view: PandanganCatatan) -> Conditions:
        """What the engagement shows; a NULL is in no list."""
        conditions: Conditions = [AUDIT.c.pada >= view.sejak, AUDIT.c.pada < view.sampai]
        limits = ((AUDIT.c.client_id, view.client_id), (AUDIT.c.nomor_pks, view.nomor_pks))
        conditions += [column.in_(sorted(names)) for column, names in limits if names is not None]
        if view.wilayah is not None:
            versions = await self._areas.within(connection, view.wilayah)
            conditions.append(sa.tuple_(AUDIT.c.grant_id, AUDIT.c.grant_versi).in_(versions))
        return conditions


def _asked(kondisi: KondisiCatatan) -> Conditions:
    wanted = {name: getattr(kondisi, name) for name in _EQUAL}
    conditions = [AUDIT.c[name] == value for name, value in wanted.items() if value is not None]
    if kondisi.sejak is not None:
        conditions.append(AUDIT.c.pada >= kondisi.sejak)
    if kondisi.sampai is not None:
        conditions.append(AUDIT.c.pada < kondisi.sampai)
    return conditions


def _windows(letak: Letak) -> Iterator[Letak]:
    """Neighbouring windows of a reading, each twice as large as the one before."""
    start, size = letak.dari, _FIRST_WINDOW
    while start < letak.sampai:
        end = min(start + size, letak.sampai)
        yield Letak(start, end)
        start, size = end, size * 2


def _entry(row: sa.RowMapping, leaf: str | None) -> EntriTercatat:
    kept = {name: row[name] for name in _KEPT}
    kept |= {"hasil": HasilAudit(kept["hasil"]), "atribut": tuple(kept["atribut"])}
    return EntriTercatat(tempat=row["tempat"], entri=EntriAudit(**kept), daun=leaf)


def _group(row: sa.RowMapping, menurut: Sequence[DimensiCatatan]) -> Kelompok:
    return Kelompok(
        nilai={name: row[name.value] for name in menurut},
        entri=row["entri"],
        jumlah=int(row["jumlah"]),
    )
