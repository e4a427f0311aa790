"""The admin log: who changed what and when, written in the transaction of the change itself."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.admin import CatatanAdmin
from gateway.infra.db.engine import Database
from gateway.infra.db.tables import CATATAN_ADMIN

_BATCH: Final = 500


async def note(
    connection: AsyncConnection,
    *,
    pada: datetime,
    oleh: str,
    peristiwa: str,
    objek: str,
    rincian: Mapping[str, Any],
) -> None:
    """Add one row. `rincian` holds no secret; it is kept as JSON."""
    values = {
        "pada": pada,
        "oleh": oleh,
        "peristiwa": peristiwa,
        "objek": objek,
        "rincian": dict(rincian),
    }
    await connection.execute(sa.insert(CATATAN_ADMIN).values(values))


class SqlAdminLog:
    """The `AdminLog` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def entries(self, since: datetime | None) -> AsyncIterator[CatatanAdmin]:
        """Every entry from a moment on, oldest first."""
        wanted = sa.true() if since is None else CATATAN_ADMIN.c.pada >= since
        last = 0
        while page := await self._page(sa.and_(wanted, CATATAN_ADMIN.c.nomor > last)):
            for entry in page:
                yield entry
            last = page[-1].nomor

    async def note(
        self, *, pada: datetime, oleh: str, peristiwa: str, objek: str, rincian: Mapping[str, Any]
    ) -> None:
        """Note an act that changes nothing in the store."""
        async with self._database.writing() as connection:
            await note(
                connection,
                pada=pada,
                oleh=oleh,
                peristiwa=peristiwa,
                objek=objek,
                rincian=rincian,
            )

    async def _page(self, which: sa.ColumnElement[bool]) -> list[CatatanAdmin]:
        query = sa.select(CATATAN_ADMIN).where(which).order_by(CATATAN_ADMIN.c.nomor).limit(_BATCH)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings()
            return [CatatanAdmin(**{str(name): row[name] for name in row}) for row in rows]
