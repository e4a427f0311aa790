"""Both token issuers on a real store, with clients, grants and a clock that the test moves."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
from litestar import Litestar, Request, Response

from gateway.api.nameless import NamelessRefusals
from gateway.api.oauth.parts import OAuthParts
from gateway.api.oauth.routes import oauth_handlers
from gateway.application.admin.manage_clients import ManageClients
from gateway.application.caller.holder import Holder
from gateway.domain.audit import EntriAudit
from gateway.domain.client import AuthMethod, StatusClient
from gateway.domain.errors import GatewayError, Unavailable
from gateway.domain.grant import Kelas
from gateway.domain.issuer import legacy_issuer, strict_issuer
from gateway.infra.db.clients.clients import SqlClients
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.limits.allowance import MovingAllowance
from gateway.infra.limits.counts import MemoryCounts
from gateway.infra.oauth.client_keys import check_public_jwk, public_jwk
from gateway.infra.oauth.dpop import DpopProofs
from gateway.infra.oauth.replay import MemoryReplaySet
from gateway.infra.oauth.revocations import MemoryRevocations
from gateway.infra.oauth.signing import SigningKeys
from gateway.infra.oauth.tokens import Issuer, Verifier
from gateway.infra.trusted_proxies import TrustedProxies
from gateway.kit.clock import ManualClock
from tests.fixtures.dpop import Possession
from tests.fixtures.oauth import KEYRING, PUBLIC_URL, START, grant_of, private_key, sign

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FORM = "application/x-www-form-urlencoded"


GENERIC = {
    "error": "invalid_client",
    "error_description": "autentikasi client gagal / client authentication failed",
}
"""What everybody is told who has not proved who they are."""


class ListAudit:
    """An audit log that can be read, or told to be away."""

    def __init__(self) -> None:
        self.entries: list[EntriAudit] = []
        self.away = False

    async def record(self, entry: EntriAudit) -> None:
        if self.away:
            raise Unavailable("catatan audit / the audit log", code="audit_unavailable")
        self.entries.append(entry)


class Bench:
    def __init__(self, database_url: str) -> None:
        self.clock = ManualClock(START)
        self.database = Database(open_engine(database_url))
        self.clients = SqlClients(self.database, self.clock)
        self.keys = SigningKeys(self.database, KEYRING, self.clock)
        self.strict = Issuer(strict_issuer(PUBLIC_URL), self.keys, self.clock)
        self.legacy = Issuer(legacy_issuer(PUBLIC_URL), self.keys, self.clock)
        self.verifier = Verifier((self.strict, self.legacy), self.clock)
        self.audit = ListAudit()
        self.replay = MemoryReplaySet(clock=lambda: self.clock().timestamp())
        self.revocations = MemoryRevocations(self.clock)
        self.manage = ManageClients(self.clients, self.clock)
        self.secret = ""
        self.http = self.connect(legacy=True)

    def connect(self, *, legacy: bool) -> httpx.AsyncClient:
        parts = OAuthParts(
            strict=self.strict,
            legacy=self.legacy if legacy else None,
            clients=self.clients,
            audit=self.audit,
            nameless=NamelessRefusals(MovingAllowance(MemoryCounts())),
            replay=self.replay,
            tokens=self.verifier,
            revocations=self.revocations,
            holder=Holder(DpopProofs(PUBLIC_URL, self.replay, self.clock), TrustedProxies(())),
            certificates=False,
            clock=self.clock,
        )
        app = Litestar(
            route_handlers=oauth_handlers(parts),
            exception_handlers={GatewayError: _answer},
            openapi_config=None,
        )
        # Another host than the public URL: nothing may be made of the Host header.
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://inside:8000")

    async def fill(self) -> None:
        """`dinkes` with an ES256 key and one grant; `demo` with a secret and one low-class grant."""
        await self.add_key_client("dinkes", "ES256")
        await self.clients.append_grant(grant_of("dinkes", "G-1"), oleh="CONTOH A")
        await self.manage.add(
            "demo",
            opd="CONTOH OPD",
            auth=AuthMethod.CLIENT_SECRET,
            jwks=[],
            berakhir_pada=None,
            oleh="CONTOH A",
        )
        low = grant_of("demo", "G-2", kelas=Kelas.RENDAH)
        await self.clients.append_grant(low, oleh="CONTOH A")
        made = await self.manage.add_secret("demo", lifetime=timedelta(days=9), oleh="CONTOH A")
        self.secret = made.secret.reveal()

    async def add_key_client(
        self, client_id: str, *algs: str, berakhir: datetime | None = None
    ) -> None:
        keys = [check_public_jwk(public_jwk(private_key(alg))) for alg in algs]
        await self.manage.add(
            client_id,
            opd="CONTOH OPD",
            auth=AuthMethod.PRIVATE_KEY_JWT,
            jwks=keys,
            berakhir_pada=berakhir,
            oleh="CONTOH A",
        )

    async def set_status(self, client_id: str, status: StatusClient) -> None:
        await self.manage.set_status(client_id, status, oleh="CONTOH A")

    def claims(self, **changes: Any) -> dict[str, Any]:
        """The claims of a good assertion of `dinkes`; a change to None leaves the claim out."""
        now = int(self.clock().timestamp())
        usual = {
            "iss": "dinkes",
            "sub": "dinkes",
            "aud": PUBLIC_URL,
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_urlsafe(16),
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def assertion(
        self,
        claims: Mapping[str, Any] | None = None,
        *,
        key: Mapping[str, Any] | None = None,
        header: Mapping[str, Any] | None = None,
    ) -> str:
        return sign(claims or self.claims(), key or private_key("ES256"), header)

    def form(self, assertion: str | None = None, **more: str) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion or self.assertion(),
        } | more

    async def strict_token(self, assertion: str | None = None, **more: str) -> httpx.Response:
        """The answer to a request with a proof by the ES256 key."""
        return await self.http.post(
            "/oauth2/token", data=self.form(assertion, **more), auth=Possession(self.clock)
        )

    async def legacy_token(
        self, auth: tuple[str, str] | None = None, **more: str
    ) -> httpx.Response:
        data = {"grant_type": "client_credentials"} | more
        return await self.http.post(
            "/legacy/oauth2/token", data=data, auth=auth or ("demo", self.secret)
        )

    async def post(
        self, path: str, body: bytes | Mapping[str, str], **headers: str
    ) -> httpx.Response:
        content = body if isinstance(body, bytes) else urlencode(body).encode()
        return await self.http.post(path, content=content, headers={"content-type": FORM} | headers)

    async def close(self) -> None:
        await self.http.aclose()
        await self.database.close()


def _answer(_request: Request[Any, Any, Any], error: GatewayError) -> Response[dict[str, str]]:
    return Response({"code": error.code}, status_code=error.status)
