"""Opens the store: SQLite (WAL, one writer) or PostgreSQL, both through SQLAlchemy's asyncio."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

TAKE_TURN: Final = sa.select(sa.func.pg_advisory_xact_lock(int.from_bytes(b"ppks")))
"""Waits until no other process's transaction has the turn. SQLite has one writer anyway."""
STORE_AWAY: Final = (OperationalError, InterfaceError, PoolTimeoutError)
"""What is raised where the store cannot be had, now."""


async def take_turn(connection: AsyncConnection) -> None:
    """Let no other process write records until this transaction ends."""
    if connection.dialect.name == "postgresql":
        await connection.execute(TAKE_TURN)


def async_url(url: str) -> sa.URL:
    """The URL with the driver that this program uses; accepts plain `sqlite:` and `postgresql:`.

    Raises ValueError for every other URL, without repeating it.
    """
    return _driven(url, {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"})


def sync_url(url: str) -> sa.URL:
    """The same store for the migrations, which run outside the event loop."""
    return _driven(url, {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"})


def _driven(url: str, drivers: Mapping[str, str]) -> sa.URL:
    try:
        parsed = sa.make_url(url)
        return parsed.set(drivername=drivers[parsed.get_backend_name()])
    except (sa.exc.ArgumentError, KeyError, ValueError):
        raise ValueError("not the URL of an SQLite file or of a PostgreSQL database") from None


def open_engine(url: str, *, pool_size: int = 5) -> AsyncEngine:
    """An engine with the house's connection settings. Dispose it when done."""
    target = async_url(url)
    if target.get_backend_name() == "sqlite":
        engine = create_async_engine(
            target, pool_size=pool_size, max_overflow=0, hide_parameters=True
        )
        _prepare_sqlite(engine.sync_engine)
        return engine
    engine = create_async_engine(
        target,
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=10,
        hide_parameters=True,
    )
    _prepare_postgres(engine.sync_engine)
    return engine


def open_thread_engine(url: str) -> sa.Engine:
    """An engine with the house's settings and one connection, for work on a thread of its own."""
    target = sync_url(url)
    if target.get_backend_name() == "sqlite":
        engine = sa.create_engine(
            target, pool_size=1, max_overflow=1, poolclass=sa.QueuePool, hide_parameters=True
        )
        _prepare_sqlite(engine)
        return engine
    engine = sa.create_engine(
        target, pool_size=1, max_overflow=1, pool_pre_ping=True, hide_parameters=True
    )
    _prepare_postgres(engine)
    return engine


@contextmanager
def writing_thread(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction on such an engine, committed at the end."""
    if engine.dialect.name == "sqlite":
        engine = engine.execution_options(sqlite_immediate=True)
    with engine.begin() as connection:
        yield connection


class Database:
    """The engine, with one way to read and one way to write."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection for queries."""
        async with self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A connection whose queries all see the store as the first one did."""
        async with self.engine.connect() as connection:
            # SQLite's transactions see one state anyway.
            if connection.dialect.name == "postgresql":
                await connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, committed at the end. A commit that fails raises."""
        engine = self.engine
        if engine.dialect.name == "sqlite":
            engine = engine.execution_options(sqlite_immediate=True)
        async with engine.begin() as connection:
            yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def _prepare_postgres(engine: sa.Engine) -> None:
    # Where all is SQLite, the driver and its library need not be there, nor be loaded.
    from gateway.infra.db.postgres import prepare  # noqa: PLC0415

    prepare(engine)


def _prepare_sqlite(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        # The driver's own implicit BEGIN is switched off; `begin` below opens transactions.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "foreign_keys=ON",
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=10000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A writer takes its lock at once: a reader that turns writer halfway could only fail.
        immediate = connection.get_execution_options().get("sqlite_immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
