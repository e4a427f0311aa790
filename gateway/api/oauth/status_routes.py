"""The routes by which clients end tokens and ask about them."""

from typing import Any, Final

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler

from gateway.api.guard import PUBLIC
from gateway.api.oauth.answers import IntrospectionBody
from gateway.api.oauth.described import SUFFIX, TAGS, answers
from gateway.api.oauth.openapi import KeyStatusForm, SecretStatusForm
from gateway.api.oauth.token_request import MAX_BODY_BYTES, receive
from gateway.api.oauth.token_status import TokenStatus
from gateway.domain.client import AuthMethod
from gateway.domain.issuer import IssuerProfile

_FORMS: Final = {
    AuthMethod.PRIVATE_KEY_JWT: KeyStatusForm,
    AuthMethod.CLIENT_SECRET: SecretStatusForm,
}


def revocation_route(profile: IssuerProfile, status: TokenStatus) -> HTTPRouteHandler:
    """The revocation endpoint of one issuer."""

    @post(
        profile.revocation_path,
        scope=PUBLIC,
        operation_id="revokeToken" + SUFFIX[profile.auth],
        summary="Revoke a token (RFC 7009)",
        description="A client can end its own tokens; each instance refuses them from then on. "
        "A token that does not hold anyway is answered in the same way.",
        operation_class=_FORMS[profile.auth],
        tags=TAGS,
        status_code=200,
        responses=answers(None, "The token does not hold (any longer). There is no body."),
        request_max_body_size=MAX_BODY_BYTES,
    )
    async def revoke(request: Request[Any, Any, Any]) -> Response[Any]:
        return (await status.revoke(await receive(request))).response()

    return revoke


def introspection_route(profile: IssuerProfile, status: TokenStatus) -> HTTPRouteHandler:
    """The introspection endpoint of one issuer."""

    @post(
        profile.introspection_path,
        scope=PUBLIC,
        operation_id="introspectToken" + SUFFIX[profile.auth],
        summary="Ask what a token is good for (RFC 7662)",
        description="A client may ask about its own tokens, and with `tokens:introspect` in a "
        "grant in force about those of others. What does not hold now, whatever the reason, and "
        "what the client must not know of, is `active: false` and nothing else.",
        operation_class=_FORMS[profile.auth],
        tags=TAGS,
        status_code=200,
        responses=answers(IntrospectionBody, "What the token is good for now."),
        request_max_body_size=MAX_BODY_BYTES,
    )
    async def introspect(request: Request[Any, Any, Any]) -> Response[Any]:
        return (await status.introspect(await receive(request))).response()

    return introspect
