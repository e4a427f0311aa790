"""The lifetimes of kept answers as an operator sets them."""

import pytest

from gateway.domain.freshness import LIFETIMES
from gateway.domain.outcome import Outcome
from gateway.rules import freshness_of
from gateway.settings import SettingsWrong, read_settings

NAME = "GATEWAY_NIK_CACHE_LIFETIMES"


def test_what_is_named_changes_and_the_rest_stays():
    freshness = freshness_of(read_settings({NAME: '{"found": 600, "deceased": 60}'}))
    changed = {Outcome.FOUND: 600, Outcome.DECEASED: 60}
    assert freshness.lifetimes == LIFETIMES | changed
    assert (freshness.while_asking, freshness.while_away) == (60, 14_400)


@pytest.mark.parametrize(
    "text", ['{"busy": 60}', '{"unavailable": 1}', '{"found": 0}', '{"lost": 60}', "600", "{"]
)
def test_trouble_has_no_lifetime_and_nonsense_is_told(text):
    with pytest.raises(SettingsWrong, match=NAME):
        read_settings({NAME: text})
