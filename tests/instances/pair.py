"""Two gateways as they are run: processes of their own over one store and one Redis."""

import contextlib
import secrets
import shutil
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx

from gateway.domain.grant import Grant
from gateway.infra.oauth.client_keys import public_jwk
from gateway.kit.clock import system_clock
from gateway.parts import Parts, read_everything
from tests.fixtures.dpop import Possession, Prover
from tests.fixtures.gateway_app import environment
from tests.fixtures.oauth import PUBLIC_URL, client_of, grant_of, private_key, token_form
from tests.fixtures.ports import free_ports
from tests.fixtures.redis_alone import LoneRedis, lone_redis
from tests.fixtures.servers import running

KEY: Final = private_key("ES256")
TOKEN: Final = "/oauth2/token"
RESOURCE: Final = "/v1/ppks"
_DAY: Final = timedelta(days=1)


class Pair:
    """Both instances, their Redis, and an operator at their store; clocks are the machine's."""

    def __init__(self, ports: tuple[int, int], redis: LoneRedis, parts: Parts) -> None:
        self.ports = ports
        self.redis = redis
        self.parts = parts
        self.one, self.two = (
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) for port in ports
        )

    async def grant(self, **changes: Any) -> Grant:
        """A new grant of the one agency."""
        now = system_clock()
        grant = grant_of(
            "dinkes",
            f"G-{secrets.token_hex(4)}",
            berlaku_dari=now - _DAY,
            berlaku_sampai=now + _DAY,
            **changes,
        )
        await self.parts.clients.append_grant(grant, oleh="CONTOH A")
        return grant

    def form(self, grant: Grant, **more: str) -> dict[str, str]:
        """A good token request, whose assertion holds for 200 seconds."""
        return token_form("dinkes", grant.grant_id, system_clock(), seconds=200) | more

    async def ask_token(self, at: httpx.AsyncClient, form: Mapping[str, str]) -> httpx.Response:
        return await at.post(TOKEN, data=dict(form), auth=Possession(system_clock))

    async def token(self, at: httpx.AsyncClient, grant: Grant) -> str:
        answer = await self.ask_token(at, self.form(grant))
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token

    def proof(self, token: str | None = None, method: str = "GET", path: str = RESOURCE) -> str:
        return Prover(system_clock, method, PUBLIC_URL + path, token, KEY).proof()

    async def ask(
        self, at: httpx.AsyncClient, token: str, proof: str | None = None
    ) -> httpx.Response:
        """The resource asked with the token; by a proof of its own unless one is given."""
        shown = {"authorization": f"DPoP {token}", "dpop": proof or self.proof(token)}
        return await at.get(RESOURCE, headers=shown)

    async def close(self) -> None:
        for http in (self.one, self.two):
            await http.aclose()
        await self.parts.close()


@contextlib.contextmanager
def _served(port: int, environ: Mapping[str, str], folder: Path) -> Iterator[None]:
    def is_ready() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200
        except httpx.TransportError:
            return False

    told = [f"{name}={text}" for name, text in environ.items()]
    command = ["env", *told, f"{sys.prefix}/bin/gateway", "serve", "--port", str(port)]
    with running(command, is_ready=is_ready, log=folder / f"{port}.log"):
        yield


@contextlib.asynccontextmanager
async def running_pair(template: Path, folder: Path) -> AsyncIterator[Pair]:
    """Two instances at work over a fresh store, with one agency."""
    path = folder / "gateway.db"
    shutil.copy(template, path)
    first = free_ports(2)[0]
    with lone_redis() as redis, contextlib.ExitStack() as servers:
        environ = environment(f"sqlite:///{path}", GATEWAY_REDIS_URL=redis.url)
        environ = {name: text for name, text in environ.items() if "DUKCAPIL" not in name}
        environ = {name: text for name, text in environ.items() if "SIMASOS" not in name}
        for port in (first, first + 1):
            servers.enter_context(_served(port, environ, folder))
        pair = Pair((first, first + 1), redis, Parts(*read_everything(environ)))
        keys: dict[str, Any] = {"jwks": (public_jwk(KEY),), "dibuat_pada": system_clock() - _DAY}
        await pair.parts.clients.save_client(client_of("dinkes", **keys), oleh="CONTOH A")
        try:
            yield pair
        finally:
            await pair.close()
