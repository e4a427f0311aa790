"""The log tells of crashes, and of nothing that a caller did wrong."""

import pytest

from gateway.domain.errors import BadInput
from gateway.infra.observing.trouble import tell_operators
from tests.fixtures.logs import written_log


def raised_in_a_group(error):
    """As the framework raises what one of several things that it asks for at once raised."""
    error.__cause__ = ExceptionGroup("several", [error])
    return error


def caused_by(cause):
    error = BadInput("contoh")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("trouble", "is_told"),
    [
        (BadInput("contoh"), False),
        (raised_in_a_group(BadInput("contoh")), False),
        (caused_by(KeyError("contoh")), True),
        (caused_by(ExceptionGroup("several", [KeyError("contoh")])), True),
        (KeyError("contoh"), True),
    ],
    ids=["refusal", "refusal in a group", "hidden", "hidden in a group", "crash"],
)
def test_a_crash_is_told_and_a_refusal_is_not(trouble, is_told):
    with written_log() as log:
        tell_operators(trouble, "r-1")
        assert ('"crash"' in log()) == is_told
