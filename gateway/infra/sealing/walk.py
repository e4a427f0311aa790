"""Goes along the log leaf by leaf: rows as they are kept, and the hashes that were sealed."""

from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa

from gateway.domain.tree.merkle import HASH_BYTES
from gateway.domain.tree.tiles import WIDTH, Tile
from gateway.infra.db.audit.sealed_tables import AUDIT_CHECKPOINT
from gateway.infra.db.tables import AUDIT
from gateway.infra.sealing.leaves import Leaves
from gateway.infra.sealing.rows import Run, Signed, read_tiles, runs

_PAGE: Final = 512
_TILES: Final = 16

Seen = tuple[int, Any | None]
"""A leaf's number, and its row; None where the store has it no longer."""


def leaf_rows(connection: sa.Connection, leaves: Leaves, first: int, end: int) -> Iterator[Seen]:
    """The rows of the leaves from `first` to `end`, in their order."""
    for run in _clipped(connection, first, end):
        for start in range(0, run.jumlah, _PAGE):
            count = min(_PAGE, run.jumlah - start)
            number = run.nomor + start
            which = AUDIT.c.nomor.between(number, number + count - 1)
            found = {row.nomor: row for row in connection.execute(leaves.query.where(which))}
            for step in range(count):
                yield run.indeks + start + step, found.get(number + step)


def leaf_hashes(connection: sa.Connection, first: int, end: int) -> Iterator[bytes]:
    """The hashes of the same leaves. Raises ValueError where one is not kept."""
    last = -(-end // WIDTH)
    for start in range(first // WIDTH, last, _TILES):
        names = [Tile(0, place) for place in range(start, min(last, start + _TILES))]
        tiles = read_tiles(connection, names)
        for name in names:
            leaf = name.place * WIDTH
            kept = tiles.get(name, b"")
            if len(kept) < (min(end, leaf + WIDTH) - leaf) * HASH_BYTES:
                raise ValueError(f"tile 0/{name.place} does not hold what it should")
            for index in range(max(first, leaf), min(end, leaf + WIDTH)):
                at = (index - leaf) * HASH_BYTES
                yield kept[at : at + HASH_BYTES]


def checkpoints(connection: sa.Connection, which: sa.ColumnElement[bool]) -> Iterator[Signed]:
    """Checkpoints that fulfil a condition, by time."""
    query = sa.select(AUDIT_CHECKPOINT).where(which).order_by(AUDIT_CHECKPOINT.c.pada)
    with connection.execution_options(yield_per=_PAGE).execute(query) as rows:
        for row in rows.mappings():
            yield Signed(**row)


def _clipped(connection: sa.Connection, first: int, end: int) -> Iterator[Run]:
    for run in runs(connection):
        start, stop = max(first, run.indeks), min(end, run.indeks + run.jumlah)
        if start < stop:
            yield Run(start, run.nomor + start - run.indeks, stop - start)
