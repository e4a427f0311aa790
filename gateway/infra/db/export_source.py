"""Reads what an export holds: everything from one moment of the store, some rows at a time."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ekspor import Titik, telusur
from gateway.domain.policy import View
from gateway.domain.ports_ekspor import Rows, Show
from gateway.domain.umpan import JenisPerubahan, KeadaanUmpan, Telusur
from gateway.infra.crypto import Keyring
from gateway.infra.db.driver_rows import driver_rows
from gateway.infra.db.engine import Database
from gateway.infra.db.export_lines import Lines
from gateway.infra.db.feed import ended, feed_state, is_told, no_longer_shown
from gateway.infra.db.tables import PPKS, PPKS_LAMPAU, UMPAN

_ROWS: Final = 1000
"""Rows that are fetched at a time; others in this process have their turn in between."""
_NEWEST: Final = ("versi", "pada", "digabung_ke")


class Hilang(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A record that left the view, as the change feed tells it."""

    id: str
    versi: int
    pada: datetime
    jenis: JenisPerubahan
    digabung_ke: str | None = None


class SqlMoment:
    """The `Moment` port: one snapshot, rows by the driver's own cursor."""

    def __init__(
        self, connection: AsyncConnection, searched: Telusur, umpan: KeadaanUmpan, lines: Lines
    ) -> None:
        self._connection = connection
        self._searched = searched
        self._lines = lines
        self.umpan = umpan
        self.show: Show = lines.show
        self.persons = lines.persons
        self.columns: Sequence[str] = lines.names

    async def count(self) -> int:
        """Of what will be told."""
        query = sa.select(sa.func.count()).select_from(PPKS).where(is_told(self._searched))
        return await self._connection.scalar(query) or 0

    async def present(self) -> AsyncIterator[Rows]:
        """In no order: a reader that keeps them by `id` needs none."""
        query = sa.select(*self._lines.columns).where(is_told(self._searched))
        async for rows in driver_rows(self._connection, query, _ROWS):
            yield rows

    async def gone(self) -> AsyncIterator[Sequence[msgspec.Struct]]:
        """Each record once, however often it left."""
        left = sa.union_all(ended(self._searched), no_longer_shown(self._searched)).subquery()
        newest = (sa.func.max(left.c[name]).label(name) for name in _NEWEST)
        query = sa.select(left.c.id, *newest).group_by(left.c.id)
        options = {"yield_per": _ROWS}
        async with self._connection.stream(query, execution_options=options) as result:
            async for rows in result.partitions():
                yield [Hilang(jenis=JenisPerubahan.HAPUS, **row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's documented name


class SqlExportSource:
    """The `ExportSource` port."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    @asynccontextmanager
    async def moment(self, pandangan: View, dasar: Titik | None) -> AsyncIterator[SqlMoment]:
        """The first query decides which moment it is."""
        lines = Lines(pandangan, self._keyring)
        async with self._database.snapshot() as connection:
            state = await feed_state(connection)
            searched = telusur(pandangan, dasar, state.terakhir)
            yield SqlMoment(connection, searched, state, lines)

    async def state(self) -> KeadaanUmpan:
        """As it is now."""
        async with self._database.reading() as connection:
            return await feed_state(connection)

    async def number_at(self, moment: datetime) -> int:
        """Moments of changes grow with their numbers, so the first one at or after it tells."""
        later = sa.union_all(
            sa.select(sa.func.min(PPKS.c.nomor).label("nomor")).where(PPKS.c.diubah_pada >= moment),
            sa.select(sa.func.min(PPKS_LAMPAU.c.sampai)).where(PPKS_LAMPAU.c.pada >= moment),
        ).subquery()
        first = sa.select(sa.func.min(later.c.nomor)).scalar_subquery()
        query = sa.select(sa.func.coalesce(first - 1, UMPAN.c.terakhir))
        async with self._database.reading() as connection:
            return await connection.scalar(query) or 0
