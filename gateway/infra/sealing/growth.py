"""What one transaction adds to the log: leaves, the tiles over them, and a signature."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from gateway.domain.checkpoint import Checkpoint, Rotation
from gateway.domain.tree.tiles import Edge
from gateway.infra.sealing.notes import SigningKey
from gateway.infra.sealing.rows import (
    Signed,
    add_rows,
    keep_signed,
    last_signed,
    move_head,
    read_head,
    write_tiles,
)
from gateway.infra.sealing.signing import signed
from gateway.infra.sealing.unsealed import Fresh

_TICK: Final = timedelta(microseconds=1)


def append(connection: sa.Connection, edge: Edge, rows: Sequence[Fresh]) -> Edge:
    """Make rows the next leaves; answers the edge of the tree with them."""
    if not rows:
        return edge
    grown = edge.copy()
    tiles = grown.grow([row.leaf for row in rows])
    add_rows(connection, edge.size, [row.nomor for row in rows])
    write_tiles(connection, tiles)
    move_head(connection, grown.size, grown.root())
    return grown


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
