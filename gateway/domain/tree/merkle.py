"""Hashes of leaves and nodes, and which subtrees make a root or a proof."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

EMPTY_ROOT: Final = sha256().digest()
HASH_BYTES: Final = 32

Span = tuple[int, int]
"""The leaves from the first number to the second one, which is not among them."""


class Node(NamedTuple):
    """A perfect subtree: the 2^level leaves from place * 2^level on."""

    level: int
    place: int


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf's bytes."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node by those of its children."""
    return sha256(b"\x01" + left + right).digest()


def join(peaks: Sequence[bytes]) -> bytes:
    """The root over perfect subtrees that shrink from the left to the right."""
    if not peaks:
        return EMPTY_ROOT
    *others, root = peaks
    for peak in reversed(others):
        root = node_hash(peak, root)
    return root


def perfect(span: Span) -> Iterator[Node]:
    """The perfect subtrees of a subtree, from the left to the right, each smaller than the last."""
    first, end = span
    while first < end:
        level = (end - first).bit_length() - 1
        yield Node(level, first >> level)
        first += 1 << level


def inclusion(index: int, size: int) -> list[Span]:
    """The subtrees whose roots prove that leaf `index` is in the tree of `size`, lowest first.

    Raises ValueError where it cannot be in it.
    """
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of that size")
    first, end = 0, size
    proof: list[Span] = []
    while end - first > 1:
        middle = first + _left(end - first)
        if index < middle:
            proof.append((middle, end))
            end = middle
        else:
            proof.append((first, middle))
            first = middle
    return proof[::-1]


def consistency(old: int, new: int) -> list[Span]:
    """The subtrees whose roots prove that the tree of `old` leaves begins the one of `new`.

    Raises ValueError where the old one is larger.
    """
    if not 0 <= old <= new:
        raise ValueError("a tree does not shrink")
    if old in {0, new}:
        return []
    first, end = 0, new
    proof: list[Span] = []
    while old != end:
        middle = first + _left(end - first)
        if old <= middle:
            proof.append((middle, end))
            end = middle
        else:
            proof.append((first, middle))
            first = middle
    if first:
        proof.append((first, end))
    return proof[::-1]


def _left(leaves: int) -> int:
    """How many leaves the left subtree has: the largest power of two below their number."""
    return 1 << ((leaves - 1).bit_length() - 1)
