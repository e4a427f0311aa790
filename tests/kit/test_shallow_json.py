"""JSON that was made to hurt its reader."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kit.shallow_json import read_shallow

HURTFUL = [
    b"",
    b"[",
    b"\xff",
    b'"\xff"',
    b'"\\ud800"',
    b"1e400",
    b"NaN",
    b"[" * 100_000,
    b"[" * 401 + b"]" * 401,
    b'{"a":' * 401 + b"1" + b"}" * 401,
    b'{"a":[' * 201 + b"]}" * 201,
]


@pytest.mark.parametrize("raw", HURTFUL, ids=lambda raw: repr(raw[:20]))
def test_it_is_refused_as_a_value_that_is_none(raw):
    with pytest.raises(ValueError):
        read_shallow(raw, Any)


def test_what_honest_tokens_have_is_read():
    roles = {f"sistem-{number}": {"roles": ["a", "b"]} for number in range(150)}
    raw = str(roles).replace("'", '"').encode()
    assert read_shallow(raw, dict[str, Any]) == roles


@given(st.binary(max_size=300))
def test_nothing_else_is_ever_raised(raw):
    try:
        read_shallow(raw, Any)
    except ValueError:
        return
