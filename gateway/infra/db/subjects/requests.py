"""Keeps what persons ask about their own data; what is granted takes effect as it is stored."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.errors import NotFound
from gateway.domain.permintaan_subjek import PermintaanSubjek
from gateway.infra.db.admin_log import note
from gateway.infra.db.engine import Database, take_turn
from gateway.infra.db.records.person_tables import PPKS_ASAL
from gateway.infra.db.records.shown_writer import touch_rows
from gateway.infra.db.subject_tables import PEMBATASAN, PERMINTAAN, PERMINTAAN_RUJUKAN
from gateway.infra.db.tables import PPKS
from gateway.kit.clock import Clock

_PERSONS: Final = PERMINTAAN_RUJUKAN.c


class SqlSubjectRequests:
    """The `SubjectRequests` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database, clock: Clock, changed: Callable[[], None]) -> None:
        """`changed` is told when it may have changed who is held back."""
        self._database = database
        self._clock = clock
        self._changed = changed

    async def add(self, permintaan: PermintaanSubjek) -> None:
        """Keep a new request with its persons."""
        persons = [
            {"permintaan_id": permintaan.id, "rujukan": key, "urut": place, "menahan": False}
            for place, key in enumerate(permintaan.rujukan)
        ]
        async with self._database.writing() as connection:
            await connection.execute(sa.insert(PERMINTAAN).values(_row(permintaan)))
            await connection.execute(sa.insert(PERMINTAAN_RUJUKAN), persons)
            await self._note(connection, permintaan, oleh=permintaan.dicatat_oleh)

    async def one(self, permintaan_id: str) -> PermintaanSubjek:
        """One request. Raises NotFound."""
        async with self._database.reading() as connection:
            return await _one(connection, permintaan_id)

    async def all(self) -> Sequence[PermintaanSubjek]:
        """Every request, by when it must be decided."""
        async with self._database.reading() as connection:
            return await _found(connection, sa.true())

    async def about(self, rujukan: Collection[str]) -> Sequence[PermintaanSubjek]:
        """The requests of whoever bears one of these keys."""
        theirs = sa.select(_PERSONS.permintaan_id).where(_PERSONS.rujukan.in_(rujukan))
        async with self._database.reading() as connection:
            return await _found(connection, PERMINTAAN.c.id.in_(theirs))

    async def step(
        self, permintaan_id: str, take: Callable[[PermintaanSubjek], PermintaanSubjek], *, oleh: str
    ) -> PermintaanSubjek:
        """Store what `take` makes of a request; disclosure stops or goes on with the commit."""
        try:
            async with self._database.writing() as connection:
                # Before the request is locked: writers of records look at it when they have it.
                await take_turn(connection)
                before = await _one(connection, permintaan_id, lock=True)
                after = take(before)
                same = PERMINTAAN.c.id == permintaan_id
                await connection.execute(sa.update(PERMINTAAN).where(same).values(_row(after)))
                if before.menahan != after.menahan:
                    await self._hold_back(connection, after)
                await self._note(connection, after, oleh=oleh)
                return after
        finally:
            self._changed()

    async def without_nik(self, ppks_ids: Collection[str]) -> frozenset[str]:
        """Those of the record ids whose records bear no NIK, deleted ones too."""
        query = sa.select(PPKS.c.id).where(PPKS.c.id.in_(ppks_ids), PPKS.c.nik_indeks.is_(None))
        async with self._database.reading() as connection:
            return frozenset(await connection.scalars(query))

    async def joined(self, rujukan: Collection[str]) -> frozenset[str]:
        """By the sources' records that bear the keys."""
        told = PPKS_ASAL.c
        joined = told.rujukan.in_(rujukan)
        theirs = sa.select(told.ppks_id).where(joined)
        query = sa.union(
            sa.select(PPKS.c.rujukan).where(PPKS.c.id.in_(theirs)),
            # Its own id was the key of a record as long as it bore no number.
            sa.select(told.id).where(joined),
            sa.select(PPKS.c.id).where(PPKS.c.rujukan.in_(rujukan)),
        )
        async with self._database.reading() as connection:
            return frozenset(await connection.scalars(query))

    async def reported(self, objek: str, *, oleh: str, rincian: dict[str, int]) -> None:
        """Note that an operator had a person's history reported."""
        async with self._database.writing() as connection:
            await note(
                connection,
                pada=self._clock(),
                oleh=oleh,
                peristiwa="subjek.laporan",
                objek=objek,
                rincian=rincian,
            )

    async def _hold_back(self, connection: AsyncConnection, after: PermintaanSubjek) -> None:
        """Let it hold from the commit on, and let every instance notice."""
        # For whoever follows the changes, records come and go at this moment; how they stood until
        # now is kept before they stand otherwise.
        await touch_rows(connection, after.rujukan, self._clock())
        same = _PERSONS.permintaan_id == after.id
        holding = sa.update(PERMINTAAN_RUJUKAN).where(same).values(menahan=after.menahan)
        await connection.execute(holding)
        counted = sa.update(PEMBATASAN).values(versi=PEMBATASAN.c.versi + 1)
        await connection.execute(counted)

    async def _note(
        self, connection: AsyncConnection, permintaan: PermintaanSubjek, *, oleh: str
    ) -> None:
        await note(
            connection,
            pada=self._clock(),
            oleh=oleh,
            peristiwa=f"subjek.{permintaan.status.lower()}",
            objek=permintaan.id,
            rincian={
                "jenis": permintaan.jenis,
                "berkas": permintaan.berkas,
                "diterima_pada": permintaan.diterima_pada,
                "batas_pada": permintaan.batas_pada,
                "alasan": permintaan.alasan,
            },
        )


async def _one(
    connection: AsyncConnection, permintaan_id: str, *, lock: bool = False
) -> PermintaanSubjek:
    found = await _found(connection, PERMINTAAN.c.id == permintaan_id, lock=lock)
    if not found:
        raise NotFound("permintaan tidak ada / no such request")
    return found[0]


async def _found(
    connection: AsyncConnection, which: sa.ColumnElement[bool], *, lock: bool = False
) -> Sequence[PermintaanSubjek]:
    query = sa.select(PERMINTAAN).where(which)
    query = query.order_by(PERMINTAAN.c.diterima_pada, PERMINTAAN.c.id)
    rows = (await connection.execute(query.with_for_update() if lock else query)).mappings().all()
    wanted = sa.select(PERMINTAAN.c.id).where(which)
    persons: dict[str, list[str]] = {}
    named = sa.select(_PERSONS.permintaan_id, _PERSONS.rujukan)
    named = named.where(_PERSONS.permintaan_id.in_(wanted))
    named = named.order_by(_PERSONS.urut, _PERSONS.rujukan)
    for permintaan_id, rujukan in (await connection.execute(named)).all():
        persons.setdefault(permintaan_id, []).append(rujukan)
    return [_request(dict(row), persons[row["id"]]) for row in rows]


def _request(row: dict[Any, Any], rujukan: Sequence[str]) -> PermintaanSubjek:
    # The names are a subclass of str, which msgspec does not take for one.
    values = {str(name): value for name, value in row.items()}
    return msgspec.convert(values | {"rujukan": rujukan}, PermintaanSubjek)


def _row(permintaan: PermintaanSubjek) -> dict[str, Any]:
    values = msgspec.structs.asdict(permintaan)
    del values["rujukan"]
    return values | {"jenis": permintaan.jenis.value, "status": permintaan.status.value}
