"""A server that is told to stop answers what is under way, and takes nothing more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

import httpx
import msgspec
import pytest

from gateway.sandbox.world import residents
from tests.fixtures.gateway_app import Asker, Gateway, environment, opened
from tests.fixtures.served import Server, newly_granted, serving

AT_ONCE = 8
SLOW_SECONDS = 1.0
UNDER_WAY_SECONDS = 0.4


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """The gateway as a process, with callers who wait for the slow registry."""

    server: Server
    gateway: Gateway
    asker: Asker
    http: httpx.AsyncClient

    def asking(self) -> list[asyncio.Task[httpx.Response]]:
        """As many lookups as the registry answers at a time."""
        niks = [str(person.nik) for person in residents()[:AT_ONCE]]
        return [asyncio.create_task(self.asker.lookup(nik)) for nik in niks]


@asynccontextmanager
async def at_work(database_url: str, slow_seconds: float) -> AsyncIterator[Scene]:
    environ = environment(database_url)
    async with opened(environ) as gateway:
        with ExitStack() as running:
            registry = running.enter_context(serving(environ, "simulate"))
            async with httpx.AsyncClient(base_url=f"{registry.base}/dukcapil") as http:
                await registry.ready(http, "/_control")
                await http.put("/_faults", json={"slow_seconds": slow_seconds})
            told = environ | {"GATEWAY_DUKCAPIL_URL": f"{registry.base}/dukcapil"}
            server = running.enter_context(serving(told, "serve"))
            async with httpx.AsyncClient(base_url=server.base, timeout=30) as http:
                await server.ready(http)
                asker = await newly_granted(gateway, http)
                yield Scene(server=server, gateway=gateway, asker=asker, http=http)


async def test_answers_under_way_leave_whole_and_with_their_rows(database_url):
    async with at_work(database_url, SLOW_SECONDS) as scene:
        asking = scene.asking()
        await asyncio.sleep(UNDER_WAY_SECONDS)
        scene.server.terminate()
        await asyncio.sleep(UNDER_WAY_SECONDS / 2)
        assert not any(task.done() for task in asking)
        async with httpx.AsyncClient(base_url=scene.server.base) as newcomer:
            with pytest.raises(httpx.ConnectError):
                await newcomer.get("/health/ready")
        answers = await asyncio.gather(*asking)
        assert await scene.server.ended() == 0
        rows = [row["request_id"] for row in await scene.gateway.audited()]
    assert [answer.status_code for answer in answers] == [200] * AT_ONCE
    assert {answer.headers["connection"] for answer in answers} == {"close"}
    assert sorted(rows) == sorted(answer.headers["x-request-id"] for answer in answers)


async def test_a_second_signal_does_not_wait_for_them(sqlite_url):
    async with at_work(sqlite_url, 20) as scene:
        asking = scene.asking()
        await asyncio.sleep(UNDER_WAY_SECONDS)
        scene.server.terminate()
        await asyncio.sleep(UNDER_WAY_SECONDS)
        scene.server.terminate()
        assert await asyncio.wait_for(scene.server.ended(), 5) == 1
        assert "before every answer had left" in scene.server.said
        ends = await asyncio.gather(*asking, return_exceptions=True)
    assert all(isinstance(end, httpx.TransportError) for end in ends)
