"""Puts what happened to tokens on record, before anybody is answered."""

from gateway.api.oauth.parts import OAuthParts
from gateway.api.oauth.token_request import TokenRequest
from gateway.domain.audit import EntriAudit, HasilAudit
from gateway.domain.client import Client
from gateway.domain.ports_auth import AccessToken
from gateway.kit.ids import new_id


async def slow_down(parts: OAuthParts, request: TokenRequest) -> None:
    """Count a refusal of somebody who has proved nothing. Raises QuotaSpent past the limit."""
    if not request.proven:
        await parts.nameless.count(request.received.client_ip)


async def record(
    parts: OAuthParts,
    peristiwa: str,
    hasil: HasilAudit,
    *,
    client: Client | None,
    request_id: str | None,
    token: AccessToken | None = None,
    alasan: str | None = None,
) -> None:
    """Write one entry. `client` is one that is registered; other names are not kept.

    `token` is the one in question, not the token of the request, which has none. Raises
    Unavailable where the log is away.
    """
    await parts.audit.record(
        EntriAudit(
            entri_id=new_id(),
            pada=parts.clock(),
            peristiwa=peristiwa,
            hasil=hasil,
            client_id=None if client is None else client.client_id,
            grant_id=None if token is None else token.grant_id,
            grant_versi=None if token is None else token.grant_versi,
            alasan=alasan,
            request_id=request_id,
        )
    )
