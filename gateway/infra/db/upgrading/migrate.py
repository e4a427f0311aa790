"""Brings the store's schema to the newest version, while others read it and write to it.

Every migration is committed by itself, and on PostgreSQL no lock is waited for longer than others
can wait behind it: whoever comes too late tries again.
"""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random

from gateway.infra.db.engine import sync_url
from gateway.infra.db.upgrading.upgrade_turn import upgrade_turn

TRIES: Final = 600
"""For a lock, with a pause after each: some seven minutes."""
_BRIEFLY: Final = sa.text("SET lock_timeout = '100ms'")
"""Whoever reads a table waits behind a change of it that waits for its lock."""
_SQLITE_WAIT_SECONDS: Final = 1.0
_PAUSE_SECONDS: Final = (0.2, 1.0)
"""In which those who waited behind it are served."""
_HELD_UP: Final = {"55P03", "40P01"}
"""PostgreSQL's codes for a lock that was not had in time, and for two who wait for each other."""


class StoreBusy(Exception):
    """Others held what the upgrade needs at every try; what is done is kept."""


class StoreUnknown(Exception):
    """The store is at a version that this program does not know: a newer one brought it there."""


def upgrade(
    url: str,
    *,
    to: str = "head",
    tell: Callable[[str], None] = lambda _news: None,
    tries: int = TRIES,
) -> str:
    """Run the migrations that have not run, each whole or to be gone on with by the next upgrade.

    Answers the revision that results. Raises StoreBusy after so many tries, StoreUnknown where
    the store's own revision is none of these.
    """
    config = alembic_config()
    config.attributes["tell"] = tell
    with _engine(url).connect() as connection, upgrade_turn(connection, tell):
        config.attributes["connection"] = connection
        trying = Retrying(
            retry=retry_if_exception(_held_up),
            stop=stop_after_attempt(tries),
            wait=wait_random(*_PAUSE_SECONDS),
            before_sleep=lambda _state: tell("others hold a lock; trying again"),
            reraise=True,
        )
        try:
            trying(_attempt, config, connection, to)
        except sa.exc.DBAPIError as error:
            if _held_up(error):
                raise StoreBusy from None
            raise
        return _revision(connection)


def alembic_config() -> Config:
    """Where the migrations are."""
    config = Config()
    folder = resources.files("gateway.infra.db").joinpath("migrations")
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def make_folder(url: str) -> None:
    """Make the folder of an SQLite file."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)


def _attempt(config: Config, connection: Connection, to: str) -> None:
    try:
        if connection.dialect.name == "postgresql":
            with connection.begin():
                connection.execute(_BRIEFLY)
        _check_known(config, connection)
        command.upgrade(config, to)
    except sa.exc.PendingRollbackError as late:
        # The library stumbles on its way out where the connection is gone, which came first.
        raise late.__context__ or late from None
    finally:
        connection.rollback()


def _check_known(config: Config, connection: Connection) -> None:
    found = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StoreUnknown(found)


def _held_up(error: BaseException) -> bool:
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.Error):
        return cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    return getattr(cause, "sqlstate", None) in _HELD_UP


def _engine(url: str) -> sa.Engine:
    target = sync_url(url)
    if target.get_backend_name() != "sqlite":
        return sa.create_engine(target, poolclass=sa.NullPool)
    waiting = {"timeout": _SQLITE_WAIT_SECONDS}
    engine = sa.create_engine(target, poolclass=sa.NullPool, connect_args=waiting)

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # By itself the driver begins no transaction before a CREATE TABLE.
        connection.isolation_level = None
        # The journal is switched before anyone serves: two that switch at once do not wait
        # for each other, and the one that is refused finds it switched.
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode=WAL")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _revision(connection: Connection) -> str:
    revision = MigrationContext.configure(connection).get_current_revision()
    assert revision is not None
    return revision
