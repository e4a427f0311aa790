"""Finds the audit rows that are no leaves yet, also those that became visible out of order."""

import time
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from gateway.domain.tree.merkle import leaf_hash
from gateway.infra.db.tables import AUDIT
from gateway.infra.sealing.leaves import Leaves
from gateway.infra.sealing.rows import Gap, LogBroken, gaps, within

BATCH: Final = 4096
"""Rows that are sealed at once."""
_SLICE: Final = 64
_BREATH: Final = 0.0005
"""Seconds after each slice in which other threads of the process have the interpreter."""
_RECENT: Final = 32
_THOROUGH: Final = 60
"""Of so many rounds, one looks into every gap; the others into the newest ones."""


class Fresh(NamedTuple):
    """A row on its way into the tree."""

    nomor: int
    leaf: bytes
    """The hash of its leaf."""
    pada: str


class Unsealed:
    """Where new rows may be: after the newest sealed one, and in the gaps before it.

    PostgreSQL gives numbers before the commit: a number may stay missing for ever, or appear late.
    """

    def __init__(self, leaves: Leaves) -> None:
        self._leaves = leaves
        self._newest = 0
        self._gaps: list[Gap] = []
        self._rounds = 0

    def begin_at(self, connection: sa.Connection, newest: int) -> None:
        """`newest`: the highest number that is sealed."""
        self._newest = newest
        self._gaps = gaps(connection)
        self._rounds = 0

    def read(self, connection: sa.Connection) -> list[Fresh]:
        """A batch at most."""
        known = self._gaps if self._rounds % _THOROUGH == 0 else self._gaps[-_RECENT:]
        self._rounds += 1
        found: list[Fresh] = []
        for which in (*within(AUDIT.c.nomor, known), AUDIT.c.nomor > self._newest):
            if len(found) < BATCH:
                found += self.read_those(connection, which, BATCH - len(found))
        return found

    def read_those(
        self, connection: sa.Connection, which: sa.ColumnElement[bool], most: int
    ) -> list[Fresh]:
        """Rows that fulfil a condition, by number."""
        found: list[Fresh] = []
        rows = self._leaves.read(connection, which, most)
        for start in range(0, len(rows), _SLICE):
            found += map(self._fresh, rows[start : start + _SLICE])
            time.sleep(_BREATH)
        return found

    def _fresh(self, row: Any) -> Fresh:
        try:
            leaf = self._leaves.leaf(row)
        except ValueError:
            raise LogBroken(
                f"row {row[0]} of the audit table is no entry: see who wrote it"
            ) from None
        return Fresh(row[0], leaf_hash(leaf), self._leaves.moment(row))

    def sealed(self, rows: Sequence[Fresh]) -> bool:
        """These are leaves now; False where something is missing before them, to be read again."""
        numbers = [row.nomor for row in rows]
        if numbers != [*range(self._newest + 1, self._newest + 1 + len(numbers))]:
            return False
        self._newest += len(numbers)
        return True
