"""The audit table in an SQLite file: one transaction a group, on a thread of its own."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from gateway.domain.audit import EntriAudit
from gateway.infra.audit.table import EntryRefused, TableAway
from gateway.infra.db.records.rows import driver_time

PATIENCE: Final = 5.0
"""Seconds for which a group waits for others to end their writing."""
# SQLite's own waiting sleeps up to a tenth of a second at a time, and a writer that comes back at
# once overtakes it again and again. Asking so often finds the gap between an import's batches.
_POLL: Final = 0.001
_COLUMNS: Final = EntriAudit.__struct_fields__
_PADA, _ATRIBUT, _RINCIAN = map(_COLUMNS.index, ("pada", "atribut", "rincian"))
_values: Final[Callable[[EntriAudit], tuple[Any, ...]]] = attrgetter(*_COLUMNS)
_INSERT: Final = (
    f"INSERT INTO audit ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608 - our own names
)
# Locks alone are given for a file that can only be read, too.
_INSERT_NOTHING: Final = "INSERT INTO audit (entri_id) SELECT entri_id FROM audit WHERE FALSE"
_FAULTS: Final = (sqlite3.IntegrityError, sqlite3.DataError, ValueError, OverflowError)


class SqliteAuditTable:
    """The `AuditTable` of an SQLite file that other connections and processes write, too."""

    def __init__(self, url: sa.URL, *, patience: float = PATIENCE) -> None:
        (self._path,), options = url.get_dialect()().create_connect_args(url)
        ours = {"timeout": 0, "isolation_level": None, "check_same_thread": False}
        self._options: dict[str, Any] = {**options, **ours}
        self._patience = patience
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="audit")
        self._connection: sqlite3.Connection | None = None

    async def append(self, entries: Sequence[EntriAudit]) -> None:
        """One transaction with `synchronous=FULL`: the file is on disk when this returns."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._append, entries)

    async def close(self) -> None:
        """Close the connection and let the thread end."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._drop)
        self._thread.shutdown(wait=False)

    def _append(self, entries: Sequence[EntriAudit]) -> None:
        try:
            rows = [_row(entry) for entry in entries]
            self._insert_in_turn(rows)
        except _FAULTS as error:
            raise EntryRefused(str(error)) from None
        except sqlite3.Error as error:
            self._drop()
            raise TableAway(str(error)) from None

    def _insert_in_turn(self, rows: Sequence[Sequence[Any]]) -> None:
        latest = time.monotonic() + self._patience
        while True:
            try:
                return self._insert(rows)
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or time.monotonic() > latest:
                    raise
            time.sleep(_POLL)

    def _insert(self, rows: Sequence[Sequence[Any]]) -> None:
        connection = self._connection or self._open()
        connection.execute("BEGIN IMMEDIATE")
        try:
            if not rows:
                connection.execute(_INSERT_NOTHING)
            connection.executemany(_INSERT, rows)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _open(self) -> sqlite3.Connection:
        connection: sqlite3.Connection = sqlite3.connect(self._path, **self._options)
        try:
            for pragma in ("journal_mode=WAL", "synchronous=FULL"):
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _row(entry: EntriAudit) -> list[Any]:
    """The entry as the column types of the table would have written it."""
    row = list(_values(entry))
    row[_PADA] = driver_time(entry.pada, "sqlite")
    row[_ATRIBUT] = _as_json(entry.atribut)
    if entry.rincian is not None:
        row[_RINCIAN] = msgspec.json.encode(entry.rincian).decode()
    return row


@lru_cache(1024)
def _as_json(names: tuple[str, ...]) -> str:
    """The same few lists come again and again."""
    return msgspec.json.encode(names).decode()


def _is_busy(error: sqlite3.OperationalError) -> bool:
    """Whether another one is writing; extended codes tell why in their higher bytes."""
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
