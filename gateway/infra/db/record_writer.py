"""Writes PPKS records of outside systems."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ports import HitunganImpor
from gateway.domain.ppks import RekamanPpks
from gateway.infra.db.known import Known, counted, known_records
from gateway.infra.db.rows import COLUMNS, RowMaker
from gateway.infra.db.tables import PPKS, PPKS_KATEGORI
from gateway.kit.ids import new_id

_KEPT: Final = frozenset({"id", "sistem", "id_sumber", "dibuat_pada"})
_CHANGED_COLUMNS: Final = tuple(name for name in COLUMNS if name not in _KEPT)


class _Batch(msgspec.Struct):
    """What one batch comes to."""

    fresh: list[tuple[Any, ...]]
    changed: list[tuple[Any, ...]]
    categories: list[tuple[str, str]]


async def save_records(
    connection: AsyncConnection,
    maker: RowMaker,
    records: Iterable[RekamanPpks],
    *,
    dry_run: bool,
) -> HitunganImpor:
    """Insert what is new, update what changed, leave the rest; within the caller's transaction."""
    named = {(record.sistem, maker.source_id(record)): record for record in records}
    known = await known_records(connection, PPKS, named)
    batch = _rows(maker, named, known)
    if not dry_run:
        await _write(connection, batch)
    return counted(len(named), len(batch.fresh), len(batch.changed))


def _rows(
    maker: RowMaker,
    named: Mapping[tuple[str, str], RekamanPpks],
    known: Mapping[tuple[str, str], Known],
) -> _Batch:
    batch = _Batch([], [], [])
    for key, record in named.items():
        digest = maker.digest(record)
        before = known.get(key)
        if before is None:
            row_id = new_id()
            batch.fresh.append(maker.row(record, key[1], digest, row_id, 1))
        elif before.sidik == digest:
            continue
        else:
            row_id = before.id
            batch.changed.append(maker.row(record, key[1], digest, row_id, before.versi + 1))
        batch.categories += {(row_id, item.kode) for item in record.kategori}
    return batch


async def _write(connection: AsyncConnection, batch: _Batch) -> None:
    mark = _mark(connection)
    if batch.fresh:
        await _many(connection, _insert(PPKS.name, COLUMNS, mark), batch.fresh)
    if batch.changed:
        ids = [row[0] for row in batch.changed]
        await connection.execute(
            sa.delete(PPKS_KATEGORI).where(PPKS_KATEGORI.c.ppks_id.in_(ids))
        )
        sets = ", ".join(f"{name} = {mark}" for name in _CHANGED_COLUMNS)
        update = f"UPDATE {PPKS.name} SET {sets} WHERE id = {mark}"  # noqa: S608 - own constants
        pick = [COLUMNS.index(name) for name in _CHANGED_COLUMNS]
        await _many(
            connection, update, [(*(row[i] for i in pick), row[0]) for row in batch.changed]
        )
    if batch.categories:
        statement = _insert(PPKS_KATEGORI.name, ("ppks_id", "kode"), mark)
        await _many(connection, statement, batch.categories)


def _mark(connection: AsyncConnection) -> str:
    return "?" if connection.dialect.name == "sqlite" else "%s"


def _insert(table: str, columns: Sequence[str], mark: str) -> str:
    marks = ", ".join([mark] * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - own constants


async def _many(
    connection: AsyncConnection, statement: str, rows: Sequence[tuple[Any, ...]]
) -> None:
    # Straight to the driver: a pass through the column types would double the cost of a row.
    await connection.exec_driver_sql(statement, list(rows))
