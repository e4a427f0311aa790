"""The routes of the token issuers and their metadata."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.handlers import HTTPRouteHandler

from gateway.api.guard import PUBLIC
from gateway.api.oauth.answers import KeySetBody, ResourceMetadata, ServerMetadata, TokenBody
from gateway.api.oauth.client_proof import client_checks
from gateway.api.oauth.described import SUFFIX, TAGS, answers
from gateway.api.oauth.metadata import resource_metadata, server_metadata
from gateway.api.oauth.openapi import KeyForm, SecretForm
from gateway.api.oauth.parts import OAuthParts
from gateway.api.oauth.server import TokenServer
from gateway.api.oauth.status_routes import introspection_route, revocation_route
from gateway.api.oauth.token_request import MAX_BODY_BYTES, receive
from gateway.api.oauth.token_status import TokenStatus
from gateway.domain.client import AuthMethod
from gateway.domain.issuer import IssuerProfile
from gateway.domain.ports_auth import TokenIssuer

_DESCRIPTION: Final = (
    "A token stands for one grant and lives 300 seconds, or until the grant ends. Where a client "
    "holds several grants that fit the scopes, `grant_id` says which. Ask for another token for "
    "another purpose."
)
_KEEP_BRIEFLY: Final = (ResponseHeader(name="Cache-Control", value="public, max-age=300"),)
_FORMS: Final = {AuthMethod.PRIVATE_KEY_JWT: KeyForm, AuthMethod.CLIENT_SECRET: SecretForm}


def oauth_handlers(parts: OAuthParts) -> list[HTTPRouteHandler]:
    """The route handlers; those of the second issuer only where there is one."""
    handlers = [_resource(parts)]
    for issuer in (parts.strict, parts.legacy):
        if issuer is not None:
            handlers += _of_issuer(issuer, parts)
    return handlers


def _of_issuer(issuer: TokenIssuer, parts: OAuthParts) -> list[HTTPRouteHandler]:
    profile = issuer.profile
    checks = client_checks(profile, parts)
    status = TokenStatus(profile, parts, checks)
    return [
        _token(issuer, TokenServer(issuer, parts, checks)),
        revocation_route(profile, status),
        introspection_route(profile, status),
        _server(server_metadata(profile, parts), profile),
        _keys(issuer),
    ]


def _token(issuer: TokenIssuer, server: TokenServer) -> HTTPRouteHandler:
    @post(
        issuer.profile.token_path,
        scope=PUBLIC,
        operation_id="issueToken" + SUFFIX[issuer.profile.auth],
        summary="Get an access token by client credentials",
        description=_DESCRIPTION,
        operation_class=_FORMS[issuer.profile.auth],
        tags=TAGS,
        status_code=200,
        responses=answers(TokenBody, "An access token."),
        request_max_body_size=MAX_BODY_BYTES,
    )
    async def token(request: Request[Any, Any, Any]) -> Response[Any]:
        return (await server.answer(await receive(request))).response()

    return token


def _server(metadata: ServerMetadata, profile: IssuerProfile) -> HTTPRouteHandler:
    @get(
        profile.metadata_path,
        scope=PUBLIC,
        operation_id="issuerMetadata" + SUFFIX[profile.auth],
        summary="The issuer's metadata (RFC 8414)",
        description="Where its endpoints are and how a client proves itself there.",
        tags=TAGS,
        response_headers=_KEEP_BRIEFLY,
    )
    async def issuer_metadata() -> ServerMetadata:
        return metadata

    return issuer_metadata


def _keys(issuer: TokenIssuer) -> HTTPRouteHandler:
    @get(
        issuer.profile.jwks_path,
        scope=PUBLIC,
        operation_id="issuerKeys" + SUFFIX[issuer.profile.auth],
        summary="The issuer's public keys (RFC 7517)",
        description="With these anybody can check its tokens.",
        tags=TAGS,
        response_headers=_KEEP_BRIEFLY,
    )
    async def jwks() -> KeySetBody:
        return KeySetBody(keys=tuple(await issuer.jwks()))

    return jwks


def _resource(parts: OAuthParts) -> HTTPRouteHandler:
    metadata = resource_metadata(parts)

    @get(
        "/.well-known/oauth-protected-resource",
        scope=PUBLIC,
        operation_id="protectedResource",
        summary="The API's metadata as a protected resource (RFC 9728)",
        description="Which issuer gives tokens for it, and which scopes there are.",
        tags=TAGS,
        response_headers=_KEEP_BRIEFLY,
    )
    async def protected_resource() -> ResourceMetadata:
        return metadata

    return protected_resource
