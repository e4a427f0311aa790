"""A name is new once; what was seen lies on disk and vanishes with its file."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.infra.seen import SeenOnDisk

NAMES = st.text(alphabet="abc|:é\x00", max_size=3)


@given(st.lists(st.lists(NAMES, max_size=12), max_size=12))
def test_it_says_what_a_set_would_say(batches):
    known: set[str] = set()
    with SeenOnDisk() as seen:
        for batch in batches:
            expected = [name not in known and not known.add(name) for name in batch]
            assert seen.add(batch) == expected


def test_a_large_batch_is_one_question():
    names = [f"nama-{number}" for number in range(60_000)]
    with SeenOnDisk() as seen:
        assert all(seen.add(names))
        assert not any(seen.add(names))
        assert seen.add(["baru", names[7]]) == [True, False]


def test_two_files_do_not_see_each_other():
    with SeenOnDisk() as one, SeenOnDisk() as other:
        assert one.add(["a"]) == other.add(["a"]) == [True]


def test_what_was_seen_is_gone_afterwards():
    with SeenOnDisk() as seen:
        seen.add(["a"])
    with pytest.raises(sqlite3.ProgrammingError):
        seen.add(["a"])
