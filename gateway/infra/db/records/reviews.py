"""Pairs of records for review, and what a verdict makes of them, on SQLite and PostgreSQL."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.errors import Conflict
from gateway.domain.merging.candidates import PALING_BANYAK_SERUPA
from gateway.domain.merging.review import Padanan, Pihak, StatusPadanan, Temuan
from gateway.infra.db.admin_log import note
from gateway.infra.db.engine import Database
from gateway.infra.db.records.person_keeper import PersonKeeper
from gateway.infra.db.records.person_tables import PADANAN
from gateway.infra.db.records.shown_writer import Sebab
from gateway.infra.db.records.sides import Sides
from gateway.infra.db.records.source_rows import sources_by
from gateway.infra.db.tables import PPKS
from gateway.infra.db.turns import Turns
from gateway.kit.clock import Clock
from gateway.kit.ids import new_id

_REGENCY: Final = sa.func.substr(PPKS.c.kode_wilayah, 1, 5)
_LIVING: Final = PPKS.c.dihapus.is_(False)


class SqlReviews:
    """The `ReviewStore` port."""

    def __init__(
        self, database: Database, turns: Turns, keeper: PersonKeeper, sides: Sides, clock: Clock
    ) -> None:
        self._database = database
        self._turns = turns
        self._keeper = keeper
        self._sides = sides
        self._clock = clock

    async def alike(self) -> AsyncIterator[Sequence[Pihak]]:
        """Records of one birth date and regency, and records of one NIK that are not joined."""
        born = (PPKS.c.tanggal_lahir, _REGENCY)
        for keys in (born, (PPKS.c.nik_indeks,)):
            async with self._database.reading() as connection:
                groups = await _groups(connection, keys)
            for group in groups:
                same = [key == value for key, value in zip(keys, group, strict=True)]
                async with self._database.reading() as connection:
                    query = sa.select(PPKS.c.id).where(_LIVING, *same)
                    ids = [*(await connection.scalars(query))]
                    yield await self._sides.shown(connection, ids)

    async def add(self, temuan: Sequence[Temuan]) -> int:
        """Keep pairs that were not kept before, whatever became of those."""
        known = sa.select(PADANAN.c.id)
        added = 0
        async with self._turns.taken() as connection:
            for found in temuan:
                pair = known.where(_between(found.kiri, found.kanan))
                if (await connection.execute(pair)).first() is None:
                    values = msgspec.structs.asdict(found) | {
                        "id": new_id(),
                        "status": StatusPadanan.USULAN.value,
                        "ditemukan_pada": self._clock(),
                    }
                    await connection.execute(sa.insert(PADANAN), values)
                    added += 1
        return added

    async def pairs(self, status: StatusPadanan) -> Sequence[Padanan]:
        """The kept pairs in this state, best score first."""
        best_first = (PADANAN.c.skor.desc(), PADANAN.c.id)
        return await self._read(PADANAN.c.status == status.value, *best_first)

    async def pair(self, pair_id: str) -> Padanan | None:
        """One pair."""
        found = await self._read(PADANAN.c.id == pair_id)
        return found[0] if found else None

    async def pair_of(self, kiri: str, kanan: str) -> Padanan | None:
        """The pair of these two sources' records."""
        found = await self._read(_between(kiri, kanan))
        return found[0] if found else None

    async def sides(self, ids: Sequence[str]) -> Sequence[Pihak]:
        """The sources' records with these ids."""
        async with self._database.reading() as connection:
            return await self._sides.told(connection, ids)

    async def decide(
        self, padanan: Padanan, status: StatusPadanan, *, oleh: str, catatan: str | None
    ) -> None:
        """Note the verdict and bring the records in order, or neither. Raises Conflict."""
        now = self._clock()
        verdict = {"status": status.value, "diputus_pada": now, "oleh": oleh, "catatan": catatan}
        pair = [padanan.kiri, padanan.kanan]
        async with self._turns.taken() as connection:
            mine = PADANAN.c.id == padanan.id
            await connection.execute(sa.update(PADANAN).where(mine).values(verdict))
            why = Sebab(oleh=oleh, sebab=f"tinjauan:{padanan.id}")
            await self._keeper.regroup(connection, pair, now, why)
            if status is StatusPadanan.DITERIMA:
                await _are_one(connection, pair)
            await note(
                connection,
                pada=now,
                oleh=oleh,
                peristiwa=f"padanan.{status.lower()}",
                objek=padanan.id,
                rincian={"sebelum": padanan.status, "catatan": catatan},
            )

    async def build(self) -> AsyncIterator[int]:
        """Join what is one person by the rules of now, page by page."""
        for pages in (self._keeper.shared_niks, self._keeper.of_other_rules):
            last = ""
            while True:
                async with self._turns.taken() as connection:
                    last, ids = await pages(connection, last)
                    if not ids:
                        break
                    why = Sebab(oleh="gateway", sebab="susun")
                    yield await self._keeper.regroup(connection, ids, self._clock(), why)

    async def _read(
        self, which: sa.ColumnElement[bool], *order: sa.ColumnElement[Any]
    ) -> list[Padanan]:
        query = sa.select(PADANAN).where(which).order_by(*order)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [msgspec.convert({str(name): row[name] for name in row}, Padanan) for row in rows]


async def _groups(
    connection: AsyncConnection, keys: Sequence[sa.ColumnElement[Any]]
) -> Sequence[Sequence[Any]]:
    """Values that some living records have in common, but not so many that they say nothing."""
    query = sa.select(*keys).where(_LIVING, *(key.is_not(None) for key in keys)).group_by(*keys)
    count = sa.func.count()
    query = query.having(count > 1, count <= PALING_BANYAK_SERUPA).order_by(*keys)
    return [tuple(row) for row in (await connection.execute(query)).all()]


async def _are_one(connection: AsyncConnection, pair: Sequence[str]) -> None:
    places = {row["ppks_id"] for row in (await sources_by(connection, "id", pair)).values()}
    if len(places) != 1:
        raise Conflict(
            "keduanya tidak dapat disatukan: tinjauan lain memisahkan mereka / "
            "they cannot be joined: another review keeps them apart"
        )


def _between(kiri: str, kanan: str) -> sa.ColumnElement[bool]:
    return sa.and_(PADANAN.c.kiri == kiri, PADANAN.c.kanan == kanan)
