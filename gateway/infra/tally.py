"""Counts distinct names by key on disk, so that memory stays flat for any log."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from types import TracebackType
from typing import Self

from gateway.domain.ports_perjanjian import Ukuran

_Key = tuple[Ukuran, str]


class TallyOnDisk:
    """The `Tally` port on a private temporary SQLite file that vanishes when it is closed."""

    def __init__(self) -> None:
        # An empty name is SQLite's own temporary file: deleted by the system, never shared.
        self._store = sqlite3.connect("", isolation_level=None)
        self._store.execute("PRAGMA journal_mode=OFF")
        self._store.execute(
            "CREATE TABLE tally (name TEXT, key INTEGER, PRIMARY KEY (name, key)) WITHOUT ROWID"
        )
        # Nobody reads along and nothing outlives us: one transaction that never ends.
        self._store.execute("BEGIN")
        self._numbers: dict[_Key, int] = {}

    def add(self, keys: Iterable[_Key], names: Collection[str]) -> None:
        """Count these names under each of these keys; what is counted already is not again."""
        rows = [(name, number) for number in self._numbered(keys) for name in names]
        self._store.executemany("INSERT OR IGNORE INTO tally VALUES (?, ?)", rows)

    def which(self, names: Collection[str]) -> Collection[str]:
        """Those of at most 500 names that are counted under some key."""
        marks = ",".join("?" * len(names))
        query = f"SELECT DISTINCT name FROM tally WHERE name IN ({marks})"  # noqa: S608 - marks only
        return [row[0] for row in self._store.execute(query, tuple(names))]

    def drop(self, keys: Iterable[_Key], name: str) -> None:
        """Count a name under these keys no more."""
        rows = [(name, number) for number in self._numbered(keys)]
        self._store.executemany("DELETE FROM tally WHERE name = ? AND key = ?", rows)

    def counts(self) -> Mapping[_Key, int]:
        """How many names are counted under each key."""
        found = dict(self._store.execute("SELECT key, count(*) FROM tally GROUP BY key").fetchall())
        return {key: found.get(number, 0) for key, number in self._numbers.items()}

    def _numbered(self, keys: Iterable[_Key]) -> list[int]:
        return [self._numbers.setdefault(key, len(self._numbers)) for key in keys]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._store.close()
