"""Stops a token before its end, at every instance and from the next request on."""

from gateway.domain.client import Client
from gateway.domain.errors import NotAuthenticated
from gateway.domain.ports_auth import AccessToken, Revocations, TokenVerifier


class NotItsOwn(Exception):
    """The token was issued to another client."""


class RevokeToken:
    """The use case behind the revocation endpoints (RFC 7009)."""

    def __init__(self, verifier: TokenVerifier, revocations: Revocations) -> None:
        """`verifier` knows the gateway's own issuers."""
        self._verifier = verifier
        self._revocations = revocations

    async def __call__(self, client: Client, token: str) -> AccessToken | None:
        """What no longer holds, or None where it did not hold before, which is as good.

        Raises NotItsOwn; Unavailable where it cannot be revoked now.
        """
        try:
            known = await self._verifier.verify(token)
        except NotAuthenticated:
            return None
        if known.client_id != client.client_id:
            raise NotItsOwn
        await self._revocations.revoke(known.jti, known.exp)
        return known
