"""Has several processes read one state of the store."""

from collections.abc import Awaitable, Callable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.infra.db.engine import Database
from gateway.infra.db.reading.feed import feed_state

Share = Callable[[str], Awaitable[None]]
"""Tells others the name of a moment, and returns when all of them have joined it."""


async def share_moment(database: Database, connection: AsyncConnection, share: Share) -> None:
    """Fix the moment of a snapshot that was not read from yet, with all who join it.

    PostgreSQL lends a moment by name. SQLite's has none: nobody may commit until all have begun,
    so whoever shares must come back soon.
    """
    if connection.dialect.name == "postgresql":
        await share(await connection.scalar(sa.select(sa.func.pg_export_snapshot())) or "")
        return
    async with database.writing():
        await feed_state(connection)
        await share("")


async def join_moment(connection: AsyncConnection, name: str) -> None:
    """The other side: make a new snapshot see what the one of this name does."""
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.text(f"SET TRANSACTION SNAPSHOT '{name}'"))
    else:
        await feed_state(connection)
