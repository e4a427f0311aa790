"""A body read in any pieces is the same body, and never larger than allowed."""

import gzip
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kit.inflate import BodyTooLargeError, BodyUnreadableError, BoundedBody

PIECES = st.lists(st.binary(max_size=200), max_size=8)


def read(wire: bytes, sizes: list[int], *, coding: str, limit: int = 10_000) -> bytes:
    """The body from pieces of these sizes, and the rest in one piece."""
    body = BoundedBody(coding=coding, limit=limit)
    ends = [0, *itertools.accumulate(sizes), len(wire)]
    for begin, end in itertools.pairwise(ends):
        body.add(wire[begin:end])
    return body.whole()


@given(members=PIECES, sizes=st.lists(st.integers(0, 50), max_size=20))
def test_a_body_is_the_same_in_any_pieces(members: list[bytes], sizes: list[int]):
    plain = b"".join(members)
    assert read(plain, sizes, coding="") == plain
    assert read(b"".join(map(gzip.compress, members)), sizes, coding="gzip") == plain


@given(plain=st.binary(min_size=1, max_size=300), kept=st.floats(0, 1))
def test_a_compressed_body_without_its_end_is_unreadable(plain: bytes, kept: float):
    wire = gzip.compress(plain)
    cut = wire[: 1 + int(kept * (len(wire) - 2))]
    with pytest.raises(BodyUnreadableError):
        read(cut, [], coding="gzip")


@given(st.integers(1, 5000), st.sampled_from(["", "gzip"]))
def test_one_byte_more_than_allowed_is_too_large(size: int, coding: str):
    wire = gzip.compress(bytes(size), mtime=0) if coding else bytes(size)
    with pytest.raises(BodyTooLargeError):
        read(wire, [], coding=coding, limit=size - 1)
