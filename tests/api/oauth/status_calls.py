"""How a client asks an issuer to end a token, or about one."""

import secrets
from collections.abc import Mapping

import httpx

from gateway.kit.clock import ManualClock
from tests.api.oauth.bench import ASSERTION_TYPE
from tests.fixtures.oauth import PUBLIC_URL, private_key, sign


def proof(clock: ManualClock, client_id: str = "dinkes") -> dict[str, str]:
    """The form parameters by which a client with a key proves itself, once."""
    now = int(clock().timestamp())
    claims = {
        "iss": client_id, "sub": client_id, "aud": PUBLIC_URL, "iat": now, "exp": now + 60,
        "jti": secrets.token_urlsafe(16),
    }  # fmt: skip
    return {
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": sign(claims, private_key("ES256")),
    }


class Asking:
    """A client with a key at the endpoints of the strict issuer."""

    def __init__(
        self, http: httpx.AsyncClient, clock: ManualClock, client_id: str = "dinkes"
    ) -> None:
        self._http = http
        self._clock = clock
        self._client_id = client_id

    async def revoke(self, token: str, **more: str) -> httpx.Response:
        return await self.send("/oauth2/revoke", {"token": token} | more)

    async def introspect(self, token: str, **more: str) -> httpx.Response:
        return await self.send("/oauth2/introspect", {"token": token} | more)

    async def send(self, path: str, form: Mapping[str, str]) -> httpx.Response:
        """The form with a fresh proof."""
        return await self._http.post(path, data=proof(self._clock, self._client_id) | dict(form))
