"""The dimensions of counts as columns of the store."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import sqlalchemy as sa

from gateway.domain.statistics import BAWAH_UMUR, TINGKAT_DIMENSI, Dimensi
from gateway.infra.db.json_sql import json_items, json_member
from gateway.infra.db.tables import PPKS

Column = sa.ColumnElement[Any]

_CODE_LENGTHS: Final = dict(zip(TINGKAT_DIMENSI, (2, 5, 8, 13), strict=True))
_YEAR: Final = sa.func.substr(PPKS.c.tanggal_lahir, 1, 4)
# Documents as the text that they are: their column type would decode them.
_CATEGORIES: Final = sa.type_coerce(PPKS.c.kategori, sa.Text)
_ORIGIN: Final = sa.type_coerce(PPKS.c.asal, sa.Text)
_ITEM: Final = json_items(_CATEGORIES).table_valued("value", name="jenis")

RECORDS: Final = PPKS
"""Each record once."""
RECORDS_BY_CATEGORY: Final = PPKS.outerjoin(_ITEM, sa.true())
"""Each record once for each of its categories."""
CATEGORY: Final = json_member(_ITEM.c.value, sa.literal_column("'kode'"))

_OF_CATEGORY: Final = frozenset((Dimensi.KATEGORI, Dimensi.SUBJENIS))


def by_category(dimensions: frozenset[Dimensi]) -> bool:
    """Whether records are counted for each of their categories."""
    return bool(_OF_CATEGORY & dimensions)


def column(dimension: Dimensi, year: int) -> Column:
    """The value of a dimension; NULL where the record does not say. Ages are those of `year`."""
    made = _area(dimension) if dimension in _CODE_LENGTHS else _COLUMNS[dimension](year)
    return made.label(dimension.value)


def _area(level: Dimensi) -> Column:
    length = _CODE_LENGTHS[level]
    code = PPKS.c.kode_wilayah
    # Where a code is not of the usual form, `64.021`, nothing may pass for an area around it.
    ends = sa.func.substr(code + ".", length + 1, 1) == "."
    return sa.case((ends, sa.func.substr(code, 1, length)))


def _age_band(year: int) -> Column:
    youngest_first = sorted(BAWAH_UMUR.items(), key=lambda item: item[1], reverse=True)
    return sa.case(
        *((str(year - age) >= _YEAR, sa.literal(band.value)) for band, age in youngest_first)
    )


_COLUMNS: Final[Mapping[Dimensi, Callable[[int], Column]]] = {
    Dimensi.KATEGORI: lambda _year: CATEGORY,
    Dimensi.SUBJENIS: lambda _year: json_member(_ITEM.c.value, sa.literal_column("'subjenis'")),
    Dimensi.JENIS_KELAMIN: lambda _year: PPKS.c.jenis_kelamin,
    Dimensi.KELOMPOK_UMUR: _age_band,
    Dimensi.SISTEM: lambda _year: PPKS.c.sistem,
    Dimensi.PERIODE: lambda _year: json_member(_ORIGIN, sa.literal_column("'versi'")),
}
