"""Brings the store's schema to the newest version."""

from importlib import resources
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from gateway.infra.db.engine import sync_url


def upgrade(url: str) -> str:
    """Run what has not run yet; answers the revision that the store then has."""
    config = alembic_config()
    engine = sa.create_engine(sync_url(url))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return _revision(connection)
    finally:
        engine.dispose()


def newest() -> str:
    """The revision that this program needs."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    assert head is not None
    return head


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


def _revision(connection: Connection) -> str:
    revision = MigrationContext.configure(connection).get_current_revision()
    assert revision is not None
    return revision
