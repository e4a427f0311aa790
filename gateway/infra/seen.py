"""Remembers the names of one file's rows on disk, so that memory stays flat for any file."""

import sqlite3
from collections.abc import Sequence
from types import TracebackType
from typing import Self


class SeenOnDisk:
    """The `Seen` port on a private temporary SQLite file that vanishes when it is closed."""

    def __init__(self) -> None:
        # An empty name is SQLite's own temporary file: deleted by the system, never shared.
        self._store = sqlite3.connect("", isolation_level=None)
        self._store.execute("PRAGMA journal_mode=OFF")
        self._store.execute("CREATE TABLE seen (name INTEGER PRIMARY KEY, batch INTEGER NOT NULL)")
        # Nobody reads along and nothing outlives us: one transaction that never ends.
        self._store.execute("BEGIN")
        self._batch = 0

    def add(self, names: Sequence[str]) -> list[bool]:
        """For each name, whether it is new."""
        # Python's own hash has 64 bits under a key of this process: among ten million names the
        # odds of one false alarm are below one in 300,000.
        keys = [hash(name) for name in names]
        self._batch += 1
        before = self._store.total_changes
        self._store.executemany(
            "INSERT OR IGNORE INTO seen VALUES (?, ?)", [(key, self._batch) for key in keys]
        )
        if self._store.total_changes - before == len(keys):
            return [True] * len(keys)
        return self._first_times(keys)

    def _first_times(self, keys: list[int]) -> list[bool]:
        """For each key of this batch, whether it is in it for the first time ever."""
        marks = ",".join(map(str, set(keys)))
        query = f"SELECT name FROM seen WHERE batch = ? AND name IN ({marks})"  # noqa: S608 - integers only
        new = {row[0] for row in self._store.execute(query, (self._batch,))}
        fresh: list[bool] = []
        for key in keys:
            fresh.append(key in new)
            new.discard(key)
        return fresh

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._store.close()
