"""Calls to outside systems over HTTP; the only module that knows the HTTP library."""

import asyncio
import logging
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final, cast

import httpx

from gateway.kit.clock import Clock
from gateway.kit.http_redirects import NOWHERE
from gateway.kit.inflate import ACCEPTED, BodyTooLargeError, BodyUnreadableError, BoundedBody
from gateway.kit.pool import CallReport, GuardedPool, Guards, patience
from gateway.kit.retry import Result, Sleep
from gateway.kit.tls import certificate_refused, client_context
from gateway.kit.transport import Answer, Call, Endpoint, Http, TransportFailure, TransportKind

__all__ = ["CallReport", "HttpPools", "asgi_transport"]

# The library writes whole URLs at INFO and headers at DEBUG.
for _talker in ("httpx", "httpcore"):
    logging.getLogger(_talker).setLevel(logging.WARNING)

_HEADERS: Final = {"user-agent": "ppks-gateway", "accept-encoding": ACCEPTED}
_POOL_ROOM: Final = 2
"""Connections per allowed call: the library's pool slows down badly where calls queue inside it."""
_LANE: Final = 8
"""Allowed calls per library pool: what a call costs there grows with the calls in flight."""
_FAILURES: Final[tuple[tuple[type[Exception], TransportKind, bool], ...]] = (
    (httpx.ConnectTimeout, TransportKind.TIMED_OUT, False),
    (httpx.PoolTimeout, TransportKind.OVERLOADED, False),
    (httpx.ConnectError, TransportKind.CONNECT_FAILED, False),
    (httpx.TimeoutException, TransportKind.TIMED_OUT, True),
    (TimeoutError, TransportKind.TIMED_OUT, True),
    (BodyTooLargeError, TransportKind.TOO_LARGE, True),
    (BodyUnreadableError, TransportKind.BROKEN_OFF, True),
    (httpx.TransportError, TransportKind.BROKEN_OFF, True),
    (OSError, TransportKind.BROKEN_OFF, True),
)
"""Kind of failure, and whether the request may have been received; the first that fits holds."""


class HttpPools:
    """Makes the connection pool of each system; implements `HttpFactory`.

    `transport_for(system)` may give another transport than the network, such as
    `asgi_transport(app)`; None means the network. `clock` moves the breakers' time in tests.
    """

    def __init__(
        self,
        transport_for: Callable[[str], object | None] | None = None,
        *,
        clock: Clock | None = None,
        sleep: Sleep = asyncio.sleep,
        on_call: Callable[[CallReport], None] | None = None,
    ) -> None:
        self._transport_for = transport_for
        monotonic = time.monotonic if clock is None else lambda: clock().timestamp()
        self._guards = Guards(monotonic=monotonic, sleep=sleep, on_call=on_call)

    def __call__(self, system: str, endpoint: Endpoint) -> Http:
        """The pool of one system; connects at the first call.

        Raises ValueError for a base URL or a `ca_file` that cannot be right.
        """
        transport = self._transport_for(system) if self._transport_for is not None else None
        wire = _Wire(endpoint, cast("httpx.AsyncBaseTransport | None", transport))
        return GuardedPool(system, wire, endpoint.limits, self._guards)


class _Wire:
    """One system's connections; implements `Wire`."""

    def __init__(self, endpoint: Endpoint, transport: httpx.AsyncBaseTransport | None) -> None:
        _check(endpoint)
        self._endpoint = endpoint
        self._context: ssl.SSLContext | None = None
        self._transport = transport
        self._lanes: list[_Lane] = []
        self._closed = False

    async def exchange(self, call: Call) -> Result:
        """One try, bounded in time and size."""
        if self._closed:
            return TransportFailure(TransportKind.CONNECT_FAILED, sent=False)
        try:
            async with asyncio.timeout(patience(self._endpoint.limits)):
                with self._lane().call() as client:
                    return await self._read(client, call)
        except (httpx.LocalProtocolError, httpx.InvalidURL):
            mistake = ValueError(f"{call.operation}: not a request that HTTP allows")
        except (httpx.TransportError, OSError, BodyTooLargeError, BodyUnreadableError) as error:
            return _failure(error)
        # Raised out here: the library's exception holds the request and must not be its context.
        raise mistake

    async def close(self) -> None:
        """Close every connection; calls from now on fail as not connected."""
        self._closed = True
        async with AsyncExitStack() as closing:
            for lane in self._lanes:
                closing.push_async_callback(lane.client.aclose)

    def _lane(self) -> "_Lane":
        """The first lane with room, so that few calls share few connections; perhaps a new one."""
        for lane in self._lanes:
            if lane.calls < _LANE:
                return lane
        self._context = self._context or client_context(self._endpoint.ca_file)
        self._lanes.append(_Lane(_client(self._endpoint, self._transport, self._context)))
        return self._lanes[-1]

    async def _read(self, client: httpx.AsyncClient, call: Call) -> Answer:
        request = client.stream(
            call.method,
            _url(self._endpoint.base_url, call.path),
            params=dict(call.query) or None,
            headers=dict(call.headers),
            content=call.body,
        )
        async with request as response:
            body = BoundedBody(
                coding=response.headers.get("content-encoding", ""),
                limit=self._endpoint.limits.max_answer_bytes,
            )
            async for chunk in response.aiter_raw():
                body.add(chunk)
            return Answer(
                status=response.status_code, headers=dict(response.headers), body=body.whole()
            )


class _Lane:
    """One of the library's pools, and how many calls are in it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.calls = 0

    @contextmanager
    def call(self) -> Iterator[httpx.AsyncClient]:
        self.calls += 1
        try:
            yield self.client
        finally:
            self.calls -= 1


def asgi_transport(app: Callable[..., Any]) -> object:
    """A transport that calls an ASGI app in this process, without a network.

    The app's lifespan is not run: whoever made the app starts it up. The read timeout bounds the
    app's whole work. An app that raises ConnectionError, ends before its answer does, or sends
    another length than it told stands for a connection that breaks, as it does behind a server;
    every other exception of the app comes through as it is.
    """
    return _AsgiTransport(_unbroken(app))


class _AsgiTransport(httpx.ASGITransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            async with asyncio.timeout(request.extensions["timeout"]["read"]):
                response = await super().handle_async_request(request)
        except TimeoutError:
            raise httpx.ReadTimeout("no answer in time") from None
        except ConnectionError:
            raise httpx.ReadError("connection lost") from None
        assert isinstance(response.stream, httpx.AsyncByteStream)
        length = sum([len(chunk) async for chunk in response.stream])
        told = response.headers.get("content-length")
        if request.method != "HEAD" and told is not None and int(told) != length:
            raise httpx.RemoteProtocolError("body not as long as told")
        return response


def _unbroken(app: Callable[..., Any]) -> Callable[..., Any]:
    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        unfinished = True

        async def watching(message: dict[str, Any]) -> None:
            nonlocal unfinished
            ends = message["type"] == "http.response.body" and not message.get("more_body", False)
            unfinished = unfinished and not ends
            await send(message)

        await app(scope, receive, watching)
        if unfinished:
            raise ConnectionResetError

    return wrapped


def _client(
    endpoint: Endpoint, transport: httpx.AsyncBaseTransport | None, context: ssl.SSLContext
) -> httpx.AsyncClient:
    limits = endpoint.limits
    connections = _POOL_ROOM * min(_LANE, max(1, limits.max_concurrency))
    return httpx.AsyncClient(
        transport=transport,
        verify=context,
        http2=False,
        trust_env=False,
        follow_redirects=False,
        event_hooks=NOWHERE,
        headers=_HEADERS,
        # Keeps no cookie: one caller's session must not become another's.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        timeout=httpx.Timeout(
            connect=limits.connect_timeout,
            read=limits.read_timeout,
            write=limits.write_timeout,
            pool=limits.pool_timeout,
        ),
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
    )


def _failure(error: Exception) -> TransportFailure:
    if certificate_refused(error):
        return TransportFailure(TransportKind.CERTIFICATE_REFUSED, sent=False)
    kind, sent = next((kind, sent) for cls, kind, sent in _FAILURES if isinstance(error, cls))
    return TransportFailure(kind, sent=sent)


def _url(base_url: str, path: str) -> str:
    return f"{base_url.rstrip('/')}/{path.lstrip('/')}" if path else base_url


def _check(endpoint: Endpoint) -> None:
    try:
        url = httpx.URL(endpoint.base_url)
    except httpx.InvalidURL:
        raise ValueError("base_url: not a URL") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError("base_url: must be http://host or https://host")
    if url.userinfo or url.query or url.fragment:
        raise ValueError("base_url: must hold no user, password, query or fragment")
    if endpoint.ca_file is None:
        return
    if url.scheme == "http":
        raise ValueError("ca_file: of no effect without https in base_url")
    client_context(endpoint.ca_file)
