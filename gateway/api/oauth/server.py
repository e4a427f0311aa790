"""One issuer's token endpoint on Authlib's skeleton, which is synchronous.

It runs in a greenlet in which `await_` really awaits, as SQLAlchemy's own asyncio support does.
"""

import functools
from collections.abc import Mapping
from typing import ClassVar

# No types are published for this library.
from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Error  # type: ignore[import-untyped] # no types
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant  # type: ignore[import-untyped] # no types
from sqlalchemy.util.concurrency import await_, greenlet_spawn

from gateway.api.oauth.answers import TokenBody
from gateway.api.oauth.client_proof import Check
from gateway.api.oauth.issuing import TokenDesk
from gateway.api.oauth.parts import OAuthParts
from gateway.api.oauth.recording import slow_down
from gateway.api.oauth.refusals import in_our_words
from gateway.api.oauth.replies import NO_STORE, Reply, refusal_reply
from gateway.api.oauth.token_request import Received, TokenRequest, read_form
from gateway.domain.client import AuthMethod, Client
from gateway.domain.ports_auth import TokenIssuer


class _Proven:
    """A client that has proved itself, as the skeleton wants to ask it."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def check_endpoint_auth_method(self, *_asked: object) -> bool:
        return True

    def check_grant_type(self, *_asked: object) -> bool:
        return True


class _Strict(ClientCredentialsGrant):  # type: ignore[misc] # see the import
    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = ["private_key_jwt"]

    def validate_requested_scope(self) -> None:
        """Left to the desk, which looks at scopes and grants together."""

    def create_token_response(self) -> tuple[int, TokenBody, Mapping[str, str]]:
        body = await_(self.server.issue(self.request))
        return 200, body, NO_STORE


class _Legacy(_Strict):
    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = ["client_secret_basic", "client_secret_post"]


class TokenServer(AuthorizationServer):  # type: ignore[misc] # see the import
    """Answers the token requests of one issuer."""

    def __init__(self, issuer: TokenIssuer, parts: OAuthParts, checks: Mapping[str, Check]) -> None:
        super().__init__()
        self._profile = issuer.profile
        self._parts = parts
        self._desk = TokenDesk(issuer, parts)
        by_secret = issuer.profile.auth is AuthMethod.CLIENT_SECRET
        self.register_grant(_Legacy if by_secret else _Strict)
        for name, check in checks.items():
            self.register_client_auth_method(name, functools.partial(_prove, check))

    async def answer(self, received: Received) -> Reply:
        """A token or a refusal, on record either way. Raises Unavailable where it cannot be."""
        return await greenlet_spawn(self._answer, received)

    def _answer(self, received: Received) -> Reply:
        request = TokenRequest(received)
        try:
            request.form = read_form(received)
        except OAuth2Error as error:
            return self.handle_error_response(request, error)
        reply: Reply = self.create_token_response(request)
        return reply

    async def issue(self, request: TokenRequest) -> TokenBody:
        """The token that a proven client gets. Raises Refused."""
        return await self._desk.issue(request.client.client, request.form, request.received)

    def create_oauth2_request(self, request: TokenRequest) -> TokenRequest:
        """The skeleton's hook for other frameworks' requests; ours is one already."""
        return request

    def send_signal(self, *_signal: object, **_about: object) -> None:
        """Nobody listens to the skeleton's signals."""

    def handle_response(self, status: int, body: TokenBody, headers: Mapping[str, str]) -> Reply:
        """The skeleton's hook for making an answer."""
        return Reply(status=status, body=body, headers=headers)

    def handle_error_response(self, request: TokenRequest, error: OAuth2Error) -> Reply:
        """A refusal, once it is on record."""
        refusal = in_our_words(error)
        await_(slow_down(self._parts, request))
        await_(
            self._desk.record_refusal(refusal.reason, request.named, request.received.request_id)
        )
        return refusal_reply(refusal, request.received, self._profile)


def _prove(check: Check, _query: object, request: TokenRequest) -> _Proven | None:
    client = await_(check(request))
    request.proven = client is not None
    return None if client is None else _Proven(client)
