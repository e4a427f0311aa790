"""Turns a bearer token into a caller: token, client and grant must all hold now."""

from collections.abc import Iterable, Sequence

from gateway.application.caller import Caller
from gateway.application.token_grant import TokenGrant
from gateway.domain.client import Client
from gateway.domain.errors import NotAuthenticated
from gateway.domain.foreign_issuer import ForeignIssuerProfile
from gateway.domain.issuer import IssuerProfile
from gateway.domain.ports import Clients
from gateway.domain.ports_auth import AccessToken, Revocations, TokenVerifier
from gateway.kit.clock import Clock


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
        kelas = {issuer.issuer: issuer.kelas for issuer in issuers}
        self._grant = TokenGrant(clients, kelas, clock)

    async def token(self, authorization: Sequence[str]) -> AccessToken:
        """The sound token of the `Authorization` headers. Raises NotAuthenticated."""
        token = await self._verifier.verify(bearer(authorization))
        if token.cnf is not None:
            raise NotAuthenticated(
                "token terikat kunci, tanpa bukti / bound to a key, and nothing proves it",
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
        scopes = frozenset(scope for scope in grant.scopes if scope.value in token.scopes)
        return Caller(
            client_id=client.client_id,
            grant=grant,
            scopes=scopes,
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


def bearer(authorization: Sequence[str]) -> str:
    """The token of the one `Authorization: Bearer` header. Raises NotAuthenticated."""
    if not authorization:
        raise NotAuthenticated("perlu token / a token is needed")
    scheme, _, token = authorization[0].partition(" ")
    if len(authorization) > 1 or scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticated(
            "tulis satu kepala `Authorization: Bearer <token>` / "
            "send one `Authorization: Bearer <token>` header",
            oauth_error="invalid_request",
        )
    return token.strip()
