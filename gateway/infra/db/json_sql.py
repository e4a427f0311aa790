"""Reads into JSON documents within a query, alike on SQLite and PostgreSQL."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class json_member(GenericFunction[str]):  # noqa: N801 - the name stands in the SQL
    """The text of a member of a JSON object that is kept as text; NULL where there is none."""

    type = sa.Text()
    inherit_cache = True


class json_items(GenericFunction[Any]):  # noqa: N801 - the name stands in the SQL
    """The items of a JSON list that is kept as text, one row each; none for NULL."""

    inherit_cache = True


@compiles(json_member, "sqlite")
def _member_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    document, name = (compiler.process(part, **options) for part in element.clauses)
    return f"json_extract({_readable(document)}, '$.' || {name})"


@compiles(json_member, "postgresql")
def _member_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    document, name = (compiler.process(part, **options) for part in element.clauses)
    return f"(CAST({_readable(document)} AS json) ->> {name})"


@compiles(json_items, "sqlite")
def _items_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"json_each({_readable(compiler.process(element.clauses, **options))})"


@compiles(json_items, "postgresql")
def _items_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    document = _readable(compiler.process(element.clauses, **options))
    return f"json_array_elements(CAST({document} AS json))"


def _readable(document: str) -> str:
    # Neither engine reads past U+0000, not even an escaped one; this escape is a space.
    return f"replace(CAST({document} AS text), '\\u0000', '\\u0020')"
