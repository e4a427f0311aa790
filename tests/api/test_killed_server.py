"""A server that is killed under load has the row of every answer that left it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import httpx

from tests.fixtures.gateway_app import Asker, Gateway, environment, opened
from tests.fixtures.project import ROOT

PATIENCE_SECONDS = 60.0
AT_ONCE = 24
ENOUGH_ANSWERS = 300


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


class Server:
    """`gateway serve`, all of whose processes can be killed at once."""

    def __init__(self, environ: dict[str, str]) -> None:
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        mine = {name: text for name, text in os.environ.items() if not name.startswith("GATEWAY_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "serve", "--port", str(port)],
            cwd=ROOT,
            env=mine | environ,
            start_new_session=True,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE_SECONDS)

    async def ready(self, http: httpx.AsyncClient) -> None:
        latest = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                if (await http.get("/health/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                assert self._process.poll() is None
            assert time.monotonic() < latest
            await asyncio.sleep(0.05)


@contextmanager
def serving(environ: dict[str, str]) -> Iterator[Server]:
    server = Server(environ)
    try:
        yield server
    finally:
        server.kill()


class Crowd:
    """Asks without a pause, each time under a name of its own, until nobody answers."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self.asked: list[str] = []
        self.answered: list[str] = []

    async def ask(self) -> None:
        while True:
            name = f"r-{len(self.asked)}"
            self.asked.append(name)
            try:
                answer = await self._asker.get("/v1/ppks", x_request_id=name)
            except httpx.TransportError:
                return
            assert (answer.status_code, answer.headers["x-request-id"]) == (200, name)
            self.answered.append(name)


async def newly_granted(gateway: Gateway, http: httpx.AsyncClient) -> Asker:
    """The agency with a token from the server, whose clock is the real one."""
    await gateway.http.aclose()
    gateway.http, now = http, datetime.now(UTC)
    gateway.clock.now = now
    day = timedelta(days=1)
    return await gateway.asking(berlaku_dari=now - day, berlaku_sampai=now + day)


async def test_every_answer_that_left_has_its_row_exactly_once(database_url):
    environ = environment(database_url)
    async with opened(environ) as gateway:
        with serving(environ) as server:
            async with httpx.AsyncClient(base_url=server.base, timeout=30) as http:
                await server.ready(http)
                crowd = Crowd(await newly_granted(gateway, http))
                asking = [asyncio.create_task(crowd.ask()) for _ in range(AT_ONCE)]
                while len(crowd.answered) < ENOUGH_ANSWERS:
                    done, _ = await asyncio.wait(asking, timeout=0.01)
                    assert not done, [task.exception() for task in done]
                server.kill()
                await asyncio.gather(*asking)
        rows = [row["request_id"] for row in await gateway.audited()]
    assert len(rows) == len(set(rows))
    assert set(crowd.answered) <= set(rows) <= set(crowd.asked)
    assert len(crowd.answered) < len(crowd.asked)
