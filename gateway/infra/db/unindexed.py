"""A column by which SQLite shall not search: it keeps no counts to know when that is worth it."""

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from gateway.infra.db.types import ordered_text


class unindexed(GenericFunction[str]):  # noqa: N801 - the name stands in the SQL
    """The same text. PostgreSQL decides by what it knows of the values."""

    type = ordered_text()
    inherit_cache = True


@compiles(unindexed, "sqlite")
def _sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"+{compiler.process(element.clauses, **options)}"


@compiles(unindexed, "postgresql")
def _postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))
