"""The audit table in PostgreSQL: one statement a group, on a connection of its own."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Final

import msgspec
import psycopg
import sqlalchemy as sa

from gateway.domain.audit import EntriAudit
from gateway.infra.audit.table import EntryRefused, TableAway
from gateway.infra.db.postgres import hide_row
from gateway.infra.db.records.rows import storable

PATIENCE: Final = 5.0
"""Seconds after which a server that says nothing counts as away."""
_COLUMNS: Final = EntriAudit.__struct_fields__
_TYPES: Final = {
    "pada": "timestamptz",
    "grant_versi": "int",
    "atribut": "json",
    "jumlah": "int",
    "umur": "int",
    "rincian": "json",
}
# What an entry leaves out because it is the default, and what is text in the table.
_VALUES: Final = {
    "atribut": "coalesce(atribut::text, '[]')",
    "jumlah": "coalesce(jumlah, 0)",
    "rincian": "rincian::text",
}
_RECORD: Final = ", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in _COLUMNS)
# The whole group is one parameter: one statement, prepared once, whatever the group's size, and
# its own transaction; so a commit is a single message there and back.
_INSERT: Final = (
    f"INSERT INTO audit ({', '.join(_COLUMNS)})"  # noqa: S608 - our own names
    f" SELECT {', '.join(_VALUES.get(name, name) for name in _COLUMNS)}"
    f" FROM ROWS FROM (json_to_recordset(%s::json) AS ({_RECORD}))"
    " WITH ORDINALITY ORDER BY ordinality"
)
_INSERT_THE_REST: Final = f"{_INSERT} ON CONFLICT (entri_id) DO NOTHING"
# Whoever has told the server to answer before the disk does has not meant the audit log.
_DURABLY: Final = (
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') = 'off'"
)


class PostgresAuditTable:
    """The `AuditTable` of a PostgreSQL database."""

    def __init__(self, url: sa.URL, *, patience: float = PATIENCE) -> None:
        _, options = url.get_dialect()().create_connect_args(url)
        self._options: dict[str, Any] = {"connect_timeout": int(patience), **options}
        self._patience = patience
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def append(self, entries: Sequence[EntriAudit]) -> None:
        """One statement, durable when the server has answered."""
        try:
            await self._append(_encoded(entries))
        except (psycopg.IntegrityError, psycopg.DataError, ValueError) as error:
            raise EntryRefused(_said(error)) from None
        except (psycopg.Error, OSError) as error:
            await self.close()
            raise TableAway(_said(error)) from None

    async def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _append(self, group: str) -> None:
        known = self._connection
        try:
            await self._insert(_INSERT, group)
        except psycopg.OperationalError:
            if known is None or not known.closed:
                raise
            # The connection was cut, perhaps long ago, perhaps while the server was answering:
            # what is in the table already is not written again.
            await self.close()
            await self._insert(_INSERT_THE_REST, group)

    async def _insert(self, statement: str, group: str) -> None:
        connection = self._connection or await self._connect()
        await self._in_time(connection, connection.execute(statement, (group,)))

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        connection = await psycopg.AsyncConnection.connect(autocommit=True, **self._options)
        self._connection = connection
        await self._in_time(connection, connection.execute(_DURABLY))
        return connection

    async def _in_time(
        self, connection: psycopg.AsyncConnection[Any], work: Coroutine[Any, Any, Any]
    ) -> None:
        task = asyncio.create_task(work)
        done, _ = await asyncio.wait({task}, timeout=self._patience)
        if not done:
            # To cancel in an orderly way would mean to wait for the same silent server.
            connection.pgconn.finish()
            await asyncio.wait({task})
            raise TimeoutError("the server says nothing") from task.exception()
        await task


def _encoded(entries: Sequence[EntriAudit]) -> str:
    """A JSON array of the entries, without the one character that PostgreSQL cannot hold."""
    text = msgspec.json.encode(entries).decode()
    if r"\u0000" not in text:
        return text
    return msgspec.json.encode([_without_nul(entry) for entry in entries]).decode()


def _without_nul(entry: EntriAudit) -> EntriAudit:
    texts = {
        name: storable(value)
        for name, value in msgspec.structs.asdict(entry).items()
        if isinstance(value, str) and "\0" in value
    }
    return msgspec.structs.replace(entry, **texts)


def _said(error: Exception) -> str:
    """What an operator may read of an error: never the server's words about a row."""
    if isinstance(error, psycopg.Error) and error.sqlstate is not None:
        return hide_row(error)
    return f"{type(error).__name__} {error}".splitlines()[0]
