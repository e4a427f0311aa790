"""Brings the store's schema to the newest version."""

import sqlite3
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection

from gateway.infra.db.engine import TAKE_TURN, sync_url


def upgrade(url: str) -> str:
    """Run what has not run yet, all of it or nothing; answers the revision that results."""
    config = alembic_config()
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(TAKE_TURN)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return _revision(connection)
    finally:
        engine.dispose()


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


def _engine(url: str) -> sa.Engine:
    engine = sa.create_engine(sync_url(url))
    if engine.dialect.name == "sqlite":

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
