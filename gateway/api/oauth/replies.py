"""What an endpoint of an issuer sends back, a refusal among it (RFC 6749 section 5)."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Response

from gateway.api.oauth.answers import IntrospectionBody, OAuthErrorBody, TokenBody
from gateway.api.oauth.refusals import Refused
from gateway.api.oauth.token_request import Received
from gateway.domain.client import AuthMethod
from gateway.domain.issuer import IssuerProfile
from gateway.kit.struct import Quiet

NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_CHALLENGE: Final = {"WWW-Authenticate": 'Basic realm="ppks-gateway", charset="UTF-8"'}


class Reply(Quiet, frozen=True, kw_only=True):
    """What goes back over the wire; without a body, nothing but the status."""

    status: int = 200
    body: TokenBody | IntrospectionBody | OAuthErrorBody | None = None
    headers: Mapping[str, str] = msgspec.field(default_factory=lambda: NO_STORE)

    def response(self) -> Response[Any]:
        """The framework's answer."""
        if self.body is None:
            # The framework would write the word `null`.
            return Response(b"", status_code=self.status, headers=self.headers)
        return Response(self.body, status_code=self.status, headers=self.headers)


def refusal_reply(refusal: Refused, received: Received, profile: IssuerProfile) -> Reply:
    """A refusal; who tried a header, or might, is told how to write one."""
    challenged = refusal.status_code == 401 and (
        profile.auth is AuthMethod.CLIENT_SECRET or bool(received.shown.authorization)
    )
    return Reply(
        status=refusal.status_code,
        body=OAuthErrorBody(error=refusal.error, error_description=refusal.description),
        headers=NO_STORE | _CHALLENGE if challenged else NO_STORE,
    )
