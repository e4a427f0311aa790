"""The routes of the token issuers and their metadata."""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec

from gateway.api.guard import PUBLIC
from gateway.api.oauth.answers import (
    KeySetBody,
    OAuthErrorBody,
    ResourceMetadata,
    ServerMetadata,
    TokenBody,
)
from gateway.api.oauth.metadata import resource_metadata, server_metadata
from gateway.api.oauth.openapi import KeyForm, SecretForm
from gateway.api.oauth.parts import OAuthParts
from gateway.api.oauth.server import TokenServer
from gateway.api.oauth.token_request import MAX_BODY_BYTES, receive
from gateway.api.problems import documented
from gateway.domain.client import AuthMethod
from gateway.domain.ports_auth import TokenIssuer

_TAGS: Final = ("oauth",)
_SUFFIX: Final = {AuthMethod.PRIVATE_KEY_JWT: "", AuthMethod.CLIENT_SECRET: "Legacy"}
_DESCRIPTION: Final = (
    "A token stands for one grant and lives 300 seconds, or until the grant ends. Where a client "
    "holds several grants that fit the scopes, `grant_id` says which. Ask for another token for "
    "another purpose."
)
_KEEP_BRIEFLY: Final = (ResponseHeader(name="Cache-Control", value="public, max-age=300"),)
_FORMS: Final = {AuthMethod.PRIVATE_KEY_JWT: KeyForm, AuthMethod.CLIENT_SECRET: SecretForm}
_ANSWERS: Final[Mapping[int, ResponseSpec]] = {
    200: ResponseSpec(TokenBody, description="An access token."),
    400: ResponseSpec(OAuthErrorBody, description="The request or the grant does not allow it."),
    401: ResponseSpec(OAuthErrorBody, description="The client has not proved who it is."),
    413: ResponseSpec(OAuthErrorBody, description="The form is larger than 16 KiB."),
    **documented(503),
}


def oauth_handlers(parts: OAuthParts) -> list[HTTPRouteHandler]:
    """The route handlers; those of the second issuer only where there is one."""
    handlers = [_resource(parts.strict)]
    for issuer in (parts.strict, parts.legacy):
        if issuer is not None:
            handlers += [_token(issuer, parts), _server(issuer), _keys(issuer)]
    return handlers


def _token(issuer: TokenIssuer, parts: OAuthParts) -> HTTPRouteHandler:
    server = TokenServer(issuer, parts)

    @post(
        issuer.profile.token_path,
        scope=PUBLIC,
        operation_id="issueToken" + _SUFFIX[issuer.profile.auth],
        summary="Get an access token by client credentials",
        description=_DESCRIPTION,
        operation_class=_FORMS[issuer.profile.auth],
        tags=_TAGS,
        status_code=200,
        responses=_ANSWERS,
        request_max_body_size=MAX_BODY_BYTES,
    )
    async def token(request: Request[Any, Any, Any]) -> Response[Any]:
        reply = await server.answer(await receive(request))
        return Response(reply.body, status_code=reply.status, headers=reply.headers)

    return token


def _server(issuer: TokenIssuer) -> HTTPRouteHandler:
    metadata = server_metadata(issuer.profile)

    @get(
        issuer.profile.metadata_path,
        scope=PUBLIC,
        operation_id="issuerMetadata" + _SUFFIX[issuer.profile.auth],
        summary="The issuer's metadata (RFC 8414)",
        tags=_TAGS,
        response_headers=_KEEP_BRIEFLY,
    )
    async def issuer_metadata() -> ServerMetadata:
        return metadata

    return issuer_metadata


def _keys(issuer: TokenIssuer) -> HTTPRouteHandler:
    @get(
        issuer.profile.jwks_path,
        scope=PUBLIC,
        operation_id="issuerKeys" + _SUFFIX[issuer.profile.auth],
        summary="The issuer's public keys (RFC 7517)",
        tags=_TAGS,
        response_headers=_KEEP_BRIEFLY,
    )
    async def jwks() -> KeySetBody:
        return KeySetBody(keys=tuple(await issuer.jwks()))

    return jwks


def _resource(issuer: TokenIssuer) -> HTTPRouteHandler:
    metadata = resource_metadata(issuer.profile)

    @get(
        "/.well-known/oauth-protected-resource",
        scope=PUBLIC,
        operation_id="protectedResource",
        summary="The API's metadata as a protected resource (RFC 9728)",
        tags=_TAGS,
        response_headers=_KEEP_BRIEFLY,
    )
    async def protected_resource() -> ResourceMetadata:
        return metadata

    return protected_resource
