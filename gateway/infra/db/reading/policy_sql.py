"""Compiles a view to SQL: the granted columns and the WHERE clause of the granted rows."""

from itertools import groupby
from typing import Final

import sqlalchemy as sa

from gateway.domain.policy import SELALU, View
from gateway.infra.db.records.person_tables import PPKS_ASAL
from gateway.infra.db.records.source_rows import GABUNGAN
from gateway.infra.db.subject_tables import PERMINTAAN_RUJUKAN
from gateway.infra.db.tables import KAB_KOTA, PPKS, PPKS_KATEGORI, PPKS_LAMPAU
from gateway.infra.db.unindexed import unindexed

Code = sa.ColumnElement[str]

# Attributes whose column has another name, or which travel with it.
_COLUMN: Final = {"sumber": "asal"}
# Attributes that the store makes of a column, which itself is not read.
_MADE: Final = {
    "tahun_lahir": sa.func.substr(PPKS.c.tanggal_lahir, 1, 4).label("tahun_lahir"),
}
_NOT_ATTRIBUTES: Final = frozenset(
    ("sidik", "tambahan", "peringatan", "urutan", "aturan", "konflik")
)
ATRIBUT_TERSIMPAN: Final = frozenset(
    column.name for column in PPKS.columns if column.name not in _NOT_ATTRIBUTES
)
# SQLite refuses a chain of some hundred comparisons, and long before that a set is faster.
_MOST_RANGES: Final = 30
_KAB_KOTA: Final = len("64.02")


def columns(view: View) -> list[sa.ColumnElement[object]]:
    """The columns to read: what everybody sees, and what is granted. Never more."""
    names = [*SELALU]
    names += sorted(
        column
        for name in view.atribut
        if (column := _COLUMN.get(name, name)) in ATRIBUT_TERSIMPAN and column not in names
    )
    # What was told otherwise belongs to who told it.
    names += ["konflik"] if "sumber" in view.atribut else []
    made = [_MADE[name] for name in sorted(view.atribut & _MADE.keys())]
    return [*(PPKS.c[name] for name in names), *made]


def rows(view: View, *, by_area: bool = True) -> sa.ColumnElement[bool]:
    """The rows that the view shows. `by_area`: nothing rarer than the area is looked for."""
    if not view.rekaman:
        return sa.false()
    there = sa.and_(PPKS.c.dihapus.is_(False), _not_held_back(view))
    return sa.and_(there, _area_shown(view, by_area=by_area), _in_categories(view))


def _not_held_back(view: View) -> sa.ColumnElement[bool]:
    """Rows of those who did not ask that their data stay here; read anew with every query.

    A record of several sources is held back where one of them tells of somebody who asked.
    A request about a record itself holds it whatever number it bears.
    """
    if view.terbatas:
        return sa.true()
    holding = PERMINTAAN_RUJUKAN.c
    asked = sa.select(holding.rujukan).where(holding.menahan.is_(True))
    keys = (PPKS.c.rujukan, PPKS.c.id)
    alone = (sa.exists(asked.where(holding.rujukan == key)) for key in keys)
    told = PPKS_ASAL.c
    theirs = holding.rujukan.in_((told.rujukan, told.id))
    joined = asked.join(PPKS_ASAL, theirs).where(told.ppks_id == PPKS.c.id)
    return ~sa.or_(*alone, sa.and_(PPKS.c.sistem == GABUNGAN, sa.exists(joined)))


def past_rows(view: View) -> sa.ColumnElement[bool]:
    """The past states that the view would have shown."""
    if not view.rekaman:
        return sa.false()
    past = PPKS_LAMPAU.c
    there = sa.true() if view.terbatas else past.ditahan.is_not(True)
    return sa.and_(there, area_granted(view, past.kode_wilayah), _had_categories(view))


def in_area(kode: str, column: Code = PPKS.c.kode_wilayah) -> sa.ColumnElement[bool]:
    """The area itself and all that lies in it, by segment: `/` is the character after `.`."""
    return sa.or_(column == kode, sa.and_(column >= f"{kode}.", column < f"{kode}/"))


def records_in(kode: str, *, by_area: bool = True) -> sa.ColumnElement[bool]:
    """Records of the area, so that a page of them is found in its order.

    By the index of areas all of a wide area would be read and sorted for each page: it is used for
    what is smaller than a regency only.
    """
    if by_area and len(kode) > _KAB_KOTA:
        return in_area(kode)
    if not by_area or len(kode) < _KAB_KOTA:
        return in_area(kode, unindexed(PPKS.c.kode_wilayah))
    regency = KAB_KOTA
    # Of codes that are no real ones; PostgreSQL would take it for another condition of its own.
    by_segment = sa.case((in_area(kode), sa.true()), else_=sa.false())
    return sa.and_(regency == kode, by_segment)


def in_category(*kode: str) -> sa.ColumnElement[bool]:
    """Records that have one of the categories; looked up for each, and so in the order of pages."""
    has = PPKS_KATEGORI.alias()
    found = sa.select(has.c.kode).where(has.c.ppks_id == PPKS.c.id, has.c.kode.in_(kode))
    return sa.exists(found.correlate(PPKS))


def area_granted(view: View, column: Code) -> sa.ColumnElement[bool]:
    """Whether a column's area lies in the view."""
    if view.wilayah is None:
        return sa.true()
    if len(view.wilayah) > _MOST_RANGES:
        return _in_many_areas(sorted(view.wilayah, key=len), column)
    return sa.or_(sa.false(), *(in_area(kode, column) for kode in sorted(view.wilayah)))


def _area_shown(view: View, *, by_area: bool) -> sa.ColumnElement[bool]:
    """The same for records: of one area in its order, of several wide ones in the order of all."""
    column, areas = PPKS.c.kode_wilayah, view.wilayah
    if areas is not None and len(areas) == 1:
        return records_in(*areas, by_area=by_area)
    is_narrow = areas is not None and all(len(kode) > _KAB_KOTA for kode in areas)
    return area_granted(view, column if by_area and is_narrow else unindexed(column))


def _in_many_areas(by_length: list[str], column: Code) -> sa.ColumnElement[bool]:
    """Like `in_area` for each: what the code with a `.` behind it begins with is in the set."""
    code = column + "."
    return sa.or_(
        *(
            sa.func.substr(code, 1, length + 1).in_([f"{kode}." for kode in same_length])
            for length, same_length in groupby(by_length, len)
        )
    )


def _in_categories(view: View) -> sa.ColumnElement[bool]:
    if view.kategori is None:
        return sa.true()
    if not view.kategori:
        return sa.false()
    return in_category(*sorted(view.kategori))


def _had_categories(view: View) -> sa.ColumnElement[bool]:
    """Without LIKE, which minds upper and lower case on one engine and not on the other."""
    if view.kategori is None:
        return sa.true()
    told = PPKS_LAMPAU.c.kategori
    had = (sa.func.replace(told, f",{kode},", "") != told for kode in sorted(view.kategori))
    return sa.or_(sa.false(), *had)
