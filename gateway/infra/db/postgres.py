"""What PostgreSQL needs beyond SQLAlchemy: texts it can hold, errors that tell no row, bulk."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, cast

import psycopg
import sqlalchemy as sa
from psycopg.types.string import StrBinaryDumper, StrDumperUnknown
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.infra.db.types import UtcDateTime

_TYPES: Final[tuple[tuple[type[sa.types.TypeEngine[Any]], str], ...]] = (
    (sa.LargeBinary, "bytea"),
    (sa.Boolean, "bool"),
    (sa.BigInteger, "int8"),
    (sa.Integer, "int4"),
    (UtcDateTime, "timestamptz"),
)


def prepare(engine: sa.Engine) -> None:
    """Set up every connection that the engine makes, and what it says of errors."""

    @sa.event.listens_for(engine, "connect")
    def set_adapters(connection: Any, _record: Any) -> None:
        # The asyncio engine wraps the driver's connection, the other one hands it over as it is.
        driver = getattr(connection, "driver_connection", connection)
        driver.adapters.register_dumper(str, _WithoutNul)

    @sa.event.listens_for(engine, "handle_error")
    def hide_rows(context: sa.engine.ExceptionContext) -> None:
        told, shown = context.original_exception, context.sqlalchemy_exception
        if isinstance(told, psycopg.Error) and told.sqlstate is not None and shown is not None:
            shown.args = (hide_row(told),)


async def copy_rows(
    connection: AsyncConnection,
    table: sa.Table,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Put rows into a table, all or none, as part of the connection's transaction.

    Their texts must not hold U+0000.
    """
    raw = await connection.get_raw_connection()
    driver = cast("psycopg.AsyncConnection[Any]", raw.driver_connection)
    statement = f"COPY {table.name} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    with _rows_hidden():
        async with driver.cursor() as cursor:
            # The driver's own, in C: a call of ours for every text would double the time.
            cursor.adapters.register_dumper(str, StrBinaryDumper)
            async with cursor.copy(statement) as copy:
                copy.set_types([_type(table.c[name]) for name in columns])
                for row in rows:
                    await copy.write_row(row)


async def streamed_rows(
    driver: psycopg.AsyncConnection[tuple[Any, ...]],
    statement: str,
    values: Mapping[str, Any],
    size: int,
) -> AsyncIterator[list[tuple[Any, ...]]]:
    """Rows of a query, `size` at a time; the server goes on meanwhile, as far as a socket holds.

    A cursor of the server's would have it wait until the next rows are asked for.
    """
    rows: list[tuple[Any, ...]] = []
    with _rows_hidden():
        # As text the server writes sealed numbers in hexadecimal, to be read back here.
        async with driver.cursor(binary=True) as cursor:
            async for row in cursor.stream(statement.encode(), values, size=size):
                rows.append(row)
                if len(rows) == size:
                    yield rows
                    rows = []
    if rows:
        yield rows


@contextmanager
def _rows_hidden() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        # Of the kind that the library makes of it, or a store that went away would not be told.
        raise sa.exc.DBAPIError.instance(hide_row(error), None, error, psycopg.Error) from None


class _WithoutNul(StrDumperUnknown):
    """PostgreSQL's text cannot hold U+0000, which JSON from outside may well bring."""

    def dump(self, obj: str) -> Any:
        """The text without it."""
        return super().dump(obj.replace("\0", "") if "\0" in obj else obj)


def hide_row(error: psycopg.Error) -> str:
    """Takes the server's words out of an error, because they repeat the row, names and all."""
    text = f"{type(error).__name__} {error.sqlstate} {error.diag.constraint_name or ''}".strip()
    error.args = (text,)
    return text


def _type(column: sa.Column[Any]) -> str:
    return next((name for kind, name in _TYPES if isinstance(column.type, kind)), "text")
