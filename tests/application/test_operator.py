"""A person who administers cannot pass for a second one, or for the program itself."""

import pytest

from gateway.application.caller.operator import named_operator, same_operator
from gateway.domain.errors import BadInput

NAME = "CONTOH A"
SPELLINGS = {
    "letter case and spaces": " contoh   a ",
    "a point and a dash": "CONTOH-A.",
    "an accent": "C\u00f3ntoh A",
    "an accent of its own": "Co\u0301ntoh A",
    "wide letters": "\uff23\uff2f\uff2e\uff34\uff2f\uff28 A",
    "a space without width": "CON\u200bTOH A",
    "a mark of direction": "CONTOH A\u202e",
}


@pytest.mark.parametrize("case", SPELLINGS)
def test_another_spelling_is_no_second_person(case):
    assert same_operator(NAME, SPELLINGS[case])


def test_another_name_is_a_second_person():
    assert not same_operator(NAME, "CONTOH B")
    assert not same_operator("CONTOH 1", "CONTOH 2")


@pytest.mark.parametrize(
    "name", ["", " \u3000", "CON\u200bTOH C", "CONTOH\u202e C", "g\u00adateway", "\uff47ateway"]
)
def test_a_name_that_is_not_what_it_looks_like_is_nobody_s(name):
    with pytest.raises(BadInput, match="oleh"):
        named_operator(name)


def test_a_name_is_recorded_in_one_spelling():
    assert named_operator(" Co\u0301ntoh \u00a0 A") == "C\u00f3ntoh A"
