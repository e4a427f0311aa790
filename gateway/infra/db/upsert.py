"""INSERT ... ON CONFLICT, which both engines know and SQLAlchemy spells once for each."""

from functools import cache
from importlib import import_module
from typing import Any

import sqlalchemy as sa


@cache
def upsert(dialect: str, table: sa.Table) -> sa.Insert:
    """A statement that inserts a row or, by its primary key, replaces every other column."""
    statement = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    replacing: sa.Insert = statement.on_conflict_do_update(index_elements=keys, set_=others)
    return replacing


@cache
def insert_new(dialect: str, table: sa.Table) -> sa.Insert:
    """A statement that inserts a row where there is none with its key."""
    leaving: sa.Insert = _insert(dialect, table).on_conflict_do_nothing()
    return leaving


def _insert(dialect: str, table: sa.Table) -> Any:
    # By name, so that only the engine that is in use is loaded.
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
