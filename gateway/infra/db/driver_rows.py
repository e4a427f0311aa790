"""Fetches many rows by the driver's own cursor; the library's rows cost as much once more."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

import aiosqlite
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

Rows = Sequence[tuple[Any, ...]]


async def driver_rows(
    connection: AsyncConnection, query: sa.Select[Any], size: int
) -> AsyncIterator[Rows]:
    """Rows as the driver makes them, at most `size` at a time, within the connection's transaction.

    The query is told texts and whole numbers only.
    """
    options = {"render_postcompile": True}
    compiled = query.compile(dialect=connection.dialect, compile_kwargs=options)
    driver = (await connection.get_raw_connection()).driver_connection
    if connection.dialect.name == "sqlite":
        values = tuple(compiled.params[name] for name in _places(compiled))
        found = _sqlite_rows(cast("aiosqlite.Connection", driver), str(compiled), values, size)
    else:
        # Where all is SQLite, the driver need not be loaded.
        from gateway.infra.db.postgres import streamed_rows  # noqa: PLC0415

        found = streamed_rows(cast("Any", driver), str(compiled), compiled.params, size)
    async for rows in found:
        yield rows


def _places(compiled: Any) -> Sequence[str]:
    return compiled.positiontup or ()


async def _sqlite_rows(
    driver: aiosqlite.Connection, statement: str, values: Sequence[Any], size: int
) -> AsyncIterator[Rows]:
    async with driver.execute(statement, values) as cursor:
        while rows := cast("Rows", await cursor.fetchmany(size)):
            yield rows
