"""What the server does with callers who are slow, silent, too many or too long-winded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest

from tests.commands.tight_server import BODY_SECONDS, CONNECTIONS, IDLE_SECONDS
from tests.fixtures.gateway_app import environment
from tests.fixtures.served import Server, serving

PATIENCE_SECONDS = 10.0
ALIVE = b"GET /health/live HTTP/1.1\r\nhost: gateway\r\n"
TOKEN = (
    b"POST /oauth2/token HTTP/1.1\r\nhost: gateway\r\n"
    b"content-type: application/x-www-form-urlencoded\r\n"
)
TIGHT = "tests.commands.tight_server"


@pytest.fixture
async def server(sqlite_url: str) -> AsyncIterator[Server]:
    with serving(environment(sqlite_url), module=TIGHT) as started:
        async with httpx.AsyncClient(base_url=started.base) as http:
            await started.ready(http)
        yield started


class Line:
    """A raw connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def say(self, *parts: bytes, every: float = 0.0) -> None:
        for part in parts:
            self._writer.write(part)
            await self._writer.drain()
            await asyncio.sleep(every)

    async def status(self) -> int:
        """Of one answer without the rest of it."""
        return int((await self._reader.readuntil(b"\r\n\r\n"))[9:12])

    async def heard(self) -> bytes:
        """Everything until the server closes."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._reader.read()


@asynccontextmanager
async def line(server: Server) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        yield Line(reader, writer)
    finally:
        writer.close()


async def closed_after(server: Server, *parts: bytes, every: float = 0.0) -> tuple[float, bytes]:
    """Seconds until the server closed, and what it said, to one who sends these parts."""
    clock = asyncio.get_running_loop().time
    async with line(server) as caller:
        began = clock()
        saying = asyncio.create_task(caller.say(*parts, every=every))
        heard = await caller.heard()
        saying.cancel()
        return clock() - began, heard


async def test_nobody_is_waited_for_without_an_end(server: Server):
    cases = (
        closed_after(server, b""),
        closed_after(server, b"G"),
        closed_after(server, ALIVE, *[b"x: y\r\n"] * 100, every=0.1),
        closed_after(server, ALIVE + b"\r\n"),
    )
    (silent, _), (begun, _), (dripping, heard), (idle, answer) = await asyncio.gather(*cases)
    assert heard == b""
    assert answer.startswith(b"HTTP/1.1 200 ")
    for seconds in (silent, begun, dripping, idle):
        assert IDLE_SECONDS * 0.9 < seconds < IDLE_SECONDS * 3


async def test_a_body_that_does_not_come_is_refused_in_time(server: Server):
    head = TOKEN + b"content-length: 1000\r\n\r\n"
    seconds, heard = await closed_after(server, head, *[b"a"] * 900, every=0.05)
    assert BODY_SECONDS * 0.9 < seconds < BODY_SECONDS * 6
    assert heard.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n", b"414"),
        (ALIVE + b"x: y\r\n" * 100 + b"\r\n", b"431"),
        (ALIVE + b"x: " + b"a" * 140_000 + b"\r\n\r\n", b"431"),
        (TOKEN + b"content-length: 300000\r\n\r\n" + b"a" * 300_000, b"413"),
        (
            TOKEN
            + b"transfer-encoding: chunked\r\n\r\n"
            + (b"8000\r\n" + b"a" * 32_768 + b"\r\n") * 10,
            b"413",
        ),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b""),
    ],
    ids=["url", "headers", "header", "body", "chunks", "http2"],
)
async def test_what_is_too_long_is_refused(server: Server, said: bytes, status: bytes):
    _, heard = await closed_after(server, said)
    assert heard[9:12] == status


async def test_who_finds_no_room_waits_until_somebody_leaves(server: Server):
    async with AsyncExitStack() as first, AsyncExitStack() as second:
        for _ in range(CONNECTIONS):
            early = await first.enter_async_context(line(server))
            await early.say(ALIVE + b"\r\n")
            assert await early.status() == 200
        late = await second.enter_async_context(line(server))
        await late.say(ALIVE + b"\r\n")
        waiting = asyncio.create_task(late.status())
        await asyncio.sleep(IDLE_SECONDS / 4)
        assert not waiting.done()
        await first.aclose()
        assert await asyncio.wait_for(waiting, IDLE_SECONDS / 2) == 200
