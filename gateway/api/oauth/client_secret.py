"""Client authentication by secret (RFC 6749 section 2.3.1), in the header or in the form."""

import base64
import functools
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote_plus

import anyio

from gateway.api.oauth.parts import OAuthParts
from gateway.api.oauth.refusals import unproven
from gateway.api.oauth.registered import find_registered
from gateway.api.oauth.token_request import TokenRequest
from gateway.domain.client import AuthMethod, Client, SecretRow
from gateway.kit.secret_hash import hash_secret, new_secret, secret_id_of, secret_matches

Credentials = tuple[str, str]
"""A client_id and a secret."""

# Each check takes 16 MiB and a processor for tens of milliseconds.
_AT_ONCE: Final = 2


class SecretCheck:
    """Finds out whether a secret proves its client; unknown clients cost as much as known ones."""

    def __init__(self, parts: OAuthParts) -> None:
        self._parts = parts
        # Made now, for the first unknown client must not take longer than the others.
        self._decoy = _decoy()
        self._slots = anyio.CapacityLimiter(_AT_ONCE)

    async def __call__(
        self, request: TokenRequest, read: Callable[[TokenRequest], Credentials | None]
    ) -> Client | None:
        """The client, or None where `read` finds no secret in the request.

        Raises Refused; QuotaSpent for an address of many refusals while others wait.
        """
        credentials = read(request)
        if credentials is None:
            return None
        client_id, secret = credentials
        request.named = client = await find_registered(self._parts.clients, client_id)
        row = await self._row(client_id if client else "", secret)
        stored = self._decoy if row is None else row.hash
        if self._slots.statistics().tasks_waiting:
            # Whoever was refused too often holds nobody else up, whatever it brings now.
            await self._parts.nameless.hear(request.received.client_ip)
        right = await anyio.to_thread.run_sync(secret_matches, secret, stored, limiter=self._slots)
        if client is None or row is None or not right or not self._may_use(client):
            raise unproven()
        return client

    async def _row(self, client_id: str, secret: str) -> SecretRow | None:
        now = self._parts.clock()
        wanted = secret_id_of(secret)
        for row in await self._parts.clients.secrets(client_id):
            if row.secret_id == wanted and row.berlaku_dari <= now < row.berlaku_sampai:
                return row
        return None

    def _may_use(self, client: Client) -> bool:
        return client.auth is AuthMethod.CLIENT_SECRET and client.aktif(self._parts.clock())


def from_header(request: TokenRequest) -> Credentials | None:
    """What `Authorization: Basic` says. Raises Refused where it cannot be read."""
    if not request.received.shown.authorization:
        return None
    scheme, _, encoded = request.received.shown.authorization[0].partition(" ")
    if scheme.lower() != "basic":
        raise unproven()
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
        # RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
        client_id, colon, secret = (
            unquote_plus(part, errors="strict") for part in pair.partition(":")
        )
    except ValueError:
        raise unproven() from None
    if not (client_id and colon and secret):
        raise unproven()
    named = request.form.get("client_id", client_id)
    if named != client_id:
        raise unproven()
    return client_id, secret


def from_form(request: TokenRequest) -> Credentials | None:
    """The parameters `client_id` and `client_secret`. Raises Refused where one is missing."""
    secret = request.form.get("client_secret")
    if secret is None:
        return None
    client_id = request.form.get("client_id")
    if client_id is None:
        raise unproven()
    return client_id, secret


@functools.cache
def _decoy() -> str:
    """The hash of a secret that nobody has."""
    return hash_secret(new_secret()[1])
