"""Reads what an export holds: everything from one moment of the store, some rows at a time."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ekspor import BagianEkspor, Ekspor, telusur
from gateway.domain.ports_ekspor import Note, Writing
from gateway.domain.umpan import JenisPerubahan, KeadaanUmpan, Telusur
from gateway.infra.crypto import Keyring
from gateway.infra.db.driver_rows import driver_rows
from gateway.infra.db.engine import Database
from gateway.infra.db.exports.lines import Lines
from gateway.infra.db.exports.shared_moment import Share, join_moment, share_moment
from gateway.infra.db.reading.feed import ended, feed_state, is_told, no_longer_shown
from gateway.infra.db.tables import PPKS, PPKS_LAMPAU, UMPAN

_ROWS: Final = 250
"""Rows that are fetched at a time. Of four times as many, each cost a tenth more: they and what is
made of them do not stay in a core's cache. Others in this process have their turn in between."""
_NAMES: Final = 1000
"""Persons who are named at a time: as many as one entry of the log holds."""
_UNHURRIED: Final = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
)
"""One query tells all records; whoever shares a moment has nothing to ask while others read."""
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
        self.columns: Sequence[str] = lines.names

    async def count(self) -> int:
        """Of what will be told."""
        query = sa.select(sa.func.count()).select_from(PPKS).where(is_told(self._searched))
        return await self._connection.scalar(query) or 0

    async def units(self, width: int) -> list[BagianEkspor]:
        """How many of them have a number of each range that is `width` wide; none that is empty."""
        unit = PPKS.c.nomor // width
        query = sa.select(unit, sa.func.count()).where(is_told(self._searched))
        found = await self._connection.execute(query.group_by(unit).order_by(unit))
        return [
            BagianEkspor(sesudah=first * width - 1, sampai=(first + 1) * width - 1, baris=rows)
            for first, rows in found
        ]

    async def write(self, files: Writing, note: Note) -> None:
        """All of them; in no order: a reader that keeps them by `id` needs none."""
        await self._write(is_told(self._searched), files, note)

    async def write_part(self, part: BagianEkspor, files: Writing, note: Note) -> None:
        """Those of one range."""
        after = max(part.sesudah, self._searched.nomor)
        narrowed = is_told(msgspec.structs.replace(self._searched, nomor=after))
        await self._write(sa.and_(narrowed, PPKS.c.nomor <= part.sampai), files, note)

    async def _write(self, told: sa.ColumnElement[bool], files: Writing, note: Note) -> None:
        query = sa.select(*self._lines.columns).where(told)
        noted: list[str] = []
        async for rows in driver_rows(self._connection, query, _ROWS):
            noted += self._lines.persons(rows)
            if len(noted) >= _NAMES:
                await note(noted)
                noted = []
            await files.put(JenisPerubahan.ADA, rows, self._lines.show)
        if noted:
            await note(noted)

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
    async def moment(self, ekspor: Ekspor, share: Share | None = None) -> AsyncIterator[SqlMoment]:
        """The first query decides which moment it is; `share` has others join it before."""
        async with self._snapshot() as connection:
            if share is not None:
                await share_moment(self._database, connection, share)
            yield await self._read(connection, ekspor)

    @asynccontextmanager
    async def joined(self, ekspor: Ekspor, name: str) -> AsyncIterator[SqlMoment]:
        """A moment that another process shares."""
        async with self._snapshot() as connection:
            await join_moment(connection, name)
            yield await self._read(connection, ekspor)

    async def has(self, ekspor: Ekspor, rows: int) -> bool:
        """Whether there are so many records to tell; not all are counted."""
        async with self._database.reading() as connection:
            state = await feed_state(connection)
            searched = telusur(ekspor.pandangan, ekspor.dasar, state.terakhir)
            told = sa.select(PPKS.c.id).where(is_told(searched)).limit(rows).subquery()
            return await connection.scalar(sa.select(sa.func.count()).select_from(told)) == rows

    @asynccontextmanager
    async def _snapshot(self) -> AsyncIterator[AsyncConnection]:
        """One that lasts as long as it takes, whatever bounds the server sets to others."""
        async with self._database.snapshot() as connection:
            if connection.dialect.name == "postgresql":
                for bound in _UNHURRIED:
                    await connection.execute(sa.text(bound))
            yield connection

    async def _read(self, connection: AsyncConnection, ekspor: Ekspor) -> SqlMoment:
        state = await feed_state(connection)
        searched = telusur(ekspor.pandangan, ekspor.dasar, state.terakhir)
        return SqlMoment(connection, searched, state, Lines(ekspor.pandangan, self._keyring))

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
