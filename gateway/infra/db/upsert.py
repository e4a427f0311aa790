"""INSERT ... ON CONFLICT DO UPDATE, which both engines know and SQLAlchemy spells once for each."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def upsert(dialect: str, table: sa.Table) -> sa.Insert:
    """A statement that inserts a row or, by its primary key, replaces every other column."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=others)
