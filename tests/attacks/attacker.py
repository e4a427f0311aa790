"""Somebody who writes requests by hand, and reads in the audit log what became of them."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import sqlalchemy as sa
from joserfc import jws
from joserfc.jwk import import_key

from gateway.domain.grant import Grant
from gateway.infra.db.tables import AUDIT
from tests.fixtures.dpop import Prover
from tests.fixtures.gateway_app import OPD, Asker, Gateway
from tests.fixtures.oauth import PUBLIC_URL, b64, private_key, sign

Headers = Sequence[tuple[str, str]]
TOKEN: Final = "/oauth2/token"
LEGACY: Final = "/legacy/oauth2/token"
RESOURCE: Final = "/v1/ppks"
FORM: Final = "application/x-www-form-urlencoded"
KEY: Final = private_key("ES256")
"""The agency's own key."""
STRANGER: Final = private_key("ES256", 2)
GENERIC: Final = {
    "error": "invalid_client",
    "error_description": "autentikasi client gagal / client authentication failed",
}
_ES256: Final = jws.JWSRegistry.algorithms["ES256"]
_PRIVATE: Final = import_key({name: KEY[name] for name in ("kty", "crv", "x", "y", "d")})
_ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Attacker:
    """Knows one agency's grant and good token, and holds any key that a test gives."""

    def __init__(self, gateway: Gateway, asker: Asker) -> None:
        self.gateway = gateway
        self.http = gateway.http
        self.grant: Grant = asker.grant
        self.token = asker.token

    @property
    def now(self) -> int:
        return int(self.gateway.clock().timestamp())

    def claims(self, **changes: Any) -> dict[str, Any]:
        """The claims of a good assertion of the agency; a change to None leaves the claim out."""
        usual = {
            "iss": OPD,
            "sub": OPD,
            "aud": PUBLIC_URL,
            "iat": self.now,
            "exp": self.now + 60,
            "jti": secrets.token_urlsafe(16),
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def assertion(
        self,
        *,
        header: Mapping[str, Any] | None = None,
        key: Mapping[str, Any] = KEY,
        **changes: Any,
    ) -> str:
        return sign(self.claims(**changes), key, header)

    def sealed(self, header: Any, claims: Any) -> str:
        """Signed with ES256 by the agency's own key, however odd header and claims may be."""
        signed = f"{b64(header)}.{b64(claims)}"
        return f"{signed}.{b64(_ES256.sign(signed.encode(), _PRIVATE))}"

    def form(self, assertion: str | None = None, **more: str) -> dict[str, str]:
        """The parameters of a good token request."""
        return {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": assertion or self.assertion(),
            "grant_id": self.grant.grant_id,
        } | more

    def prover(
        self,
        path: str = RESOURCE,
        token: str | None = None,
        key: Mapping[str, Any] = KEY,
        method: str = "GET",
    ) -> Prover:
        return Prover(self.gateway.clock, method, PUBLIC_URL + path, token, key)

    def token_proof(self, path: str = TOKEN, **changes: Any) -> str:
        """A good proof for the token endpoint, but for the changes."""
        return self.prover(path, method="POST").proof(**changes)

    async def ask_token(
        self,
        body: bytes | Mapping[str, str] | None = None,
        headers: Headers = (),
        *,
        proofs: Sequence[str] | None = None,
        target: str = TOKEN,
    ) -> httpx.Response:
        """A token request; good in all that is not given. `headers` come besides the proofs."""
        form = self.form() if body is None else body
        content = form if isinstance(form, bytes) else urlencode(form).encode()
        shown = [self.token_proof()] if proofs is None else proofs
        told = [("dpop", proof) for proof in shown] + list(headers)
        if not any(name == "content-type" for name, _ in told):
            told.append(("content-type", FORM))
        return await self.http.post(target, content=content, headers=_raw(told))

    async def ask(
        self,
        *authorization: str,
        proofs: Sequence[str] | None = None,
        headers: Headers = (),
        path: str = RESOURCE,
    ) -> httpx.Response:
        """The resource asked; with the agency's token and a good proof unless others are given."""
        words = authorization or (f"DPoP {self.token}",)
        shown = (
            [self.prover(path.partition("?")[0], self.token).proof()] if proofs is None else proofs
        )
        told = [("authorization", word) for word in words] + [("dpop", proof) for proof in shown]
        return await self.http.get(path, headers=_raw([*told, *headers]))

    async def recorded(self) -> tuple[str, str, str | None, str | None]:
        """Event, outcome, reason and client of the newest row of the audit log."""
        columns = (AUDIT.c.peristiwa, AUDIT.c.hasil, AUDIT.c.alasan, AUDIT.c.client_id)
        async with self.gateway.parts.database.reading() as connection:
            row = (
                await connection.execute(sa.select(*columns).order_by(AUDIT.c.nomor.desc()))
            ).first()
        assert row is not None
        return tuple(row)

    async def refused_token(
        self, answer: httpx.Response, status: int, error: str, alasan: str | None = None
    ) -> None:
        """The token endpoint's refusal is this one, and is on record for this reason."""
        assert (answer.status_code, answer.json().get("error")) == (status, error), answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert (await self.recorded())[:3] == ("token.tolak", "ditolak", alasan or error)

    async def refused_resource(
        self,
        answer: httpx.Response,
        error: str,
        code: str = "invalid_dpop_proof",
        fault: str | None = None,
    ) -> None:
        """The resource's refusal: 401, a challenge with this error, and a row with the reason."""
        assert (answer.status_code, answer.json()["code"]) == (401, code), answer.text
        assert f'error="{error}"' in answer.headers["www-authenticate"]
        assert answer.headers["cache-control"] == "no-store"
        _, hasil, alasan, _ = await self.recorded()
        assert (hasil, (alasan or "").partition(":")[0]) == ("ditolak", code)
        if fault is not None:
            assert alasan == f"{code}:{fault}"


def _raw(headers: Headers) -> list[tuple[bytes, bytes]]:
    """As bytes, so that the client in between does not object."""
    return [(name.encode("latin-1"), value.encode("utf-8")) for name, value in headers]
