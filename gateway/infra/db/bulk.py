"""Puts many rows into a table at once, by the quickest way that each engine has.

Rows go straight to the driver: a pass through the column types would double the cost of a row.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.infra.db.batches import batches

Row = tuple[Any, ...]

# A batch touches more pages than SQLite keeps by itself, and each one that does not fit is written
# twice; so is each one that two batches touch with a checkpoint in between.
_SQLITE_ROOM: Final = ("cache_size=-65536", "wal_autocheckpoint=16384")
_HAS_ROOM: Final = "has room for many rows"
_AT_ONCE: Final = 250
"""Rows of one statement. Each number of rows is a statement that SQLite's driver keeps prepared,
at some 80 bytes a value; with more of them an insert costs no less."""


async def insert_rows(
    connection: AsyncConnection, table: sa.Table, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    """Insert rows, their values in the order of `columns` and as the driver takes them.

    None is stored as the column's default, which is NULL.
    """
    if not rows:
        return
    columns, rows = _without_empty(columns, rows)
    if connection.dialect.name == "sqlite":
        await _insert(connection, table, tuple(columns), rows)
        return
    # Where all is SQLite, the driver need not be loaded.
    from gateway.infra.db.postgres import copy_rows  # noqa: PLC0415

    await copy_rows(connection, table, columns, rows)


async def run_many(connection: AsyncConnection, statement: str, rows: Sequence[Row]) -> None:
    """Run a statement of the driver's own dialect once for each row."""
    await connection.exec_driver_sql(statement, list(rows))


def _without_empty(
    columns: Sequence[str], rows: Sequence[Row]
) -> tuple[Sequence[str], Sequence[Row]]:
    """Only the columns in which some row has a value: an empty one costs as much as another."""
    values = list(zip(*rows, strict=True))
    filled = [place for place, told in enumerate(values) if not _is_empty(told)]
    kept = zip(*(values[place] for place in filled), strict=True)
    return [columns[place] for place in filled], list(kept)


def _is_empty(values: Row) -> bool:
    # The first half is quick, and false for nearly all that are not empty.
    return not any(values) and all(value is None for value in values)


async def _insert(
    connection: AsyncConnection, table: sa.Table, columns: tuple[str, ...], rows: Sequence[Row]
) -> None:
    await _make_room(connection)
    for block in batches(rows, _AT_ONCE):
        statement = _statement(table.name, columns, len(block))
        await connection.exec_driver_sql(statement, tuple(chain.from_iterable(block)))


async def _make_room(connection: AsyncConnection) -> None:
    """Set the connection once; each pragma is three trips to the driver's thread and back."""
    kept = (await connection.get_raw_connection()).info
    if not kept.get(_HAS_ROOM):
        for pragma in _SQLITE_ROOM:
            await connection.exec_driver_sql(f"PRAGMA {pragma}")
        kept[_HAS_ROOM] = True


@lru_cache(maxsize=16)
def _statement(table: str, columns: tuple[str, ...], rows: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"  # noqa: S608 - own names
