"""Changes that a migration makes while others go on reading and writing.

Each is committed by itself and looks first whether it is done already: an upgrade that was killed,
or that gave up waiting for a lock, runs its migration again from the top.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

BATCH: Final = 1000
"""Rows that one transaction of a backfill may change."""

_INVALID: Final = sa.text(
    "SELECT true FROM pg_index WHERE indexrelid = to_regclass(:name) AND NOT indisvalid"
)

_WAIT: Final = sa.text("SELECT set_config('lock_timeout', :time, false)")


def add_columns(table: str, *columns: sa.Column[Any]) -> None:
    """Add columns that are empty or have a constant default, so that no row is rewritten."""
    with _alone() as connection:
        there = {column["name"] for column in sa.inspect(connection).get_columns(table)}
        for column in columns:
            if column.name not in there:
                op.add_column(table, column)


def create_index(
    name: str,
    table: str,
    columns: Sequence[str | sa.TextClause],
    *,
    unique: bool = False,
    where: str | None = None,
) -> None:
    """Make an index; on PostgreSQL beside those who write, who are not held up by it."""
    condition = None if where is None else sa.text(where)
    tell(f"index {name}")
    with _alone() as connection, _patient(connection):
        _drop_unfinished(connection, name)
        op.create_index(
            name,
            table,
            columns,
            unique=unique,
            if_not_exists=True,
            sqlite_where=condition,
            postgresql_where=condition,
            postgresql_concurrently=True,
        )


def backfill(what: str, batch: Callable[[sa.Connection], int]) -> None:
    """Run `batch` in one transaction after the other, until it changes nothing.

    It changes at most `BATCH` rows, finds what is left to do by what is stored, and answers how
    many rows it changed.
    """
    done = 0
    while changed := batch(op.get_bind()):
        with _alone():
            done += changed
        tell(f"{done:,} {what}")


def tell(news: str) -> None:
    """Say how far the migration is."""
    context = op.get_context()
    assert context.config is not None
    context.config.attributes["tell"](news)


@contextmanager
def _alone() -> Iterator[sa.Connection]:
    """Commits what was done so far; what the block does is committed statement by statement."""
    with op.get_context().autocommit_block():
        yield op.get_bind()


@contextmanager
def _patient(connection: sa.Connection) -> Iterator[None]:
    """Wait for others' transactions as long as they last: nobody waits behind this one."""
    if connection.dialect.name != "postgresql":
        yield
        return
    brief = connection.scalar(sa.text("SHOW lock_timeout"))
    connection.execute(_WAIT, {"time": "0"})
    yield
    # Not after a failure: the connection may be gone, and every attempt begins by setting it.
    connection.execute(_WAIT, {"time": brief})


def _drop_unfinished(connection: sa.Connection, name: str) -> None:
    """An attempt that was broken off leaves an index that is kept up and used by no query."""
    if connection.dialect.name == "postgresql" and connection.scalar(_INVALID, {"name": name}):
        op.drop_index(name, postgresql_concurrently=True, if_exists=True)
