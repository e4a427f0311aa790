"""Turns a bearer token into a caller: token, client and grant must all hold now."""

from collections.abc import Iterable, Sequence

from gateway.application.caller import Caller
from gateway.domain.client import Client
from gateway.domain.errors import NotAuthenticated, NotPermitted
from gateway.domain.grant import Grant
from gateway.domain.issuer import IssuerProfile
from gateway.domain.ports import Clients
from gateway.domain.ports_auth import AccessToken, TokenVerifier
from gateway.kit.clock import Clock


class Authenticate:
    """The use case behind every request with a token."""

    def __init__(
        self,
        verifier: TokenVerifier,
        issuers: Iterable[IssuerProfile],
        clients: Clients,
        clock: Clock,
    ) -> None:
        self._verifier = verifier
        self._kelas = {issuer.issuer: issuer.kelas for issuer in issuers}
        self._clients = clients
        self._clock = clock

    async def __call__(
        self, authorization: Sequence[str], *, request_id: str, ip: str | None
    ) -> Caller:
        """Raises NotAuthenticated, or NotPermitted where the grant does not serve (any longer)."""
        token = await self._verifier.verify(bearer(authorization))
        client = await self._client(token)
        grant = await self._grant(token, client)
        scopes = frozenset(scope for scope in grant.scopes if scope.value in token.scopes)
        return Caller(
            client_id=client.client_id,
            grant=grant,
            scopes=scopes,
            request_id=request_id,
            ip=ip,
        )

    async def _client(self, token: AccessToken) -> Client:
        client = await self._clients.client(token.client_id)
        if client is None or not client.aktif(self._clock()):
            raise NotAuthenticated(
                "klien tidak aktif / the client is not active", oauth_error="invalid_token"
            )
        return client

    async def _grant(self, token: AccessToken, client: Client) -> Grant:
        grant = await self._clients.grant(token.grant_id)
        if grant is None or grant.client_id != client.client_id:
            raise NotAuthenticated(
                "token tidak berlaku / the token does not hold", oauth_error="invalid_token"
            )
        if not grant.berlaku(self._clock()):
            raise NotPermitted(
                "perjanjian atau grant tidak berlaku lagi / the grant is not in force",
                code="grant_not_in_force",
            )
        if grant.kelas not in self._kelas.get(token.issuer, frozenset()):
            raise NotPermitted(
                "penerbit token ini tidak melayani kelas grant ini / "
                "this issuer does not serve grants of this class",
                code="grant_class",
            )
        return grant


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
