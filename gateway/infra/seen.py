"""Remembers the names of one file's rows on disk, so that memory stays flat for any file."""

import sqlite3
from collections.abc import Sequence
from hashlib import blake2b
from types import TracebackType
from typing import Self


class SeenOnDisk:
    """The `Seen` port on a private temporary SQLite file that vanishes when it is closed."""

    def __init__(self) -> None:
        # An empty name is SQLite's own temporary file: deleted by the system, never shared.
        self._store = sqlite3.connect("", isolation_level=None)
        self._store.execute("PRAGMA journal_mode=OFF")
        self._store.execute("CREATE TABLE seen (name INTEGER PRIMARY KEY)")

    def add(self, names: Sequence[str]) -> list[bool]:
        """For each name, whether it is new."""
        keys = [_key(name) for name in names]
        marks = ",".join(map(str, keys))
        query = f"SELECT name FROM seen WHERE name IN ({marks})"  # noqa: S608 - integers only
        before = {row[0] for row in self._store.execute(query)}
        fresh: list[bool] = []
        for key in keys:
            fresh.append(key not in before)
            before.add(key)
        added = [(key,) for key, new in zip(keys, fresh, strict=True) if new]
        self._store.executemany("INSERT INTO seen VALUES (?)", added)
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


def _key(name: str) -> int:
    # 64 bits: among ten million names the odds of one false alarm are below one in 300,000.
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
