"""Brings stored persons in order: after a review, under other rules, or when rows are erased."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.merging.identity import PALING_BANYAK_SUMBER
from gateway.infra.crypto import Keyring
from gateway.infra.db.records.change_log import compact
from gateway.infra.db.records.merged_rows import MergedRows
from gateway.infra.db.records.person_groups import Neighbours
from gateway.infra.db.records.person_tables import PADANAN, PPKS_ASAL, PPKS_RIWAYAT
from gateway.infra.db.records.regrouping import regroup
from gateway.infra.db.records.shown_writer import Changes, Sebab, next_moment, write_changes
from gateway.infra.db.records.source_rows import GABUNGAN, ids_by_nik, members_of
from gateway.infra.db.tables import PPKS

_PAGE: Final = 500


class PersonKeeper:
    """Works within the transaction of a caller who has the turn."""

    def __init__(self, keyring: Keyring, merged: MergedRows, keep_past: timedelta) -> None:
        """`keep_past`: how long the change feed's cursors shall hold."""
        self._keyring = keyring
        self._merged = merged
        self._keep_past = keep_past

    async def regroup(
        self, connection: AsyncConnection, ids: Collection[str], now: datetime, sebab: Sebab
    ) -> int:
        """Bring the persons of these sources' rows in order; answers how many records changed."""
        return await self._settle(connection, ids, now, sebab, frozenset())

    async def erase(
        self, connection: AsyncConnection, ids: Collection[str], now: datetime, sebab: Sebab
    ) -> int:
        """Erase sources' rows with all that was kept of them; answers how many records changed.

        Of a record that was shown remains for a while that it is gone, without saying whose it was.
        """
        erased = frozenset(ids)
        changed = await self._settle(connection, ids, now, sebab, erased)
        for column in (PPKS_RIWAYAT.c.ppks_id, PADANAN.c.kiri, PADANAN.c.kanan):
            await connection.execute(sa.delete(column.table).where(column.in_(erased)))
        return changed

    async def _settle(
        self,
        connection: AsyncConnection,
        ids: Collection[str],
        now: datetime,
        sebab: Sebab,
        erased: frozenset[str],
    ) -> int:
        changes, found = Changes(), Neighbours({*ids}, set(), set(), erased)
        now = await next_moment(connection, now)
        await regroup(connection, self._merged, {}, found, now, changes)
        await write_changes(connection, self._keyring, changes, now, sebab)
        await compact(connection, now, self._keep_past)
        return changes.count

    async def of_nik(self, connection: AsyncConnection, nik: str) -> dict[str, set[str]]:
        """By the id of each record in which this NIK stands: the ids of its sources' rows."""
        index = self._keyring.blind_index("nik", nik)
        ids = (await ids_by_nik(connection, [index])).get(index, {})
        grouped = await _whole_groups(connection, ids)
        found = {row_id: {row_id} for row_id in ids.keys() - grouped.keys()}
        for row_id, ppks_id in grouped.items():
            found.setdefault(ppks_id, set()).add(row_id)
        return found

    async def shared_niks(self, connection: AsyncConnection, after: str) -> tuple[str, set[str]]:
        """Ids of rows whose NIK another one has too, page by page of NIKs; no ids = the end."""
        niks = [row[0] for row in await connection.execute(_shared_niks(after))]
        if not niks:
            return after, set()
        held = await ids_by_nik(connection, niks)
        return niks[-1], {row_id for ids in held.values() for row_id in ids}

    async def of_other_rules(self, connection: AsyncConnection, after: str) -> tuple[str, set[str]]:
        """Ids of records that other rules merged, page by page; no ids = the end."""
        other = sa.and_(PPKS.c.sistem == GABUNGAN, PPKS.c.aturan != self._merged.rules)
        query = sa.select(PPKS.c.id).where(other, PPKS.c.id > after)
        ids = [row[0] for row in await connection.execute(query.order_by(PPKS.c.id).limit(_PAGE))]
        return (ids[-1] if ids else after), {*ids}


async def _whole_groups(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """All rows that stand in a group with one of these, and the record that is made of each."""
    query = sa.select(PPKS_ASAL.c.ppks_id).where(PPKS_ASAL.c.id.in_(ids))
    rows = await members_of(connection, {*(await connection.scalars(query))})
    return {row_id: row["ppks_id"] for row_id, row in rows.items()}


def _shared_niks(after: str) -> sa.Select[Any]:
    alone = sa.select(PPKS.c.nik_indeks).where(PPKS.c.sistem != GABUNGAN, PPKS.c.nik_indeks > after)
    grouped = sa.select(PPKS_ASAL.c.nik_indeks).where(PPKS_ASAL.c.nik_indeks > after)
    rows = sa.union_all(alone, grouped).subquery()
    shared = sa.select(rows.c.nik_indeks).group_by(rows.c.nik_indeks)
    held = sa.func.count()
    shared = shared.having(held > 1, held <= PALING_BANYAK_SUMBER)
    return shared.order_by(rows.c.nik_indeks).limit(_PAGE)
