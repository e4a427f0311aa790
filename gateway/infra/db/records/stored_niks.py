"""Opens the NIKs that the records hold sealed, each person's once, without growing in memory."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

import sqlalchemy as sa

from gateway.domain.ports import Sealer
from gateway.infra.db.engine import Database
from gateway.infra.db.tables import PPKS

_ROWS_AT_ONCE: Final = 500


class SqlStoredNiks:
    """The `StoredNiks` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    async def batches(self) -> AsyncIterator[Sequence[str]]:
        """Every NIK once, in the order of the blind index."""
        last = ""
        while page := await self._page(last):
            last = page[-1].nik_indeks
            # One person may have several records, which stand together.
            firsts = {row.nik_indeks: row for row in page}
            yield [
                self._sealer.open(row.nik, f"ppks|nik|{row.id}".encode()).decode()
                for row in firsts.values()
            ]

    async def _page(self, last: str) -> Sequence[sa.Row[Any, Any, Any]]:
        query = (
            sa.select(PPKS.c.id, PPKS.c.nik_indeks, PPKS.c.nik)
            .where(PPKS.c.nik_indeks > last, PPKS.c.nik.is_not(None))
            .order_by(PPKS.c.nik_indeks)
            .limit(_ROWS_AT_ONCE)
        )
        async with self._database.reading() as connection:
            return (await connection.execute(query)).all()
