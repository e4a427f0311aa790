"""Revocation (RFC 7009) and introspection (RFC 7662) at one issuer, for clients that prove it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from msgspec import UNSET

from gateway.api.oauth.answers import IntrospectionBody
from gateway.api.oauth.client_proof import Check, proven_client
from gateway.api.oauth.details import told
from gateway.api.oauth.parts import OAuthParts
from gateway.api.oauth.recording import record, slow_down
from gateway.api.oauth.refusals import Refused
from gateway.api.oauth.replies import Reply, refusal_reply
from gateway.api.oauth.token_request import Received, TokenRequest, read_form
from gateway.application.caller.authenticate import Authenticate
from gateway.application.tokens.inspect_token import InspectToken, LiveToken
from gateway.application.tokens.revoke_token import NotItsOwn, RevokeToken
from gateway.domain.audit import HasilAudit
from gateway.domain.client import Client
from gateway.domain.issuer import IssuerProfile
from gateway.domain.ports_auth import AccessToken

_REVOKE: Final = "token.cabut"
_INSPECT: Final = "token.periksa"

_Work = Callable[[Client, TokenRequest], Awaitable[Reply]]


class TokenStatus:
    """Ends tokens and tells of them; every answer is on record first."""

    def __init__(
        self, profile: IssuerProfile, parts: OAuthParts, checks: Mapping[str, Check]
    ) -> None:
        own = [issuer.profile for issuer in (parts.strict, parts.legacy) if issuer is not None]
        self._profile = profile
        self._parts = parts
        self._checks = checks
        self._audience = {issuer.issuer: issuer.audience for issuer in own}
        self._revoke = RevokeToken(parts.tokens, parts.revocations)
        authenticate = Authenticate(
            parts.tokens, own, parts.clients, parts.revocations, parts.clock
        )
        self._inspect = InspectToken(
            parts.tokens, authenticate, parts.clients, profile.kelas, parts.clock
        )

    async def revoke(self, received: Received) -> Reply:
        """Nothing but 200, or a refusal. Raises Unavailable."""
        return await self._answer(received, _REVOKE, self._revoked)

    async def introspect(self, received: Received) -> Reply:
        """What the token is good for, or a refusal. Raises Unavailable."""
        return await self._answer(received, _INSPECT, self._inspected)

    async def _answer(self, received: Received, event: str, work: _Work) -> Reply:
        request = TokenRequest(received)
        try:
            request.form = read_form(received, "token")
            return await work(await proven_client(self._checks, request), request)
        except Refused as refusal:
            await slow_down(self._parts, request)
            await record(
                self._parts,
                event,
                HasilAudit.DITOLAK,
                client=request.named,
                request_id=received.request_id,
                alasan=refusal.reason,
            )
            return refusal_reply(refusal, received, self._profile)

    async def _revoked(self, client: Client, request: TokenRequest) -> Reply:
        try:
            token = await self._revoke(client, request.form["token"])
        except NotItsOwn:
            raise Refused("invalid_grant", "token: milik / of another client") from None
        await self._found(_REVOKE, client, request, token)
        return Reply()

    async def _inspected(self, client: Client, request: TokenRequest) -> Reply:
        request_id = request.received.request_id
        live = await self._inspect(client, request.form["token"], request_id)
        await self._found(_INSPECT, client, request, None if live is None else live.token)
        return Reply(body=IntrospectionBody(active=False) if live is None else self._told(live))

    async def _found(
        self, event: str, client: Client, request: TokenRequest, token: AccessToken | None
    ) -> None:
        await record(
            self._parts,
            event,
            HasilAudit.TIDAK_DITEMUKAN if token is None else HasilAudit.DIBERIKAN,
            client=client,
            request_id=request.received.request_id,
            token=token,
        )

    def _told(self, live: LiveToken) -> IntrospectionBody:
        token, caller = live.token, live.caller
        return IntrospectionBody(
            active=True,
            scope=" ".join(sorted(caller.scopes)),
            client_id=caller.client_id,
            token_type="DPoP" if "jkt" in (token.cnf or {}) else "Bearer",
            iss=token.issuer,
            aud=self._audience[token.issuer],
            jti=token.jti,
            iat=int(token.iat.timestamp()),
            exp=int(token.exp.timestamp()),
            grant_id=caller.grant.grant_id,
            grant_versi=token.grant_versi or caller.grant.versi,
            cnf=UNSET if token.cnf is None else token.cnf,
            authorization_details=told(token.sempit),
        )
