"""Writes PPKS records of outside systems: first made into rows, then put into the store.

Rows are made before the store is locked, so that others write meanwhile: the batch before this
one, or another process. Under the lock it is checked that the store still has what it had then.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ports import HitunganImpor
from gateway.domain.ppks import RekamanPpks
from gateway.infra.db.bulk import insert_rows, run_many
from gateway.infra.db.change_log import draw_numbers, keep_past
from gateway.infra.db.known import Known, counted, known_records
from gateway.infra.db.rows import COLUMNS, RowMaker, driver_time
from gateway.infra.db.tables import PPKS, PPKS_KATEGORI
from gateway.kit.ids import new_id

_KEPT: Final = frozenset({"id", "sistem", "id_sumber"})
_CHANGED_COLUMNS: Final = tuple(name for name in COLUMNS if name not in _KEPT)
_ROWS_IN_A_TURN: Final = 50
"""Rows made before others in this process get their turn: about a millisecond."""
_TICK: Final = timedelta(microseconds=1)

Name = tuple[str, str]
"""A record's `sistem` and its name within it."""


class RecordRows(msgspec.Struct):
    """What a batch of records comes to, given what the store has of them."""

    named: Mapping[Name, RekamanPpks]
    known: Mapping[Name, Known]
    fresh: list[tuple[Any, ...]]
    changed: list[tuple[Any, ...]]
    categories: list[tuple[str, str]]

    @property
    def count(self) -> HitunganImpor:
        """How many records are new, changed, or as they were."""
        return counted(len(self.named), len(self.fresh), len(self.changed))


async def make_rows(
    connection: AsyncConnection, maker: RowMaker, records: Iterable[RekamanPpks]
) -> RecordRows:
    """The rows of a batch; of records told twice in it, the last one counts."""
    named = {(record.sistem, maker.source_id(record)): record for record in records}
    known = await known_records(connection, PPKS, named)
    rows = RecordRows(named, known, [], [], [])
    for number, (name, record) in enumerate(named.items(), 1):
        _make_row(rows, maker, name, record)
        if number % _ROWS_IN_A_TURN == 0:
            await asyncio.sleep(0)
    return rows


async def write_rows(
    connection: AsyncConnection, maker: RowMaker, rows: RecordRows, now: datetime
) -> RecordRows:
    """Insert what is new, update what changed; within the caller's transaction, who has the lock.

    Answers what was written: rows made anew, where the store was changed since they were made.
    """
    if await known_records(connection, PPKS, rows.named) != rows.known:
        rows = await make_rows(connection, maker, rows.named.values())
    if not (rows.fresh or rows.changed):
        return rows
    moment = driver_time(await _next_moment(connection, now), connection.dialect.name)
    numbers = await draw_numbers(connection, len(rows.fresh) + len(rows.changed))
    if rows.fresh:
        columns = (*COLUMNS, "dibuat_pada", "diubah_pada", "nomor")
        stamped = [
            (*row, moment, moment, number) for row, number in zip(rows.fresh, numbers, strict=False)
        ]
        await insert_rows(connection, PPKS, columns, stamped)
    if rows.changed:
        await _update(connection, rows.changed, moment, numbers[len(rows.fresh) :])
    if rows.categories:
        await insert_rows(connection, PPKS_KATEGORI, ("ppks_id", "kode"), rows.categories)
    return rows


async def touch_rows(connection: AsyncConnection, rujukan: Collection[str], now: datetime) -> None:
    """Have the records of these persons count as changed, though nothing that was told of them was.

    Within the caller's transaction, who has the lock, and before whatever it is that changes.
    """
    ids = (await connection.scalars(sa.select(PPKS.c.id).where(PPKS.c.rujukan.in_(rujukan)))).all()
    if not ids:
        return
    dialect = connection.dialect.name
    moment = driver_time(await _next_moment(connection, now), dialect)
    numbers = await draw_numbers(connection, len(ids))
    await keep_past(connection, ids, numbers, moment)
    mark = "?" if dialect == "sqlite" else "%s"
    update = f"UPDATE {PPKS.name} SET versi = versi + 1, diubah_pada = {mark}, nomor = {mark}"  # noqa: S608 - own constants
    rows = [(moment, number, row_id) for row_id, number in zip(ids, numbers, strict=True)]
    await run_many(connection, f"{update} WHERE id = {mark}", rows)


async def _next_moment(connection: AsyncConnection, now: datetime) -> datetime:
    """Now, or right after the last write where a clock stands behind it.

    Whoever reads page by page never looks back: what is committed later must stand later.
    """
    last = await connection.scalar(sa.select(sa.func.max(PPKS.c.diubah_pada)))
    return now if last is None else max(now, last + _TICK)


def _make_row(rows: RecordRows, maker: RowMaker, name: Name, record: RekamanPpks) -> None:
    digest = maker.digest(record)
    before = rows.known.get(name)
    if before is None:
        row_id = new_id()
        rows.fresh.append(maker.row(record, name[1], digest, row_id, 1))
    elif before.sidik == digest:
        return
    else:
        row_id = before.id
        rows.changed.append(maker.row(record, name[1], digest, row_id, before.versi + 1))
    if record.kategori:
        rows.categories += {(row_id, item.kode) for item in record.kategori}


async def _update(
    connection: AsyncConnection,
    changed: list[tuple[Any, ...]],
    moment: Any,
    numbers: Sequence[int],
) -> None:
    """Replace rows and forget their categories, which the batch brings anew."""
    ids = [row[0] for row in changed]
    await keep_past(connection, ids, numbers, moment)
    await connection.execute(sa.delete(PPKS_KATEGORI).where(PPKS_KATEGORI.c.ppks_id.in_(ids)))
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    sets = ", ".join(f"{name} = {mark}" for name in ("diubah_pada", "nomor", *_CHANGED_COLUMNS))
    update = f"UPDATE {PPKS.name} SET {sets} WHERE id = {mark}"  # noqa: S608 - own constants
    pick = itemgetter(*(COLUMNS.index(name) for name in _CHANGED_COLUMNS), 0)
    values = zip(changed, numbers, strict=True)
    await run_many(connection, update, [(moment, number, *pick(row)) for row, number in values])
