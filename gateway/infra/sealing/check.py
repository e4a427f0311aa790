"""Whether the log agrees with itself: found out before anything is added to it."""

import sqlalchemy as sa

from gateway.domain.checkpoint import read_checkpoint
from gateway.domain.tree.tiles import Edge, last_tiles, needed, roots
from gateway.infra.db.tables import AUDIT
from gateway.infra.sealing.kept_checkpoint import KeptCheckpoint
from gateway.infra.sealing.leaves import Leaves
from gateway.infra.sealing.notes import read_note, signers
from gateway.infra.sealing.rows import (
    Head,
    LogBroken,
    last_signed,
    newest_row,
    read_tiles,
    runs,
)
from gateway.infra.sealing.signing import all_keys

State = tuple[int, bytes]
"""Size and root of a tree."""

_RESTORE = "restore the store from a backup that has it, or see `gateway audit verify-store`"


def check_log(connection: sa.Connection, head: Head, kept: KeptCheckpoint | None) -> None:
    """Raises LogBroken where head, tree, rows, signatures or the checkpoint kept beside disagree.

    Rows that are not sealed yet are none of its business: they are sealed next.
    """
    edge_of(connection, head)
    _check_places(connection, head)
    if (last := last_signed(connection)) is not None:
        check_signed(connection, head, last.catatan, "the newest checkpoint")
    if kept is not None and (note := kept.read()) is not None:
        check_signed(connection, head, note, f"the checkpoint in {kept.path}")


def edge_of(connection: sa.Connection, head: Head) -> Edge:
    """The right edge of the log's tree. Raises LogBroken where it is not that of the head."""
    edge = _edge_at(connection, head.ukuran)
    if edge.root() != head.akar:
        raise LogBroken(f"the log's tree does not have the root of its head: {_RESTORE}")
    return edge


def check_grown(connection: sa.Connection, head: Head, earlier: State) -> None:
    """Raises LogBroken where the log was not grown from what it was."""
    _check_state(connection, head, earlier, "the log as it was sealed here")


def newest_leaf(connection: sa.Connection, leaves: Leaves) -> int:
    """The number of the highest row that is sealed; 0 where none is.

    Raises LogBroken where it is gone or does not have its leaf's hash: then a row could take its
    number again, or the end of the log was changed.
    """
    newest = newest_row(connection)
    if newest is None:
        return 0
    row = connection.execute(leaves.query.where(AUDIT.c.nomor == newest.nomor)).one_or_none()
    if row is None:
        raise LogBroken(f"the newest sealed row of the log is gone: {_RESTORE}")
    span = (newest.indeks, newest.indeks + 1)
    try:
        [kept] = roots([span], read_tiles(connection, needed([span])))
    except ValueError as error:
        raise LogBroken(f"the log's tree has a hole ({error}): {_RESTORE}") from None
    if not leaves.is_sealed(row, kept):
        raise LogBroken(f"the newest sealed row of the log was changed: {_RESTORE}")
    return newest.nomor


def check_signed(connection: sa.Connection, head: Head, note: str, which: str) -> None:
    """Raises LogBroken where a signed note is not of this log, or not of a state that it had."""
    try:
        made = read_checkpoint(read_note(note)[0])
        is_signed = bool(signers(note, all_keys(connection)))
    except ValueError:
        is_signed = False
    if not is_signed:
        raise LogBroken(f"{which} is not signed by a key of the log: {_RESTORE}")
    if made.asal != head.asal:
        raise LogBroken(f"{which} is of another log, {made.asal}: {_RESTORE}")
    _check_state(connection, head, (made.ukuran, made.akar), which)


def _check_places(connection: sa.Connection, head: Head) -> None:
    after = 0
    for run in runs(connection):
        if run.indeks != after or run.jumlah < 1:
            break
        after += run.jumlah
    if after != head.ukuran:
        raise LogBroken(f"the log knows no rows for its leaves from {after} on: {_RESTORE}")


def _edge_at(connection: sa.Connection, size: int) -> Edge:
    try:
        return Edge(size, read_tiles(connection, last_tiles(size)))
    except ValueError as error:
        raise LogBroken(f"the log's tree has a hole ({error}): {_RESTORE}") from None


def _check_state(connection: sa.Connection, head: Head, state: State, which: str) -> None:
    size, root = state
    if size > head.ukuran:
        raise LogBroken(
            f"{which} has {size} entries, the store {head.ukuran}: the store was rolled"
            f" back, and what was disclosed since is missing; {_RESTORE}"
        )
    if _edge_at(connection, size).root() != root:
        raise LogBroken(f"{which} is not of this tree: the log was forked or changed; {_RESTORE}")
