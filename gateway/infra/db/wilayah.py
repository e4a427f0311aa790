"""The table of areas below the built-in provinces and regencies, as an operator loaded it."""

from collections.abc import AsyncIterator, Iterable

import msgspec
import sqlalchemy as sa

from gateway.domain.wilayah import Wilayah
from gateway.infra.db.batches import batches
from gateway.infra.db.engine import Database
from gateway.infra.db.tables import WILAYAH
from gateway.infra.db.upsert import upsert

_BATCH = 1000


class SqlWilayah:
    """The `WilayahStore` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, areas: Iterable[Wilayah]) -> int:
        """Insert or update all areas in one transaction; the number the table then holds."""
        async with self._database.writing() as connection:
            for batch in batches(areas, _BATCH):
                rows = [msgspec.structs.asdict(area) for area in batch]
                await connection.execute(upsert(connection.dialect.name, WILAYAH), rows)
            count = await connection.scalar(sa.select(sa.func.count()).select_from(WILAYAH))
        return count or 0

    async def all(self) -> AsyncIterator[Wilayah]:
        """Every loaded area, in the order of the codes."""
        async with self._database.reading() as connection:
            rows = await connection.execute(sa.select(WILAYAH).order_by(WILAYAH.c.kode))
            for row in rows.mappings():
                yield Wilayah(**row)
