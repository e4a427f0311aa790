"""Turns a request's token into a caller: token, holder, client and grant must all hold now."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from gateway.application.caller.caller import Caller
from gateway.application.caller.holder import Presented, Scheme
from gateway.application.caller.token_grant import TokenGrant
from gateway.domain.client import Client
from gateway.domain.errors import NotAuthenticated
from gateway.domain.foreign_issuer import ForeignIssuerProfile
from gateway.domain.grant import Scope
from gateway.domain.issuer import IssuerProfile
from gateway.domain.ports import Clients
from gateway.domain.ports_auth import AccessToken, Revocations, TokenVerifier
from gateway.kit.clock import Clock

_SCHEMES: Final = {scheme.value.lower(): scheme for scheme in Scheme}


class Authenticate:
    """The use case behind every request with a token."""

    def __init__(
        self,
        verifier: TokenVerifier,
        issuers: Iterable[IssuerProfile | ForeignIssuerProfile],
        clients: Clients,
        revocations: Revocations,
        clock: Clock,
    ) -> None:
        self._verifier = verifier
        self._clients = clients
        self._revocations = revocations
        self._clock = clock
        known = {issuer.issuer: issuer for issuer in issuers}
        self._bound = frozenset(name for name, issuer in known.items() if issuer.sender_constrained)
        kelas = {name: issuer.kelas for name, issuer in known.items()}
        self._grant = TokenGrant(clients, kelas, clock)

    async def token(self, presented: Presented) -> AccessToken:
        """The sound token that was presented. Raises NotAuthenticated."""
        token = await self._verifier.verify(presented.text)
        if token.cnf is None and token.issuer in self._bound:
            raise NotAuthenticated(
                "token tidak terikat / this issuer's tokens are bound to their holder",
                oauth_error="invalid_token",
            )
        return token

    async def caller(self, token: AccessToken, *, request_id: str, ip: str | None) -> Caller:
        """Raises NotAuthenticated, or NotPermitted where the grant does not serve (any longer)."""
        # The token was remembered as sound; whether it was revoked since then, each request asks.
        if await self._revocations.is_revoked(token.jti):
            raise NotAuthenticated("token dicabut / revoked", oauth_error="invalid_token")
        client = await self._client(token)
        grant = await self._grant(token, client)
        return Caller(
            client_id=client.client_id,
            grant=grant,
            scopes=_scopes(grant.scopes, token.scopes),
            sempit=token.sempit,
            request_id=request_id,
            ip=ip,
        )

    async def _client(self, token: AccessToken) -> Client:
        client = await self._clients.client(token.client_id)
        if client is None or not client.menerima(token.iat, self._clock()):
            raise NotAuthenticated(
                "klien tidak aktif atau token dicabut / client not active, or its tokens ended",
                oauth_error="invalid_token",
            )
        return client


@lru_cache(1024)
def _scopes(granted: frozenset[Scope], told: frozenset[str]) -> frozenset[Scope]:
    """The scopes that both have."""
    return frozenset(scope for scope in granted if scope.value in told)


def presented_token(authorization: Sequence[str]) -> Presented:
    """The token of the one `Authorization` header. Raises NotAuthenticated."""
    if not authorization:
        raise NotAuthenticated("perlu token / a token is needed")
    word, _, text = authorization[0].partition(" ")
    scheme = _SCHEMES.get(word.lower())
    if len(authorization) > 1 or scheme is None or not text.strip():
        raise NotAuthenticated(
            "tulis satu kepala `Authorization: DPoP <token>` atau `Bearer <token>` / "
            "send one `Authorization: DPoP <token>` or `Bearer <token>` header",
            oauth_error="invalid_request",
        )
    return Presented(scheme=scheme, text=text.strip())
