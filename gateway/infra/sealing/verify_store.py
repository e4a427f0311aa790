"""Proves the whole log as it lies in the store: every row, hash, tile and signature."""

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec
import sqlalchemy as sa

from gateway.domain.audit_leaf import MOMENT
from gateway.domain.checkpoint import read_checkpoint
from gateway.domain.tree.tiles import Edge, Tile
from gateway.infra.db.audit.sealed_tables import AUDIT_CHECKPOINT
from gateway.infra.sealing.chain import KeyChain
from gateway.infra.sealing.check import check_log, check_signed
from gateway.infra.sealing.destruction import DESTRUCTION, announced
from gateway.infra.sealing.kept_checkpoint import KeptCheckpoint
from gateway.infra.sealing.leaves import Leaves
from gateway.infra.sealing.notes import read_note
from gateway.infra.sealing.rows import Head, LogBroken, Signed, read_head, read_tiles
from gateway.infra.sealing.signing import all_keys
from gateway.infra.sealing.walk import checkpoints, leaf_hashes, leaf_rows
from gateway.infra.stamping.rows import stamps
from gateway.kit.rfc3161.faults import TimestampWrong
from gateway.kit.rfc3161.tokens import check_token

TOLERANCE: Final = timedelta(seconds=300)
"""By how much an entry's time may lie outside the checkpoints around it."""
_STEP: Final = 4096


class Finding(NamedTuple):
    """What is wrong, and where: a leaf's number, or None where it is about the log as a whole."""

    indeks: int | None
    said: str

    def __str__(self) -> str:
        return self.said if self.indeks is None else f"entry {self.indeks}: {self.said}"


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What was proved where nothing was found."""

    entri: int
    dimusnahkan: int
    checkpoint: int
    stempel: int
    """Timestamps, each of which is of its checkpoint; whether of somebody trusted, is not asked."""


class StoreVerifier:
    """One pass over the log, on one connection that sees one state of the store."""

    def __init__(
        self, connection: sa.Connection, leaves: Leaves, kept: KeptCheckpoint | None
    ) -> None:
        self._connection = connection
        self._leaves = leaves
        self._kept = kept
        self._gone: list[int] = []
        self._destroyed: list[tuple[int, Sequence[Sequence[int]]]] = []
        self._entries = self._signed = self._stamped = 0

    def findings(self, others: Sequence[str] = ()) -> Iterator[Finding]:
        """Everything that is wrong. `others`: signed notes that were kept outside."""
        head = read_head(self._connection)
        if head is None:
            if others or (self._kept is not None and self._kept.read() is not None):
                yield Finding(None, "the log is gone, of which a checkpoint was kept")
            return
        try:
            check_log(self._connection, head, self._kept)
            for note in others:
                check_signed(self._connection, head, note, "a checkpoint that was kept outside")
        except LogBroken as broken:
            yield Finding(None, str(broken))
        try:
            yield from self._signatures()
            yield from self._stamps()
            yield from self._tree(head)
            yield from self._rows(head)
        except ValueError as error:
            yield Finding(None, str(error))
        yield from self._silently_gone()

    def checked(self) -> Checked:
        """How much was looked at."""
        return Checked(
            entri=self._entries,
            dimusnahkan=len(self._gone),
            checkpoint=self._signed,
            stempel=self._stamped,
        )

    def _signatures(self) -> Iterator[Finding]:
        chain = KeyChain(all_keys(self._connection))
        for signed in self._checkpoints():
            self._signed += 1
            if (said := chain.follow(signed.catatan)) is not None:
                yield Finding(None, f"checkpoint {signed.ukuran} {signed.pada:{MOMENT}}: {said}")

    def _stamps(self) -> Iterator[Finding]:
        for size, catatan, stamp in stamps(self._connection, AUDIT_CHECKPOINT.c.ukuran >= 0):
            self._stamped += 1
            try:
                check_token(stamp.token, read_note(catatan)[0].encode(), None)
            except TimestampWrong as wrong:
                named = f"checkpoint {size} {stamp.pada:{MOMENT}}"
                yield Finding(None, f"{named}: the timestamp of {stamp.otoritas}: {wrong}")

    def _tree(self, head: Head) -> Iterator[Finding]:
        """The tree over the sealed hashes has every signed root, and is the one that is kept."""
        edge = Edge(0, {})
        made: dict[Tile, bytes] = {}
        sealed = leaf_hashes(self._connection, 0, head.ukuran)
        for signed in itertools.chain(self._checkpoints(), (None,)):
            size = head.ukuran if signed is None else signed.ukuran
            while edge.size < min(size, head.ukuran):
                step = min(_STEP, min(size, head.ukuran) - edge.size)
                made |= edge.grow([next(sealed) for _ in range(step)])
                yield from self._kept_otherwise(made, head)
            if signed is not None and read_checkpoint_root(signed) != edge.root():
                yield Finding(
                    None,
                    f"checkpoint {signed.ukuran} {signed.pada:{MOMENT}}: the tree has another"
                    " root there, so leaves were changed after they were signed",
                )

    def _kept_otherwise(self, made: dict[Tile, bytes], head: Head) -> Iterator[Finding]:
        """Compares the tiles that are full, or the last ones, and forgets them."""
        whole = {
            tile: isi
            for tile, isi in made.items()
            if len(isi) == 8192 or head.ukuran >> (8 * (tile.level + 1)) == tile.place
        }
        kept = read_tiles(self._connection, whole)
        for tile, isi in whole.items():
            if not kept.get(tile, b"").startswith(isi):
                yield Finding(None, f"tile {tile.level}/{tile.place} is not of this tree")
        made.clear()

    def _rows(self, head: Head) -> Iterator[Finding]:
        sealed = leaf_hashes(self._connection, 0, head.ukuran)
        bounds = _Bounds(self._checkpoints())
        rows = leaf_rows(self._connection, self._leaves, 0, head.ukuran)
        for (index, row), kept in zip(rows, sealed, strict=False):
            self._entries += 1
            if row is None:
                self._gone.append(index)
                continue
            if not self._leaves.is_sealed(row, kept):
                yield Finding(index, "what it says is not what was sealed")
                continue
            if (said := bounds.outside(index, self._leaves.moment(row))) is not None:
                yield Finding(index, said)
            if row.peristiwa == DESTRUCTION:
                self._destroyed.append((index, msgspec.json.decode(row.rincian)["rentang"]))

    def _silently_gone(self) -> Iterator[Finding]:
        told = announced(self._destroyed)
        for index in self._gone:
            at = bisect_right(told, index, key=lambda each: each[0]) - 1
            if at < 0 or index > told[at][1]:
                yield Finding(index, "it is gone, and no entry tells of its destruction")

    def _checkpoints(self) -> Iterator[Signed]:
        return checkpoints(self._connection, AUDIT_CHECKPOINT.c.ukuran >= 0)


class _Bounds:
    """Between which moments each leaf must have happened, by the checkpoints around it."""

    def __init__(self, signed: Iterator[Signed]) -> None:
        self._signed = signed
        self._before: datetime | None = None
        self._next: Signed | None = next(signed, None)

    def outside(self, index: int, pada: str) -> str | None:
        """What is wrong with the time of a leaf; leaves are asked for in their order."""
        while self._next is not None and self._next.ukuran <= index:
            self._before, self._next = self._next.pada, next(self._signed, None)
        if self._before is not None and pada < _told(self._before - TOLERANCE):
            return "back-dated: it was sealed later than it says"
        if self._next is not None and pada > _told(self._next.pada + TOLERANCE):
            return "post-dated: it was sealed before the time that it says"
        return None


def read_checkpoint_root(signed: Signed) -> bytes:
    """The root that a checkpoint signs. Raises ValueError where it is none."""
    text, _, _ = signed.catatan.partition("\n\n")
    return read_checkpoint(text + "\n").akar


def _told(moment: datetime) -> str:
    return moment.strftime(MOMENT)
