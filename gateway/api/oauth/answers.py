"""The bodies that the token endpoints and the metadata locations answer with."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from gateway.domain.narrowing import Penyempitan
from gateway.kit.struct import Quiet


class TokenBody(Quiet, frozen=True, kw_only=True):
    """A token (RFC 6749 section 5.1)."""

    access_token: str
    token_type: str
    """`DPoP`; `Bearer` where it is bound to a certificate, or to nothing."""
    expires_in: int
    """Seconds."""
    scope: str
    grant_id: str
    """The one grant that the token stands for."""
    authorization_details: tuple[Penyempitan, ...] | UnsetType = UNSET
    """What the token has of the grant, where the client asked for less (RFC 9396 section 7)."""


class IntrospectionBody(Quiet, frozen=True, kw_only=True):
    """What a token is good for now (RFC 7662); of one that is good for nothing, only that."""

    active: bool
    scope: str | UnsetType = UNSET
    client_id: str | UnsetType = UNSET
    token_type: str | UnsetType = UNSET
    iss: str | UnsetType = UNSET
    aud: str | UnsetType = UNSET
    jti: str | UnsetType = UNSET
    iat: int | UnsetType = UNSET
    exp: int | UnsetType = UNSET
    grant_id: str | UnsetType = UNSET
    grant_versi: int | UnsetType = UNSET
    """Version of the grant when the token was issued."""
    cnf: Mapping[str, str] | UnsetType = UNSET
    """What the token is bound to (RFC 7800)."""
    authorization_details: tuple[Penyempitan, ...] | UnsetType = UNSET


class OAuthErrorBody(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal (RFC 6749 section 5.2)."""

    error: str
    error_description: str


class ServerMetadata(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a client must know of an issuer (RFC 8414)."""

    issuer: str
    token_endpoint: str
    revocation_endpoint: str
    introspection_endpoint: str
    jwks_uri: str
    scopes_supported: tuple[str, ...]
    response_types_supported: tuple[str, ...]
    grant_types_supported: tuple[str, ...]
    token_endpoint_auth_methods_supported: tuple[str, ...]
    token_endpoint_auth_signing_alg_values_supported: tuple[str, ...] = ()
    revocation_endpoint_auth_methods_supported: tuple[str, ...]
    revocation_endpoint_auth_signing_alg_values_supported: tuple[str, ...] = ()
    introspection_endpoint_auth_methods_supported: tuple[str, ...]
    introspection_endpoint_auth_signing_alg_values_supported: tuple[str, ...] = ()
    authorization_details_types_supported: tuple[str, ...]
    dpop_signing_alg_values_supported: tuple[str, ...] = ()
    tls_client_certificate_bound_access_tokens: bool = False


class ResourceMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """What a client must know of the API as a protected resource (RFC 9728)."""

    resource: str
    authorization_servers: tuple[str, ...]
    scopes_supported: tuple[str, ...]
    bearer_methods_supported: tuple[str, ...]
    authorization_details_types_supported: tuple[str, ...]
    dpop_signing_alg_values_supported: tuple[str, ...]
    dpop_bound_access_tokens_required: bool
    tls_client_certificate_bound_access_tokens: bool
    resource_name: str


class KeySetBody(msgspec.Struct, frozen=True, kw_only=True):
    """Public keys (RFC 7517)."""

    keys: tuple[dict[str, Any], ...]
