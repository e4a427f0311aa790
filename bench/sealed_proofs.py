"""How long proofs take to be made and checked, by the size of the tree."""

import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from bench.result import Cell, Table
from gateway.domain.tree.merkle import consistency, inclusion, leaf_hash, node_hash
from gateway.domain.tree.proofs import ConsistencyProof, InclusionProof
from gateway.domain.tree.tiles import HEIGHT, WIDTH, Edge, Tile, last_tiles, needed, roots

_SIZES: Final = (10_000, 100_000, 1_000_000, 10_000_000)
_TIMES: Final = 200
_LEAF: Final = leaf_hash(b"{}")


class AlikeTree:
    """A tree whose leaves are all the same, so that its tiles need no room; reading one is free."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._nodes = [_LEAF]
        for _ in range(40):
            self._nodes.append(node_hash(self._nodes[-1], self._nodes[-1]))
        self.root = Edge(size, self.tiles(last_tiles(size))).root()

    def node(self, level: int) -> bytes:
        """The root of 2^level leaves."""
        return self._nodes[level]

    def tiles(self, names: Iterable[Tile]) -> Mapping[Tile, bytes]:
        """The tiles as the tree has them."""
        return {
            name: self.node(HEIGHT * name.level)
            * min(WIDTH, (self.size >> (HEIGHT * name.level)) - name.place * WIDTH)
            for name in names
        }

    def included(self, index: int) -> InclusionProof:
        spans = inclusion(index, self.size)
        hashes = roots(spans, self.tiles(needed(spans)))
        return InclusionProof(index=index, size=self.size, hashes=tuple(hashes))

    def grown(self, old: int) -> ConsistencyProof:
        spans = consistency(old, self.size)
        hashes = roots(spans, self.tiles(needed(spans)))
        return ConsistencyProof(old=old, new=self.size, hashes=tuple(hashes))

    def root_at(self, size: int) -> bytes:
        return Edge(size, self.tiles(last_tiles(size))).root()


def proofs_table() -> Table:
    """Both proofs at all sizes."""
    return Table(
        title="Proofs by the size of the tree, in memory",
        columns=(
            *("leaves", "tiles read", "inclusion: made µs", "checked µs", "hashes"),
            *("consistency: made µs", "checked µs", "hashes"),
        ),
        rows=tuple(_row(AlikeTree(size)) for size in _SIZES),
        note=f"{_TIMES} places each, spread over the tree. What a store needs to find a "
        "tile by its key comes on top.",
    )


def _row(tree: AlikeTree) -> tuple[Cell, ...]:
    places = [1 + number * (tree.size - 2) // _TIMES for number in range(_TIMES)]
    old_roots = {place: tree.root_at(place) for place in places}
    included = {place: tree.included(place) for place in places}
    grown = {place: tree.grown(place) for place in places}
    assert all(proof.leads_to(_LEAF) == tree.root for proof in included.values())
    assert all(proof.holds(old_roots[place], tree.root) for place, proof in grown.items())
    return (
        tree.size,
        max(len(needed(inclusion(place, tree.size))) for place in places),
        _median_us(tree.included, places),
        _median_us(lambda place: included[place].leads_to(_LEAF), places),
        max(len(proof.hashes) for proof in included.values()),
        _median_us(tree.grown, places),
        _median_us(lambda place: grown[place].holds(old_roots[place], tree.root), places),
        max(len(proof.hashes) for proof in grown.values()),
    )


def _median_us(work: Callable[[int], object], places: Iterable[int]) -> float:
    took = []
    for place in places:
        began = time.perf_counter()
        work(place)
        took.append(1_000_000 * (time.perf_counter() - began))
    return statistics.median(took)
