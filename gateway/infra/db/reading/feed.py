"""Reads the change feed through a view, each page from one snapshot of the store."""

from collections.abc import Callable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.policy import View
from gateway.domain.umpan import (
    HalamanUmpan,
    JenisPerubahan,
    KeadaanUmpan,
    Perubahan,
    Telusur,
)
from gateway.infra.db.engine import Database
from gateway.infra.db.reading import policy_sql
from gateway.infra.db.records.person_tables import PPKS_ASAL
from gateway.infra.db.tables import PPKS, PPKS_LAMPAU, UMPAN

Show = Callable[[dict[str, Any]], dict[str, Any]]
Shower = Callable[[View], Show]
"""For a view, what makes of a row what the caller sees."""
_STATE: Final = sa.select(UMPAN.c.terakhir, UMPAN.c.dipadatkan_sampai, UMPAN.c.diulang_pada)


class SqlFeed:
    """The `FeedStore` port."""

    def __init__(self, database: Database, shower: Shower) -> None:
        self._database = database
        self._shower = shower

    async def state(self) -> KeadaanUmpan:
        """How far the feed goes now."""
        async with self._database.reading() as connection:
            return await feed_state(connection)

    async def restart(self, now: datetime) -> None:
        """Have everybody begin anew who read before `now`."""
        async with self._database.writing() as connection:
            await connection.execute(sa.update(UMPAN).values(diulang_pada=now))

    async def page(self, telusur: Telusur, limit: int) -> HalamanUmpan:
        """What is new to the reader, in the order of the numbers, as one moment saw it."""
        async with self._database.snapshot() as connection:
            head = (await feed_state(connection)).terakhir
            found = await self._present(connection, telusur, limit)
            for query in (ended(telusur), no_longer_shown(telusur)):
                found += await _gone(connection, query, limit)
        once = {item.nomor: item for item in found}
        items = sorted(once.values(), key=attrgetter("nomor"))
        if len(items) > limit:
            told = tuple(items[:limit])
            return HalamanUmpan(items=told, nomor=told[-1].nomor, akhir=False)
        return HalamanUmpan(items=tuple(items), nomor=head, akhir=True)

    async def _present(
        self, connection: AsyncConnection, telusur: Telusur, limit: int
    ) -> list[Perubahan]:
        """Records that the view shows and that changed, or came into it."""
        number = PPKS.c.nomor
        query = sa.select(number, *policy_sql.columns(telusur.view)).where(is_told(telusur))
        result = await connection.execute(query.order_by(number).limit(limit + 1))
        show = self._shower(telusur.view)
        return [_present_item(dict(row), show) for row in result.mappings()]


def is_told(telusur: Telusur) -> sa.ColumnElement[bool]:
    """Records that the view shows and that the reader does not hold as they are."""
    new = sa.and_(PPKS.c.nomor > telusur.nomor, policy_sql.rows(telusur.view))
    return sa.and_(new, _held(telusur).is_not(sa.true())) if telusur.hemat else new


def _present_item(row: dict[str, Any], show: Show) -> Perubahan:
    number = row.pop("nomor")
    data = show(row)
    return Perubahan(
        nomor=number,
        jenis=JenisPerubahan.ADA,
        id=data["id"],
        versi=data["versi"],
        pada=data["diubah_pada"],
        data=data,
    )


def _held(telusur: Telusur) -> sa.ColumnElement[bool]:
    """Records as the reader holds them from earlier views."""
    return sa.or_(
        sa.false(),
        *(
            sa.and_(PPKS.c.nomor <= until, policy_sql.rows(view))
            for view, until in telusur.pegangan
        ),
    )


def no_longer_shown(telusur: Telusur) -> sa.Select[Any]:
    """Records that did not change, and that only an earlier view showed."""
    number = PPKS.c.nomor
    joined = sa.null().label("digabung_ke")
    told = (number, PPKS.c.id, PPKS.c.versi, PPKS.c.diubah_pada.label("pada"), joined)
    return sa.select(*told).where(
        number > telusur.nomor,
        _held(telusur),
        policy_sql.rows(telusur.view).is_not(sa.true()),
    )


def ended(telusur: Telusur) -> sa.Select[Any]:
    """Records that stood where the reader saw them, and no longer stand where it may see them."""
    past = PPKS_LAMPAU.c
    seen = sa.and_(past.sampai > telusur.awal, policy_sql.past_rows(telusur.view))
    held = (
        sa.and_(past.dari <= until, past.sampai > until, policy_sql.past_rows(view))
        for view, until in telusur.pegangan
    )
    shown_now = sa.select(PPKS.c.id).where(PPKS.c.id == past.ppks_id, policy_sql.rows(telusur.view))
    number = past.sampai.label("nomor")
    told = (number, past.ppks_id.label("id"), past.versi, past.pada, _heir(telusur.view))
    return sa.select(*told).where(
        past.sampai > telusur.nomor, sa.or_(seen, *held), ~sa.exists(shown_now)
    )


def _heir(view: View) -> sa.ColumnElement[Any]:
    """The record to which one that is gone was joined, if the reader may know of it."""
    heir = sa.select(PPKS.c.id).join(PPKS_ASAL, PPKS_ASAL.c.ppks_id == PPKS.c.id)
    joined = heir.where(PPKS_ASAL.c.id == PPKS_LAMPAU.c.ppks_id, policy_sql.rows(view))
    return joined.where(PPKS.c.id != PPKS_LAMPAU.c.ppks_id).scalar_subquery().label("digabung_ke")


async def _gone(
    connection: AsyncConnection, query: sa.Select[Any], limit: int
) -> Sequence[Perubahan]:
    result = await connection.execute(query.order_by(sa.text("nomor")).limit(limit + 1))
    return [Perubahan(jenis=JenisPerubahan.HAPUS, **row) for row in result.mappings()]


async def feed_state(connection: AsyncConnection) -> KeadaanUmpan:
    """How far the feed goes, as this connection sees it."""
    row = (await connection.execute(_STATE)).mappings().one()
    return KeadaanUmpan(**row)
