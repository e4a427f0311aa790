"""Counts PPKS records in the store, and reads the counts that agencies published."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from gateway.domain.policy import View
from gateway.domain.statistics import (
    BEDA_INSTANSI,
    Hitungan,
    PermintaanHitung,
    PermintaanTerbitan,
    Sel,
    Terbitan,
)
from gateway.infra.db.engine import Database
from gateway.infra.db.reading import dimension_sql, policy_sql
from gateway.infra.db.tables import ANGKA, PPKS

_NUMBERS: Final = ("rekaman", "orang", "ditahan")
# What two agencies state of the same.
_SAME: Final = tuple(
    ANGKA.c[name] for name in ("kode_wilayah", "jenis", "subjenis", "tahun", "satuan")
)
_EXTREMES: Final = (sa.func.min, sa.func.max)
_DIFFERS: Final = "berbeda"
_PUBLISHED_ORDER: Final = ("kode_wilayah", "jenis", "subjenis", "tahun", "instansi", "sistem")


class SqlStatistik:
    """The `StatistikStore` port: the store counts, and never hands a record over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hitung(self, view: View, hitungan: Hitungan, most: int) -> Sequence[Sel]:
        """Up to `most` cells that the view shows, in the order of their values."""
        names = [dimension.value for dimension in hitungan.permintaan.menurut]
        query = _told(hitungan, _counted(view, hitungan), names)
        by_value = [query.selected_columns[name].asc().nulls_last() for name in names]
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(*by_value).limit(most))
            return tuple(_cell(hitungan, row) for row in rows.mappings() if _holds(row))

    async def terbitan(
        self, view: View, permintaan: PermintaanTerbitan, most: int
    ) -> Sequence[Terbitan]:
        """Up to `most` published counts that the view shows, ordered by area, kind and year."""
        least, greatest = (of(ANGKA.c.nilai).over(partition_by=_SAME) for of in _EXTREMES)
        query = sa.select(ANGKA, (least != greatest).label(_DIFFERS))
        query = query.where(*_published(view, permintaan)).limit(most)
        query = query.order_by(*(ANGKA.c[name] for name in _PUBLISHED_ORDER))
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
            return tuple(_publication(dict(row)) for row in rows.mappings())


def _counted(view: View, hitungan: Hitungan) -> sa.Select[Any]:
    """Records and persons by the dimensions of the grant's table, else by those asked for."""
    asked = hitungan.permintaan
    dimensions = hitungan.tabel or asked.menurut
    columns = [dimension_sql.column(name, hitungan.tahun) for name in dimensions]
    split = dimension_sql.by_category(frozenset(dimensions) | asked.dimensi)
    source = dimension_sql.RECORDS_BY_CATEGORY if split else dimension_sql.RECORDS
    persons = sa.func.count(PPKS.c.rujukan.distinct())
    return (
        sa.select(
            *columns,
            sa.func.count(PPKS.c.id.distinct()).label("rekaman"),
            persons.label("orang"),
        )
        .select_from(source)
        .where(*_conditions(view, asked, hitungan.tahun, split=split))
        .group_by(*(sa.literal_column(str(place)) for place in range(1, len(columns) + 1)))
        .having(persons > 0)
    )


def _conditions(
    view: View, asked: PermintaanHitung, year: int, *, split: bool
) -> list[sa.ColumnElement[bool]]:
    # Nobody is told apart in a count; who stopped disclosure would show by leaving it.
    counted = msgspec.structs.replace(view, rekaman=True, terbatas=True)
    conditions = [policy_sql.rows(counted)]
    if split and view.kategori is not None:
        conditions.append(dimension_sql.CATEGORY.in_(sorted(view.kategori)))
    if asked.kode_wilayah is not None:
        conditions.append(policy_sql.in_area(asked.kode_wilayah))
    for dimension, value in asked.hanya.items():
        conditions.append(dimension_sql.column(dimension, year).element == value)
    return conditions


def _told(hitungan: Hitungan, counted: sa.Select[Any], names: list[str]) -> sa.Select[Any]:
    """The sums of the cells that are told; a cell below the threshold adds to none."""
    cells = counted.subquery("sel")
    open_ = cells.c.orang >= (hitungan.ambang or 0)
    numbers = (
        sa.func.sum(sa.case((open_, cells.c.rekaman), else_=0)),
        sa.func.sum(sa.case((open_, cells.c.orang), else_=0)),
        sa.func.sum(sa.case((open_, 0), else_=1)),
    )
    return sa.select(
        *(cells.c[name] for name in names),
        *(number.label(name) for number, name in zip(numbers, _NUMBERS, strict=True)),
    ).group_by(*(cells.c[name] for name in names))


def _holds(row: Any) -> bool:
    """False for the single row of a sum over nothing."""
    return row["rekaman"] is not None


def _cell(hitungan: Hitungan, row: Any) -> Sel:
    records, persons, withheld = (int(row[name]) for name in _NUMBERS)
    nothing_left = withheld > 0 and records == 0
    return Sel(
        nilai={name: row[name.value] for name in hitungan.permintaan.menurut},
        rekaman=None if nothing_left else records,
        orang=None if nothing_left else persons,
        ditahan=withheld > 0,
        sel_ditahan=withheld,
    )


def _published(view: View, asked: PermintaanTerbitan) -> list[sa.ColumnElement[bool]]:
    conditions = [policy_sql.area_granted(view, ANGKA.c.kode_wilayah)]
    if view.kategori is not None:
        conditions.append(ANGKA.c.jenis.in_(sorted(view.kategori)))
    if asked.kode_wilayah is not None:
        conditions.append(policy_sql.in_area(asked.kode_wilayah, ANGKA.c.kode_wilayah))
    wanted = {"jenis": asked.kategori, "tahun": asked.tahun}
    conditions += [ANGKA.c[name] == value for name, value in wanted.items() if value is not None]
    return conditions


def _publication(row: dict[str, Any]) -> Terbitan:
    warnings = [warning["kode"] for warning in row["peringatan"] or ()]
    if row[_DIFFERS] and BEDA_INSTANSI not in warnings:
        warnings.append(BEDA_INSTANSI)
    return Terbitan(
        kategori=row["jenis"],
        subjenis=row["subjenis"] or None,
        peringatan=tuple(warnings),
        **{name: row[name] for name in _AS_KEPT},
    )


_AS_KEPT: Final = (
    "sistem",
    "instansi",
    "kode_wilayah",
    "tahun",
    "nilai",
    "satuan",
    "diubah_pada",
)
