"""Keeps agreements and which of their reports were handed in; every write leaves an admin row."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.errors import Conflict, NotFound
from gateway.domain.perjanjian import JenisLaporan, Perjanjian
from gateway.domain.ports_perjanjian import Diserahkan
from gateway.infra.db.admin_log import note
from gateway.infra.db.agreements.tables import PERJANJIAN, PERJANJIAN_LAPORAN
from gateway.infra.db.engine import Database
from gateway.kit.clock import Clock


class SqlAgreements:
    """The `Agreements` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def one(self, nomor: str) -> Perjanjian | None:
        """One agreement, or None."""
        async with self._database.reading() as connection:
            return await _find(connection, nomor)

    async def all(self) -> Sequence[Perjanjian]:
        """All of them by number."""
        query = sa.select(PERJANJIAN.c.isi).order_by(PERJANJIAN.c.nomor)
        async with self._database.reading() as connection:
            return [msgspec.convert(isi, Perjanjian) for isi in await connection.scalars(query)]

    async def add(self, perjanjian: Perjanjian, *, oleh: str) -> None:
        """Store a new one. Raises Conflict where the number is there already."""
        values = {
            "nomor": perjanjian.nomor,
            "isi": _plain(perjanjian),
            "dicatat_pada": self._clock(),
            "dicatat_oleh": oleh,
        }
        async with self._database.writing() as connection:
            try:
                await connection.execute(sa.insert(PERJANJIAN).values(values))
            except IntegrityError:
                raise Conflict("nomor: sudah ada / exists already") from None
            await self._note(connection, "perjanjian.tambah", None, perjanjian, oleh)

    async def update(
        self, nomor: str, step: Callable[[Perjanjian], Perjanjian], *, oleh: str, peristiwa: str
    ) -> Perjanjian:
        """Store what `step` makes of one. Raises NotFound, and whatever `step` raises."""
        async with self._database.writing() as connection:
            before = await _find(connection, nomor, lock=True)
            if before is None:
                raise NotFound("perjanjian tidak ada / no such agreement")
            after = step(before)
            values = {
                "isi": _plain(after),
                "dicatat_pada": self._clock(),
                "dicatat_oleh": oleh,
            }
            same = PERJANJIAN.c.nomor == nomor
            await connection.execute(sa.update(PERJANJIAN).where(same).values(values))
            await self._note(connection, peristiwa, before, after, oleh)
            return after

    async def hand_in(self, laporan: Diserahkan, *, pada: datetime, oleh: str) -> None:
        """Note that a report was handed in; a second time changes nothing. Raises NotFound."""
        values = {"diserahkan_pada": pada, "diserahkan_oleh": oleh, **_key(laporan)}
        table = PERJANJIAN_LAPORAN
        same = sa.and_(*(table.c[name] == value for name, value in _key(laporan).items()))
        async with self._database.writing() as connection:
            # The agreement's row is the lock, so that two who hand in at once do it once.
            if await _find(connection, laporan.nomor, lock=True) is None:
                raise NotFound("perjanjian tidak ada / no such agreement")
            if await connection.scalar(sa.select(table.c.nomor).where(same)) is not None:
                return
            await connection.execute(sa.insert(table).values(values))
            await note(
                connection,
                pada=pada,
                oleh=oleh,
                peristiwa="perjanjian.laporan_diserahkan",
                objek=laporan.nomor,
                rincian={"jenis": laporan.jenis, "periode": laporan.periode},
            )

    async def handed_in(self) -> Collection[Diserahkan]:
        """All reports that were handed in."""
        columns = PERJANJIAN_LAPORAN.c
        query = sa.select(columns.nomor, columns.jenis, columns.periode)
        async with self._database.reading() as connection:
            return frozenset(
                Diserahkan(nomor=row.nomor, jenis=JenisLaporan(row.jenis), periode=row.periode)
                for row in await connection.execute(query)
            )

    async def _note(
        self,
        connection: AsyncConnection,
        peristiwa: str,
        before: Perjanjian | None,
        after: Perjanjian,
        oleh: str,
    ) -> None:
        await note(
            connection,
            pada=self._clock(),
            oleh=oleh,
            peristiwa=peristiwa,
            objek=after.nomor,
            rincian={"sebelum": before and _plain(before), "sesudah": _plain(after)},
        )


async def _find(
    connection: AsyncConnection, nomor: str, *, lock: bool = False
) -> Perjanjian | None:
    query = sa.select(PERJANJIAN.c.isi).where(PERJANJIAN.c.nomor == nomor)
    isi = await connection.scalar(query.with_for_update() if lock else query)
    return None if isi is None else msgspec.convert(isi, Perjanjian)


def _plain(perjanjian: Perjanjian) -> object:
    return msgspec.to_builtins(perjanjian, order="deterministic")


def _key(laporan: Diserahkan) -> dict[str, str]:
    return {"nomor": laporan.nomor, "jenis": laporan.jenis.value, "periode": laporan.periode}
