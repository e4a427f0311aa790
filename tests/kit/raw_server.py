"""A server on a real socket that answers each request as told, down to the byte."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


class RawServer:
    """Plays one behaviour per request; the last one again and again."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self.behaviours = behaviours
        self.requests: list[bytes] = []
        self.in_flight = 0
        self.most_in_flight = 0
        self.connections = 0
        self.port = 0
        self.close: Callable[[], None] = lambda: None
        self._arrival = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def open_connections(self) -> int:
        return len(self._tasks)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            await self._converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            self._tasks.discard(task)
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                writer.close()
                await writer.wait_closed()

    async def received(self, count: int) -> None:
        """Wait until so many requests are in."""
        async with self._arrival:
            await self._arrival.wait_for(lambda: len(self.requests) >= count)

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            request = await _read_request(reader)
            async with self._arrival:
                self.requests.append(request)
                self._arrival.notify_all()
            turn = min(len(self.requests), len(self.behaviours)) - 1
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            try:
                await self.behaviours[turn](writer)
                await writer.drain()
            finally:
                self.in_flight -= 1


async def _read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return head + await reader.readexactly(int(line.partition(b":")[2]))
    return head


@contextlib.asynccontextmanager
async def serving(
    *behaviours: Behaviour, context: ssl.SSLContext | None = None
) -> AsyncIterator[RawServer]:
    raw = RawServer(*behaviours)
    server = await asyncio.start_server(raw.serve, "127.0.0.1", 0, ssl=context)
    raw.port = server.sockets[0].getsockname()[1]
    raw.close = server.close
    try:
        yield raw
    finally:
        server.close()
        await raw.end()
        await server.wait_closed()


def reply(status: int = 200, body: bytes = b"{}", *headers: str) -> Behaviour:
    """A whole answer; the connection stays open."""
    lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}", *headers]
    whole = "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(whole)

    return behave


def cut_after(sent: bytes) -> Behaviour:
    """These bytes, and then the connection is closed."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await writer.drain()
        writer.close()

    return behave


def late(seconds: float, then: Behaviour) -> Behaviour:
    """Nothing for a while, then another behaviour."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)
        await then(writer)

    return behave


async def silence(writer: asyncio.StreamWriter) -> None:
    """Never a byte."""
    await asyncio.Event().wait()


async def drip(writer: asyncio.StreamWriter) -> None:
    """A body that never ends, a byte every 5 ms."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.005)
