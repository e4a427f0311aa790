"""Keeps a tree's hashes in tiles of 256, so that a proof reads few of them whatever the size.

A tile of level L holds, side by side, the hashes of up to 256 perfect subtrees of 256^L leaves.
Only the last tile of a level is not full; it grows at its end, so it serves smaller trees, too.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from gateway.domain.tree.merkle import HASH_BYTES, Node, Span, join, node_hash, perfect

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT


class Tile(NamedTuple):
    """The name of a tile."""

    level: int
    place: int


def last_tiles(size: int) -> list[Tile]:
    """The tiles that are not full in the tree of `size`, lowest first."""
    found = []
    level = 0
    while size:
        size, rest = divmod(size, WIDTH)
        if rest:
            found.append(Tile(level, size))
        level += 1
    return found


def needed(spans: Iterable[Span]) -> set[Tile]:
    """The tiles that hold what the roots of these subtrees are made of."""
    return {_place(node)[0] for span in spans for node in perfect(span)}


def roots(spans: Iterable[Span], tiles: Mapping[Tile, bytes]) -> list[bytes]:
    """The root of each subtree. Raises ValueError where a tile is missing or too short."""
    return [join([_hash(node, tiles) for node in perfect(span)]) for span in spans]


def _place(node: Node) -> tuple[Tile, int, int]:
    """The node's tile, and which hashes of it are the node's: from where, and how many."""
    level, height = divmod(node.level, HEIGHT)
    start = node.place << height
    return Tile(level, start >> HEIGHT), start % WIDTH, 1 << height


def _hash(node: Node, tiles: Mapping[Tile, bytes]) -> bytes:
    tile, start, count = _place(node)
    kept = tiles.get(tile, b"")[start * HASH_BYTES : (start + count) * HASH_BYTES]
    if len(kept) != count * HASH_BYTES:
        raise ValueError(f"tile {tile.level}/{tile.place} does not hold what it should")
    return _fold(kept)


def _fold(hashes: bytes) -> bytes:
    """The root of a perfect tree over hashes that stand side by side."""
    row = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


class Edge:
    """The right edge of a growing tree: its size, and its last tiles."""

    def __init__(self, size: int, tiles: Mapping[Tile, bytes]) -> None:
        """`tiles` are the last ones of the tree of `size`; they may be longer than that.

        Raises ValueError where one is missing or too short.
        """
        self.size = size
        self._root: bytes | None = None
        self._open: list[bytearray] = []
        for tile in last_tiles(size):
            while len(self._open) < tile.level:
                self._open.append(bytearray())
            length = ((size >> (HEIGHT * tile.level)) % WIDTH) * HASH_BYTES
            kept = tiles.get(tile, b"")[:length]
            if len(kept) != length:
                raise ValueError(f"tile {tile.level}/{tile.place} does not hold what it should")
            self._open.append(bytearray(kept))

    def copy(self) -> "Edge":
        """An edge that grows by itself."""
        copied = Edge(0, {})
        copied.size = self.size
        copied._open = [bytearray(row) for row in self._open]
        return copied

    def grow(self, leaves: Sequence[bytes]) -> dict[Tile, bytes]:
        """Add leaf hashes; answers every tile that is new or longer now."""
        changed: dict[Tile, bytes] = {}
        self._root = None
        for leaf in leaves:
            self.size += 1
            self._add(0, leaf, changed)
        for level, row in enumerate(self._open if leaves else ()):
            if row:
                changed[Tile(level, self.size >> (HEIGHT * (level + 1)))] = bytes(row)
        return changed

    def last_leaf(self) -> bytes | None:
        """The hash of the newest leaf; None where its tile is full, and so not here."""
        row = self._open[0] if self._open else b""
        return bytes(row[-HASH_BYTES:]) or None

    def peaks(self) -> list[bytes]:
        """The roots of the perfect subtrees that make the tree, largest first."""
        found: list[bytes] = []
        for row in reversed(self._open):
            for node in perfect((0, len(row) // HASH_BYTES)):
                start = (node.place << node.level) * HASH_BYTES
                found.append(_fold(bytes(row[start : start + (HASH_BYTES << node.level)])))
        return found

    def root(self) -> bytes:
        """The tree's root."""
        if self._root is None:
            self._root = join(self.peaks())
        return self._root

    def _add(self, level: int, node: bytes, changed: dict[Tile, bytes]) -> None:
        if level == len(self._open):
            self._open.append(bytearray())
        row = self._open[level]
        row += node
        if len(row) == WIDTH * HASH_BYTES:
            full = bytes(row)
            changed[Tile(level, (self.size >> (HEIGHT * (level + 1))) - 1)] = full
            row.clear()
            self._add(level + 1, _fold(full), changed)
