"""What the issuers and the API say of themselves (RFC 8414, RFC 9728)."""

from typing import Final

from gateway.api.oauth.answers import ResourceMetadata, ServerMetadata
from gateway.domain.client import AuthMethod
from gateway.domain.grant import Scope
from gateway.domain.issuer import ASSERTION_ALGS, IssuerProfile

_SCOPES: Final = tuple(sorted(scope.value for scope in Scope))
_METHODS: Final = {
    AuthMethod.PRIVATE_KEY_JWT: ("private_key_jwt",),
    AuthMethod.CLIENT_SECRET: ("client_secret_basic", "client_secret_post"),
}
_ALGS: Final = {AuthMethod.PRIVATE_KEY_JWT: ASSERTION_ALGS, AuthMethod.CLIENT_SECRET: ()}


def server_metadata(profile: IssuerProfile, rar_type: str) -> ServerMetadata:
    """One issuer's metadata; clients prove themselves alike at all of its endpoints."""
    methods, algs = _METHODS[profile.auth], _ALGS[profile.auth]
    return ServerMetadata(
        issuer=profile.issuer,
        token_endpoint=profile.token_endpoint,
        revocation_endpoint=profile.revocation_endpoint,
        introspection_endpoint=profile.introspection_endpoint,
        jwks_uri=profile.jwks_uri,
        scopes_supported=_SCOPES,
        response_types_supported=(),
        grant_types_supported=("client_credentials",),
        token_endpoint_auth_methods_supported=methods,
        token_endpoint_auth_signing_alg_values_supported=algs,
        revocation_endpoint_auth_methods_supported=methods,
        revocation_endpoint_auth_signing_alg_values_supported=algs,
        introspection_endpoint_auth_methods_supported=methods,
        introspection_endpoint_auth_signing_alg_values_supported=algs,
        authorization_details_types_supported=(rar_type,),
    )


def resource_metadata(
    profile: IssuerProfile, foreign_issuer: str | None, rar_type: str
) -> ResourceMetadata:
    """The API's metadata; `profile` is the issuer whose tokens are meant for it."""
    issuers = (profile.issuer, foreign_issuer)
    return ResourceMetadata(
        resource=profile.audience,
        authorization_servers=tuple(name for name in issuers if name is not None),
        scopes_supported=_SCOPES,
        bearer_methods_supported=("header",),
        authorization_details_types_supported=(rar_type,),
        resource_name="ppks-gateway",
    )
