"""INSERT ... ON CONFLICT DO UPDATE, which both engines know and SQLAlchemy spells once for each."""

from importlib import import_module

import sqlalchemy as sa


def upsert(dialect: str, table: sa.Table) -> sa.Insert:
    """A statement that inserts a row or, by its primary key, replaces every other column."""
    # By name, so that only the engine that is in use is loaded.
    statement = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    keys = [column.name for column in table.primary_key]
    others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    replacing: sa.Insert = statement.on_conflict_do_update(index_elements=keys, set_=others)
    return replacing
