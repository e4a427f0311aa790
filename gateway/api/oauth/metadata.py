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


def server_metadata(profile: IssuerProfile) -> ServerMetadata:
    """One issuer's metadata."""
    return ServerMetadata(
        issuer=profile.issuer,
        token_endpoint=profile.token_endpoint,
        jwks_uri=profile.jwks_uri,
        scopes_supported=_SCOPES,
        response_types_supported=(),
        grant_types_supported=("client_credentials",),
        token_endpoint_auth_methods_supported=_METHODS[profile.auth],
        token_endpoint_auth_signing_alg_values_supported=_ALGS[profile.auth],
    )


def resource_metadata(profile: IssuerProfile) -> ResourceMetadata:
    """The API's metadata; `profile` is the issuer whose tokens are meant for it."""
    return ResourceMetadata(
        resource=profile.audience,
        authorization_servers=(profile.issuer,),
        scopes_supported=_SCOPES,
        bearer_methods_supported=("header",),
        resource_name="ppks-gateway",
    )
