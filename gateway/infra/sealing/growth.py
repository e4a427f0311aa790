"""What one transaction adds to the log: leaves, the tiles over them, and a signature."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import sqlalchemy as sa

from gateway.domain.checkpoint import Checkpoint, Rotation
from gateway.domain.tree.tiles import Edge, Tile
from gateway.infra.sealing.notes import SigningKey
from gateway.infra.sealing.rows import (
    Run,
    Signed,
    add_runs,
    keep_signed,
    last_signed,
    move_head,
    read_head,
    runs_of,
    write_tiles,
)
from gateway.infra.sealing.signing import signed
from gateway.infra.sealing.unsealed import Fresh

_TICK: Final = timedelta(microseconds=1)


class Growth(NamedTuple):
    """What rows will make of a tree: all that can be known without the lock of the log."""

    edge: Edge
    root: bytes
    tiles: Mapping[Tile, bytes]
    runs: Sequence[Run]


def grow(edge: Edge, rows: Sequence[Fresh]) -> Growth:
    """The tree with rows as its next leaves."""
    grown = edge.copy()
    tiles = grown.grow([row.leaf for row in rows])
    runs = runs_of([row.nomor for row in rows], edge.size)
    return Growth(grown, grown.root(), tiles, runs)


def append(connection: sa.Connection, growth: Growth) -> None:
    """Make rows the next leaves of the tree from which they were grown."""
    if not growth.runs:
        return
    add_runs(connection, growth.runs)
    write_tiles(connection, growth.tiles)
    move_head(connection, growth.edge.size, growth.root)


def sign(
    connection: sa.Connection,
    edge: Edge,
    now: datetime,
    keys: Sequence[SigningKey],
    rotation: Rotation | None = None,
) -> Signed:
    """Sign the tree as it is, at a moment after that of every checkpoint before."""
    head, last = read_head(connection), last_signed(connection)
    assert head is not None
    checkpoint = Checkpoint(
        asal=head.asal,
        ukuran=edge.size,
        akar=edge.root(),
        pada=now if last is None else max(now, last.pada + _TICK),
        rotasi=rotation,
    )
    made = signed(checkpoint, *keys)
    keep_signed(connection, made)
    return made
