"""How the clients of one issuer prove who they are, alike at each of its endpoints."""

import functools
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from gateway.api.oauth.assertion import AssertionCheck
from gateway.api.oauth.client_secret import SecretCheck, from_form, from_header
from gateway.api.oauth.parts import OAuthParts
from gateway.api.oauth.refusals import unproven
from gateway.api.oauth.token_request import TokenRequest
from gateway.domain.client import AuthMethod, Client
from gateway.domain.issuer import IssuerProfile

Check = Callable[[TokenRequest], Coroutine[Any, Any, Client | None]]
"""The client, or None where the request brings no proof of this kind. Raises Refused."""


def client_checks(profile: IssuerProfile, parts: OAuthParts) -> Mapping[str, Check]:
    """The checks by the name of their method."""
    if profile.auth is AuthMethod.PRIVATE_KEY_JWT:
        return {"private_key_jwt": AssertionCheck(profile.issuer, parts)}
    secret = SecretCheck(parts)
    return {
        "client_secret_basic": functools.partial(secret, read=from_header),
        "client_secret_post": functools.partial(secret, read=from_form),
    }


async def proven_client(checks: Mapping[str, Check], request: TokenRequest) -> Client:
    """The client by the first proof that the request brings. Raises Refused."""
    for check in checks.values():
        client = await check(request)
        if client is not None:
            request.proven = True
            return client
    raise unproven()
