"""The tree against RFC 6962 written out naively, and against the vectors that all logs share."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.tree.merkle import EMPTY_ROOT, consistency, inclusion, leaf_hash
from gateway.domain.tree.proofs import ConsistencyProof, InclusionProof
from gateway.domain.tree.tiles import WIDTH, Edge, Tile, last_tiles, needed, roots
from tests.domain.tree.reference import mth, path, proof

# The leaves of certificate transparency's own tests, and the roots of their first 1 to 8.
LEAVES = [
    *(bytes(range(start, start + length)) for start, length in ((0, 0), (0, 1), (16, 1))),
    b" !",
    b"01",
    *(bytes(range(start, start + length)) for start, length in ((64, 4), (80, 8), (96, 16))),
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
sizes = st.one_of(st.integers(1, 40), st.integers(WIDTH - 2, WIDTH * 2 + 3))


def hashes(count):
    return [leaf_hash(str(number).encode()) for number in range(count)]


ALL = hashes(WIDTH * 3)


class Tree:
    """A tree as a store keeps it."""

    def __init__(self, leaves, *, step=7) -> None:
        self.tiles: dict[Tile, bytes] = {}
        self.edge = Edge(0, {})
        for at in range(0, len(leaves), step):
            self.tiles |= self.edge.grow(leaves[at : at + step])

    def inclusion(self, index, size):
        return InclusionProof(index=index, size=size, hashes=self.told(inclusion(index, size)))

    def consistency(self, old, new):
        return ConsistencyProof(old=old, new=new, hashes=self.told(consistency(old, new)))

    def told(self, spans):
        return tuple(roots(spans, {tile: self.tiles[tile] for tile in needed(spans)}))


def test_the_shared_vectors():
    leaves = [leaf_hash(leaf) for leaf in LEAVES]
    for size, root in enumerate(ROOTS, 1):
        assert Tree(leaves[:size]).edge.root().hex() == root
    assert EMPTY_ROOT == Edge(0, {}).root() == mth([])


@given(size=sizes, step=st.integers(1, 300), data=st.data())
def test_roots_and_proofs_are_those_of_the_rfc(size, step, data):
    leaves = ALL[:size]
    tree = Tree(leaves, step=step)
    root = tree.edge.root()
    assert root == mth(leaves)
    index = data.draw(st.integers(0, size - 1))
    shown = tree.inclusion(index, size)
    assert list(shown.hashes) == path(index, leaves)
    assert shown.leads_to(leaves[index]) == root
    old = data.draw(st.integers(1, size))
    grown = tree.consistency(old, size)
    assert list(grown.hashes) == proof(old, leaves)
    assert grown.holds(mth(leaves[:old]), root)


@given(size=st.integers(2, 64), data=st.data())
def test_a_proof_of_something_else_does_not_hold(size, data):
    leaves = ALL[:size]
    tree = Tree(leaves)
    index = data.draw(st.integers(0, size - 1))
    shown = tree.inclusion(index, size)
    assert shown.leads_to(ALL[size]) != tree.edge.root()
    others = msgspec.structs.replace(shown, index=data.draw(st.integers(0, size - 1)))
    assert (others.leads_to(leaves[index]) == tree.edge.root()) == (others.index == index)
    for hashes_told in (shown.hashes[:-1], (*shown.hashes, ALL[0])):
        changed = msgspec.structs.replace(shown, hashes=hashes_told)
        assert changed.leads_to(leaves[index]) != tree.edge.root()
    old = data.draw(st.integers(1, size - 1))
    grown = tree.consistency(old, size)
    forked = mth([*leaves[: old - 1], ALL[size]])
    assert not grown.holds(forked, tree.edge.root())
    for hashes_told in (grown.hashes[:-1], (*grown.hashes, ALL[0])):
        changed = msgspec.structs.replace(grown, hashes=hashes_told)
        assert not changed.holds(mth(leaves[:old]), tree.edge.root())


@given(size=sizes, more=st.integers(0, 300))
def test_an_edge_that_was_kept_grows_as_one_that_was_not(size, more):
    tree = Tree(ALL[:size])
    tiles = {tile: tree.tiles[tile] for tile in last_tiles(size)}
    again = Edge(size, tiles)
    kept = again.copy()
    again.grow(ALL[size : size + more])
    assert again.root() == mth(ALL[: size + more])
    assert (kept.size, kept.root()) == (size, mth(ALL[:size]))
    newest = kept.last_leaf()
    assert newest == (ALL[size - 1] if size % WIDTH else None)


def test_a_smaller_tree_is_read_from_the_tiles_of_a_larger_one():
    tree = Tree(ALL)
    for size in (1, 3, WIDTH - 1, WIDTH, WIDTH + 1, WIDTH * 2 + 5):
        assert Edge(size, tree.tiles).root() == mth(ALL[:size])
        assert tree.inclusion(size // 2, size).leads_to(ALL[size // 2]) == mth(ALL[:size])


def test_what_cannot_be_is_refused():
    for index, size in ((0, 0), (-1, 1), (1, 1)):
        with pytest.raises(ValueError):
            inclusion(index, size)
    for old, new in ((-1, 1), (2, 1)):
        with pytest.raises(ValueError):
            consistency(old, new)
    with pytest.raises(ValueError, match="0/0"):
        Edge(3, {Tile(0, 0): ALL[0]})
    with pytest.raises(ValueError, match="0/0"):
        roots([(0, 2)], {})
    assert InclusionProof(index=1, size=1, hashes=()).leads_to(ALL[0]) is None
    assert not ConsistencyProof(old=2, new=1, hashes=(ALL[0],)).holds(ALL[0], ALL[1])
    assert not ConsistencyProof(old=3, new=4, hashes=()).holds(ALL[0], ALL[1])


def test_the_tree_of_any_size_follows_the_empty_one_and_itself():
    same = mth(ALL[:5])
    assert ConsistencyProof(old=0, new=5, hashes=()).holds(EMPTY_ROOT, same)
    assert ConsistencyProof(old=5, new=5, hashes=()).holds(same, same)
    assert not ConsistencyProof(old=5, new=5, hashes=()).holds(same, ALL[0])


def test_a_proof_in_ten_million_leaves_reads_a_handful_of_tiles():
    for index in (0, 5_000_000, 9_999_999):
        assert len(needed(inclusion(index, 10_000_000))) <= 6
    assert len(needed(consistency(4_999_999, 10_000_000))) <= 6
