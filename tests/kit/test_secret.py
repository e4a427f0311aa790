"""A secret shows itself only when asked by name."""

import pytest

from gateway.kit.secret import Secret

TEXT = "rahasia-contoh"


@pytest.mark.parametrize(
    "shown",
    [
        repr(Secret(TEXT)),
        str(Secret(TEXT)),
        f"{Secret(TEXT)}",
        f"{Secret(TEXT)!r}",
        repr([Secret(TEXT)]),
    ],
    ids=["repr", "str", "format", "format repr", "inside a list"],
)
def test_no_way_of_printing_shows_it(shown: str) -> None:
    assert TEXT not in shown
    assert "***" in shown


def test_reveal_gives_the_text() -> None:
    assert Secret(TEXT).reveal() == TEXT


def test_empty_secret_counts_as_not_set() -> None:
    assert not Secret("")
    assert Secret(TEXT)


def test_secrets_compare_by_text_and_only_with_secrets() -> None:
    assert Secret(TEXT) == Secret(TEXT)
    assert Secret(TEXT) != Secret("lain")
    assert Secret(TEXT) != TEXT
    assert len({Secret(TEXT), Secret(TEXT)}) == 1


def test_a_secret_takes_no_other_attribute() -> None:
    with pytest.raises(AttributeError):
        Secret(TEXT).copy = TEXT
