"""Writes the rows that are read: each change numbered for the feed, with what was before kept."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.infra.crypto import Keyring
from gateway.infra.db.bulk import insert_rows, run_many
from gateway.infra.db.records.change_log import draw_numbers, keep_past
from gateway.infra.db.records.history_rows import HISTORY_COLUMNS, History
from gateway.infra.db.records.person_tables import PPKS_ASAL, PPKS_RIWAYAT
from gateway.infra.db.records.rows import COLUMNS, driver_time
from gateway.infra.db.records.source_rows import SHOWN_COLUMNS, SOURCE_COLUMNS, Row, shown_rows
from gateway.infra.db.tables import PPKS, PPKS_KATEGORI
from gateway.kit.struct import Quiet, QuietDraft

_TICK: Final = timedelta(microseconds=1)
_KEPT: Final = frozenset({"id", "dibuat_pada", "diubah_pada"})
_CHANGED_COLUMNS: Final = tuple(name for name in SHOWN_COLUMNS if name not in _KEPT)


class Sebab(Quiet, frozen=True, kw_only=True):
    """Who changes records, and why. `oleh` None = the source whose record it is."""

    oleh: str | None = None
    sebab: str


class Changes(QuietDraft):
    """What becomes of the rows that are read."""

    fresh: list[tuple[Any, ...]] = []
    """Values in the order of COLUMNS."""
    added: list[Row] = []
    """New rows that are made of several, or were there before."""
    changed: list[Row] = []
    gone: dict[str, str | None] = {}
    """Ids of rows that are no longer read, and of the record that now speaks for them."""
    categories: list[tuple[str, str]] = []
    regrouped: set[str] = set()
    """Ids of sources' rows of which it was found out anew with whom they stand."""
    returned: set[str] = set()
    """Ids among the added of rows that were there before, and are read by themselves again."""
    grouped: list[tuple[Any, ...]] = []
    """Those among them that stand with others: SOURCE_COLUMNS, and the record made of them."""

    @property
    def count(self) -> int:
        """How many numbers the feed needs for them."""
        return len(self.fresh) + len(self.added) + len(self.changed) + len(self.gone)


async def next_moment(connection: AsyncConnection, now: datetime) -> datetime:
    """Now, or right after the last write where a clock stands behind it.

    Whoever reads page by page never looks back: what is committed later must stand later.
    """
    last = await connection.scalar(sa.select(sa.func.max(PPKS.c.diubah_pada)))
    return now if last is None else max(now, last + _TICK)


async def touch_rows(connection: AsyncConnection, rujukan: Collection[str], now: datetime) -> None:
    """Have the records of these persons count as changed, though nothing that was told of them was.

    A record's own id among the keys names it whatever number it bears.
    Within the caller's transaction, who has the turn, and before whatever it is that changes.
    """
    theirs = [
        sa.select(found).where(key.in_(rujukan))
        for table, found in ((PPKS, PPKS.c.id), (PPKS_ASAL, PPKS_ASAL.c.ppks_id))
        for key in (table.c.rujukan, table.c.id)
    ]
    ids = (await connection.scalars(sa.union(*theirs))).all()
    if not ids:
        return
    moment = driver_time(await next_moment(connection, now), connection.dialect.name)
    numbers = await draw_numbers(connection, len(ids))
    await keep_past(connection, ids, numbers, moment)
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    update = f"UPDATE {PPKS.name} SET versi = versi + 1, diubah_pada = {mark}, nomor = {mark}"  # noqa: S608 - own constants
    rows = [(moment, number, row_id) for row_id, number in zip(ids, numbers, strict=True)]
    await run_many(connection, f"{update} WHERE id = {mark}", rows)


async def write_changes(
    connection: AsyncConnection, keyring: Keyring, changes: Changes, now: datetime, sebab: Sebab
) -> None:
    """Within the caller's transaction, who has the turn."""
    moment = driver_time(now, connection.dialect.name)
    numbers = iter(await draw_numbers(connection, changes.count))
    # What ends comes first: a name within a system may pass from one row to another.
    history = History(keyring, sebab, moment)
    await _replace(connection, history, changes, moment, numbers)
    await _insert(connection, history, changes, moment, numbers)
    if changes.categories:
        await insert_rows(connection, PPKS_KATEGORI, ("ppks_id", "kode"), changes.categories)
    await _place(connection, changes)


async def _place(connection: AsyncConnection, changes: Changes) -> None:
    """Of the regrouped rows only those of groups stand in `ppks_asal`.

    After all else: how records stood is told by who was in them until now.
    """
    if changes.regrouped:
        stood = PPKS_ASAL.c.id.in_(changes.regrouped)
        await connection.execute(sa.delete(PPKS_ASAL).where(stood))
    if changes.grouped:
        await insert_rows(connection, PPKS_ASAL, (*SOURCE_COLUMNS, "ppks_id"), changes.grouped)


async def _insert(
    connection: AsyncConnection,
    history: History,
    changes: Changes,
    moment: Any,
    numbers: Iterable[int],
) -> None:
    # The rows before the numbers: of two that are drawn from in turn the first is asked first.
    if changes.fresh:
        stamped = [
            (*row, moment, moment, number)
            for row, number in zip(changes.fresh, numbers, strict=False)
        ]
        columns = (*COLUMNS, "dibuat_pada", "diubah_pada", "nomor")
        await insert_rows(connection, PPKS, columns, stamped)
    if changes.added:
        pick = itemgetter(*SHOWN_COLUMNS)
        numbered = [*zip(changes.added, numbers, strict=False)]
        stamped = [(*pick(row | {"diubah_pada": moment}), number) for row, number in numbered]
        await insert_rows(connection, PPKS, (*SHOWN_COLUMNS, "nomor"), stamped)
        back = [pair for pair in numbered if pair[0]["id"] in changes.returned]
        if told := [history.beginning(number, row) for row, number in back]:
            await insert_rows(connection, PPKS_RIWAYAT, HISTORY_COLUMNS, told)


async def _replace(
    connection: AsyncConnection,
    history: History,
    changes: Changes,
    moment: Any,
    numbers: Iterable[int],
) -> None:
    """Keep how rows stand, forget their categories, and write or remove them."""
    ids = [*changes.gone, *(row["id"] for row in changes.changed)]
    if not ids:
        return
    ended = [number for _, number in zip(ids, numbers, strict=False)]
    before = await shown_rows(connection, ids)
    told = [
        history.row(number, before[row_id], None, changes.gone[row_id])
        for row_id, number in zip(changes.gone, ended, strict=False)
    ]
    later = [*zip(changes.changed, ended[len(changes.gone) :], strict=True)]
    told += [history.row(number, before[row["id"]], row, None) for row, number in later]
    await insert_rows(connection, PPKS_RIWAYAT, HISTORY_COLUMNS, told)
    await keep_past(connection, ids, ended, moment)
    await connection.execute(sa.delete(PPKS_KATEGORI).where(PPKS_KATEGORI.c.ppks_id.in_(ids)))
    await connection.execute(sa.delete(PPKS).where(PPKS.c.id.in_(changes.gone)))
    if changes.changed:
        await _update(connection, later, moment)


async def _update(
    connection: AsyncConnection, changed: Sequence[tuple[Row, int]], moment: Any
) -> None:
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    sets = ", ".join(f"{name} = {mark}" for name in ("diubah_pada", "nomor", *_CHANGED_COLUMNS))
    update = f"UPDATE {PPKS.name} SET {sets} WHERE id = {mark}"  # noqa: S608 - own constants
    pick = itemgetter(*_CHANGED_COLUMNS, "id")
    await run_many(connection, update, [(moment, number, *pick(row)) for row, number in changed])
