"""A request to a token endpoint, read strictly: one form, each parameter once, one proof."""

import re
from collections import Counter
from typing import Any, Final, cast
from urllib.parse import parse_qsl

# No types are published for this library.
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload  # type: ignore[import-untyped] # no types
from litestar import Request
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from gateway.api.oauth.refusals import Refused
from gateway.api.shown import shown_by
from gateway.domain.client import Client
from gateway.domain.proof import Shown
from gateway.domain.systems import Scope
from gateway.kit.struct import Quiet

MAX_BODY_BYTES: Final = 16 * 1024
_FORM: Final = "application/x-www-form-urlencoded"
_CHARSETS: Final = frozenset(("", "charset=utf-8", 'charset="utf-8"'))
# The library would take it for text, and a proxy in front perhaps for something else.
_BAD_ESCAPE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_MOST_PARAMETERS: Final = 32
_PROOFS: Final = ("client_assertion", "client_secret")


class Received(Quiet, frozen=True, kw_only=True):
    """What came over the wire. `body` is None where there was too much of it."""

    content_type: str
    shown: Shown
    query: bytes
    body: bytes | None
    request_id: str | None
    client_ip: str | None


class TokenRequest:
    """The request as Authlib's skeleton wants to see it, and what was found out about it."""

    method: Final = "POST"

    def __init__(self, received: Received) -> None:
        self.received = received
        self.form: dict[str, str] = {}
        self.client: Any = None
        self.auth_method: str | None = None
        self.named: Client | None = None
        """The registered client that the request names, proved or not."""
        self.proven = False
        """Whether it is proved."""

    @property
    def payload(self) -> BasicOAuth2Payload:
        """The form in the skeleton's own wrapping."""
        return BasicOAuth2Payload(self.form)


async def receive(request: Request[Any, Any, Any]) -> Received:
    """Take the request from the framework; its id was given to it at the door."""
    try:
        body: bytes | None = await request.body()
    except RequestEntityTooLarge:
        body = None
    return Received(
        content_type=request.headers.get("content-type", ""),
        shown=shown_by(cast("Scope", request.scope)),
        query=request.scope["query_string"],
        body=body,
        request_id=request.scope["state"].get("request_id"),
        client_ip=request.scope["state"].get("client_ip"),
    )


def read_form(received: Received, required: str = "grant_type") -> dict[str, str]:
    """The parameters. Raises Refused for whatever is not one well-formed request."""
    if received.body is None:
        raise Refused("invalid_request", "terlalu besar / body too large", status=413)
    if received.query:
        # RFC 6749 section 2.3.1; and what is in a URL is in everybody's logs.
        raise Refused("invalid_request", "parameter di URL / parameters belong into the body")
    if not _is_form(received.content_type):
        raise Refused("invalid_request", f"Content-Type: {_FORM}")
    form = _parse(received.body)
    if len(received.shown.authorization) + sum(name in form for name in _PROOFS) > 1:
        raise Refused("invalid_request", "lebih dari satu bukti / more than one authentication")
    if required not in form:
        raise Refused("invalid_request", f"{required}: wajib / required")
    return form


def _is_form(content_type: str) -> bool:
    kind, _, parameters = content_type.lower().partition(";")
    return kind.strip() == _FORM and parameters.strip() in _CHARSETS


def _parse(body: bytes) -> dict[str, str]:
    if _BAD_ESCAPE.search(body):
        raise _unreadable()
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except ValueError:
        raise _unreadable() from None
    if any(count > 1 for count in Counter(name for name, _ in pairs).values()):
        raise Refused("invalid_request", "parameter berulang / a parameter is repeated")
    # RFC 6749 section 3.2: a parameter without a value counts as omitted.
    return {name: value for name, value in pairs if value}


def _unreadable() -> Refused:
    return Refused("invalid_request", "formulir tidak terbaca / unreadable form")
