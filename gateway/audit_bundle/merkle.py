"""The Merkle tree as an outsider makes it: from its left edge, and by proofs (RFC 9162)."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

EMPTY: Final = sha256(b"").digest()


def hash_leaf(leaf: bytes) -> bytes:
    """The hash of an entry's bytes."""
    return sha256(b"\x00" + leaf).digest()


def hash_pair(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


class Growth:
    """A tree that leaves are added to; it knows, by level, the subtree that waits for a sibling."""

    def __init__(self, size: int, peaks: Sequence[bytes]) -> None:
        """`peaks`: roots of the perfect subtrees, largest first. Raises ValueError."""
        if len(peaks) != size.bit_count():
            raise ValueError("the tree of that size has another number of peaks")
        self.size = size
        rest = iter(reversed(peaks))
        self._waiting = [
            next(rest) if size >> level & 1 else None for level in range(size.bit_length())
        ]

    def add(self, leaf: bytes) -> None:
        """The next leaf, by its hash."""
        carried, level = leaf, 0
        while level < len(self._waiting) and (left := self._waiting[level]) is not None:
            carried = hash_pair(left, carried)
            self._waiting[level] = None
            level += 1
        if level == len(self._waiting):
            self._waiting.append(None)
        self._waiting[level] = carried
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree as it is."""
        root = None
        for waiting in self._waiting:
            if waiting is not None:
                root = waiting if root is None else hash_pair(waiting, root)
        return EMPTY if root is None else root


def root_by_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that the proof leads to from a leaf's hash; None where it has a wrong length."""
    at, last, root = index, size - 1, leaf
    if not 0 <= at <= last:
        return None
    for other in proof:
        if last == 0:
            return None
        if at % 2 or at == last:
            root = hash_pair(other, root)
            while at and at % 2 == 0:
                at, last = at // 2, last // 2
        else:
            root = hash_pair(root, other)
        at, last = at // 2, last // 2
    return root if last == 0 else None


def is_consistent(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Whether the proof leads from the tree of one size and root to that of the other."""
    (old_size, old_root), (new_size, new_root) = old, new
    if old_size in {0, new_size}:
        return not proof and (old_size == 0 or old_root == new_root)
    if not 0 < old_size < new_size:
        return False
    # A perfect old tree is a node of the new one, and its own root begins the proof.
    is_node = old_size & (old_size - 1) == 0
    steps = [old_root, *proof] if is_node else [*proof]
    return bool(steps) and _climb(steps, old_size - 1, new_size - 1) == (old_root, new_root)


def _climb(steps: Sequence[bytes], at: int, last: int) -> tuple[bytes, bytes] | None:
    while at % 2:
        at, last = at // 2, last // 2
    first = second = steps[0]
    for other in steps[1:]:
        if last == 0:
            return None
        if at % 2 or at == last:
            first, second = hash_pair(other, first), hash_pair(other, second)
            while at and at % 2 == 0:
                at, last = at // 2, last // 2
        else:
            second = hash_pair(second, other)
        at, last = at // 2, last // 2
    return (first, second) if last == 0 else None
