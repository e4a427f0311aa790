"""Reads what of PPKS records a sample is drawn from; nothing else leaves the store."""

from collections.abc import Sequence
from typing import Final

import msgspec
import sqlalchemy as sa

from gateway.domain.contoh import RekamanKasar
from gateway.domain.policy import View, saring_kategori
from gateway.domain.ppks import Kategori
from gateway.infra.db.engine import Database
from gateway.infra.db.reading import policy_sql
from gateway.infra.db.tables import PPKS

_YEAR: Final = sa.func.substr(PPKS.c.tanggal_lahir, 1, 4).label("tahun_lahir")
_COLUMNS: Final = (PPKS.c.id, PPKS.c.rujukan, _YEAR, PPKS.c.kode_wilayah, PPKS.c.kategori)


class SqlContoh:
    """The `ContohStore` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rekaman(self, view: View, after: str, limit: int) -> Sequence[RekamanKasar]:
        """Records in the order of their ids, after one."""
        query = (
            sa.select(*_COLUMNS)
            .where(policy_sql.rows(view), PPKS.c.id > after)
            .order_by(PPKS.c.id)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings()
            return [_coarse(view, row) for row in rows]


def _coarse(view: View, row: sa.RowMapping) -> RekamanKasar:
    told = {str(name): row[name] for name in row}
    kinds = msgspec.convert(told["kategori"] or (), tuple[Kategori, ...])
    told["kategori"] = tuple(kind.kode for kind in saring_kategori(view, kinds))
    return RekamanKasar(**told)
