"""Entries are cut out of a JSON body wherever its pieces begin and end."""

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kit.json_items import JsonItems, NotItems

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='ab{}[]",\\:\n é'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('a{"]'), inner, max_size=3),
    max_leaves=8,
)


def cut(body, sizes=(1 << 20,), longest=1000):
    items, found, start, turn = JsonItems(longest), [], 0, 0
    while start < len(body):
        size = sizes[turn % len(sizes)]
        found += items.feed(body[start : start + size])
        start, turn = start + size, turn + 1
    return [*found, *items.end()]


@given(st.lists(values, max_size=6), st.lists(st.integers(1, 40), min_size=1), st.booleans())
def test_each_entry_is_found_whole(entries, sizes, spaced):
    body = json.dumps({"items": entries}, indent=1 if spaced else None).encode()
    found = cut(body, sizes)
    assert [number for number, _ in found] == [*range(1, len(entries) + 1)]
    assert [json.loads(text) for _, text in found if text is not None] == entries


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"items": [', b'{"items": [1', b'{"items": [1]', b'{"items": {}}',
     b'{"data": []}', b'{"items": []} x', b'{"items": [], "more": 1}', b'{"items": ["a]}',
     b'{"items": [' + b"[" * 40, b" " * 300, b'{"items": [}]}'],
)  # fmt: skip
def test_what_is_no_such_object_is_refused(body):
    for sizes in ((1,), (1000,)):
        with pytest.raises(NotItems):
            cut(body, sizes)


@pytest.mark.parametrize("sizes", [(7,), (1000,)])
def test_an_entry_that_is_too_long_is_told_and_not_held(sizes):
    many = b",".join(b'{"a": %d}' % number for number in range(400))
    body = b'{"items": [1, [' + many + b"], 3]}"
    assert cut(body, sizes, longest=300) == [(1, b"1"), (2, None), (3, b" 3")]


def test_a_text_without_an_end_is_refused_before_it_grows():
    with pytest.raises(NotItems):
        cut(b'{"items": ["' + b"x" * 5000, (100,), longest=300)


def test_what_follows_the_entries_is_not_held():
    items = JsonItems(1000)
    assert [*items.feed(b'{"items": [1]')] == [(1, b"1")]
    tracemalloc.start()
    try:
        for _ in range(64):
            assert [*items.feed(b" " * 65_536)] == []
        held, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 65_536 * 2
    with pytest.raises(NotItems):
        [*items.feed(b"x")]
