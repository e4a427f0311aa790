"""What the issuing and checking of tokens needs from the cellar."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from gateway.domain.grant import Grant, Scope
from gateway.domain.issuer import IssuerProfile
from gateway.domain.narrowing import Penyempitan
from gateway.kit.struct import Quiet


class ReplaySet(Protocol):
    """Remembers what may be used once only, shared by all instances."""

    async def first_use(self, key: str, ttl: float) -> bool:
        """True at the first call for `key` within `ttl` seconds, False at every later one.

        Raises Unavailable where it cannot tell: then nothing may be accepted.
        """


class Revocations(Protocol):
    """Remembers which tokens were revoked before their end, shared by all instances."""

    async def revoke(self, jti: str, ends: datetime) -> None:
        """Refuse the token until its end: once this returns, at every instance.

        Raises Unavailable.
        """

    async def is_revoked(self, jti: str) -> bool:
        """True from the end of the revocation on, at every instance.

        Raises Unavailable where it cannot tell: then no token may be accepted.
        """

    async def close(self) -> None:
        """End what runs in the background."""


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
    grant_id: str | None
    """None where it names none: then the client must hold exactly one that fits."""
    grant_versi: int | None
    scopes: frozenset[str]
    sempit: Penyempitan | None = None
    """What the client asked to have of the grant; None = all of it."""
    cnf: Mapping[str, str] | None = None
    """What it is bound to (RFC 7800), `jkt` or `x5t#S256`; None = to nothing."""
    jti: str
    iat: datetime
    exp: datetime


class TokenIssuer(Protocol):
    """One issuer with its own identifier, audience and key."""

    @property
    def profile(self) -> IssuerProfile:
        """Who it is."""

    async def issue(
        self,
        grant: Grant,
        scopes: frozenset[Scope],
        *,
        sempit: Penyempitan | None = None,
        cnf: Mapping[str, str] | None = None,
    ) -> IssuedToken:
        """A token for one grant, for 300 s or until the grant ends, whichever is first.

        `cnf` is what it shall be bound to (RFC 7800).
        """

    async def jwks(self) -> Sequence[dict[str, Any]]:
        """The public keys as JWKs."""


class TokenVerifier(Protocol):
    """Checks access tokens of the issuers that it knows."""

    async def verify(self, token: str) -> AccessToken:
        """What a sound token says. Raises NotAuthenticated; Unavailable without its keys."""
