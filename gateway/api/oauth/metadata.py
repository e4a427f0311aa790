"""What the issuers and the API say of themselves (RFC 8414, RFC 9728)."""

from typing import Final

from gateway.api.oauth.answers import ResourceMetadata, ServerMetadata
from gateway.api.oauth.parts import OAuthParts
from gateway.domain.client import AuthMethod
from gateway.domain.grant_types import DILAYANI
from gateway.domain.issuer import ASSERTION_ALGS, IssuerProfile
from gateway.domain.proof import PROOF_ALGS

_SCOPES: Final = tuple(sorted(scope.value for scope in DILAYANI))
_METHODS: Final = {
    AuthMethod.PRIVATE_KEY_JWT: ("private_key_jwt",),
    AuthMethod.CLIENT_SECRET: ("client_secret_basic", "client_secret_post"),
}
_ALGS: Final = {AuthMethod.PRIVATE_KEY_JWT: ASSERTION_ALGS, AuthMethod.CLIENT_SECRET: ()}


def server_metadata(profile: IssuerProfile, parts: OAuthParts) -> ServerMetadata:
    """One issuer's metadata; clients prove themselves alike at all of its endpoints."""
    bound = profile.sender_constrained
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
        authorization_details_types_supported=(parts.rar_type,),
        dpop_signing_alg_values_supported=PROOF_ALGS if bound else (),
        tls_client_certificate_bound_access_tokens=bound and parts.certificates,
    )


def resource_metadata(parts: OAuthParts) -> ResourceMetadata:
    """The API's metadata, as the audience of the strict issuer's tokens."""
    profile = parts.strict.profile
    issuers = (profile.issuer, parts.foreign_issuer)
    bearer = parts.legacy is not None or parts.foreign_issuer is not None or parts.certificates
    return ResourceMetadata(
        resource=profile.audience,
        authorization_servers=tuple(name for name in issuers if name is not None),
        scopes_supported=_SCOPES,
        bearer_methods_supported=("header",),
        authorization_details_types_supported=(parts.rar_type,),
        dpop_signing_alg_values_supported=PROOF_ALGS,
        dpop_bound_access_tokens_required=not bearer,
        tls_client_certificate_bound_access_tokens=parts.certificates,
        resource_name="ppks-gateway",
    )
