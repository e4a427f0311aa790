"""Reading the one `Authorization: Bearer` header."""

import pytest

from gateway.application.authenticate import bearer
from gateway.domain.errors import NotAuthenticated


@pytest.mark.parametrize("header", ["Bearer abc", "bearer abc", "BEARER  abc ", "Bearer abc\t"])
def test_the_token_is_what_follows_the_scheme(header):
    assert bearer([header]) == "abc"


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
        (["Bearer a", "Basic b"], "invalid_request"),
    ],
)
def test_anything_else_is_refused_with_the_right_error(headers, error):
    with pytest.raises(NotAuthenticated) as caught:
        bearer(headers)
    assert caught.value.oauth_error == error
