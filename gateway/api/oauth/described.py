"""What the descriptions of all endpoints of the issuers share."""

from typing import Any, Final

from litestar.openapi.datastructures import ResponseSpec

from gateway.api.oauth.answers import OAuthErrorBody
from gateway.api.problems import documented
from gateway.domain.client import AuthMethod

TAGS: Final = ("oauth",)
SUFFIX: Final = {AuthMethod.PRIVATE_KEY_JWT: "", AuthMethod.CLIENT_SECRET: "Legacy"}
"""How the operations of each issuer are told apart, by how its clients prove themselves."""

_REFUSALS: Final = {
    400: "The request or the grant does not allow it.",
    401: "The client has not proved who it is.",
    413: "The form is larger than 16 KiB.",
}


def answers(body: type[Any] | None, description: str) -> dict[int, ResponseSpec]:
    """The good answer and the refusals of an endpoint for clients."""
    refusals = {status: _spec(OAuthErrorBody, text) for status, text in _REFUSALS.items()}
    return {200: _spec(body, description), **refusals, **documented(429, 503)}


def _spec(body: type[Any] | None, description: str) -> ResponseSpec:
    return ResponseSpec(body, description=description, generate_examples=False)
