"""Reading the one `Authorization` header."""

import pytest

from gateway.application.caller.authenticate import presented_token
from gateway.application.caller.holder import Scheme
from gateway.domain.errors import NotAuthenticated


@pytest.mark.parametrize("rest", [" abc", "  abc ", " abc\t"])
@pytest.mark.parametrize(
    ("word", "scheme"),
    [
        ("Bearer", Scheme.BEARER),
        ("bearer", Scheme.BEARER),
        ("BEARER", Scheme.BEARER),
        ("DPoP", Scheme.DPOP),
        ("dpop", Scheme.DPOP),
    ],
)
def test_the_token_is_what_follows_the_scheme(word, scheme, rest):
    presented = presented_token([word + rest])
    assert (presented.scheme, presented.text) == (scheme, "abc")


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ([], None),
        (["Bearer"], "invalid_request"),
        (["Bearer  "], "invalid_request"),
        (["Basic abc"], "invalid_request"),
        (["Bearerabc"], "invalid_request"),
        ([""], "invalid_request"),
        (["Bearer a", "Bearer b"], "invalid_request"),
        (["DPoP a", "Bearer a"], "invalid_request"),
        (["Bearer a", "Basic b"], "invalid_request"),
    ],
)
def test_anything_else_is_refused_with_the_right_error(headers, error):
    with pytest.raises(NotAuthenticated) as caught:
        presented_token(headers)
    assert caught.value.oauth_error == error
