"""The token issuers: who they are, where they answer, and how far their tokens reach."""

from typing import Final

import msgspec

from gateway.domain.client import AuthMethod
from gateway.domain.grant import Kelas

ASSERTION_ALGS: Final[tuple[str, ...]] = ("ES256", "PS256", "Ed25519")
"""Signature algorithms of client assertions; every registered key is bound to one of them."""

STRICT: Final = "ketat"
LEGACY: Final = "lama"
"""Names of the issuers' signing keys in the store."""

_METADATA: Final = "/.well-known/oauth-authorization-server"
_STRICT: Final = "/oauth2"
_LEGACY: Final = "/legacy/oauth2"


class IssuerProfile(msgspec.Struct, frozen=True, kw_only=True):
    """One issuer. Paths begin with a slash and are relative to the public URL."""

    nama: str
    """Name of its signing keys in the store."""
    issuer: str
    """Its identifier: `iss` of its tokens, and the only audience of assertions meant for it."""
    audience: str
    """`aud` of its tokens."""
    token_endpoint: str
    """The full URL of its token endpoint."""
    revocation_endpoint: str
    introspection_endpoint: str
    jwks_uri: str
    """The full URL of its public keys."""
    token_path: str
    revocation_path: str
    introspection_path: str
    jwks_path: str
    metadata_path: str
    auth: AuthMethod
    kelas: frozenset[Kelas]
    """Classes of grants that it may put into tokens."""
    sender_constrained: bool
    """True where each token is bound to a key or a certificate of its holder."""


def strict_issuer(public_url: str) -> IssuerProfile:
    """The issuer for clients with a key of their own. `public_url` has no path."""
    return IssuerProfile(
        nama=STRICT,
        issuer=public_url,
        audience=public_url,
        jwks_uri=f"{public_url}/.well-known/jwks.json",
        jwks_path="/.well-known/jwks.json",
        metadata_path=_METADATA,
        auth=AuthMethod.PRIVATE_KEY_JWT,
        kelas=frozenset(Kelas),
        sender_constrained=True,
        **_endpoints(public_url, _STRICT),
    )


def legacy_issuer(public_url: str) -> IssuerProfile:
    """The issuer for clients that can only keep a secret. `public_url` has no path."""
    return IssuerProfile(
        nama=LEGACY,
        issuer=f"{public_url}{_LEGACY}",
        audience=f"{public_url}/legacy",
        jwks_uri=f"{public_url}{_LEGACY}/jwks.json",
        jwks_path=f"{_LEGACY}/jwks.json",
        # RFC 8414 section 3.1: the issuer's path follows the well-known part.
        metadata_path=f"{_METADATA}{_LEGACY}",
        auth=AuthMethod.CLIENT_SECRET,
        kelas=frozenset((Kelas.RENDAH,)),
        sender_constrained=False,
        **_endpoints(public_url, _LEGACY),
    )


def _endpoints(public_url: str, base: str) -> dict[str, str]:
    """The endpoints below a path, each as a path and as a full URL."""
    names = {"token": "token", "revocation": "revoke", "introspection": "introspect"}
    paths = {f"{name}_path": f"{base}/{last}" for name, last in names.items()}
    urls = {f"{name}_endpoint": f"{public_url}{base}/{last}" for name, last in names.items()}
    return paths | urls
