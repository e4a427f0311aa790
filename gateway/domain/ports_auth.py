"""What the issuing and checking of tokens needs from the cellar."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from gateway.domain.grant import Grant, Scope
from gateway.domain.issuer import IssuerProfile
from gateway.kit.struct import Quiet


class ReplaySet(Protocol):
    """Remembers what may be used once only, shared by all instances."""

    async def first_use(self, key: str, ttl: float) -> bool:
        """True at the first call for `key` within `ttl` seconds, False at every later one.

        Raises Unavailable where it cannot tell: then nothing may be accepted.
        """


class IssuedToken(Quiet, frozen=True, kw_only=True):
    """A fresh access token."""

    token: str
    expires_in: int
    """Seconds."""
    scopes: frozenset[Scope]


class AccessToken(Quiet, frozen=True, kw_only=True):
    """What a verified access token says. Scopes are text: a newer instance may know more."""

    issuer: str
    client_id: str
    grant_id: str
    grant_versi: int
    scopes: frozenset[str]
    jti: str
    iat: datetime
    exp: datetime


class TokenIssuer(Protocol):
    """One issuer with its own identifier, audience and key."""

    @property
    def profile(self) -> IssuerProfile:
        """Who it is."""

    async def issue(self, grant: Grant, scopes: frozenset[Scope]) -> IssuedToken:
        """A token for one grant, for 300 s or until the grant ends, whichever is first."""

    async def jwks(self) -> Sequence[dict[str, Any]]:
        """The public keys as JWKs."""


class TokenVerifier(Protocol):
    """Checks access tokens of the gateway's own issuers."""

    async def verify(self, token: str) -> AccessToken:
        """What a sound token says. Raises NotAuthenticated."""
