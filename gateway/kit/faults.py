"""Makes any ASGI app misbehave on demand, as outside systems do: slow, cut off, wrong, silent."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

CONTROL_PATH: Final = "/_faults"
_JSON: Final = "application/json"
_HTML: Final = "text/html; charset=utf-8"
_LOGIN_PAGE: Final = b"<!DOCTYPE html><html><title>Masuk</title><body>Silakan masuk.</body></html>"


class Faults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is wrong with the next answers; the defaults mean that nothing is."""

    slow_seconds: Annotated[float, Meta(ge=0, le=3600)] = 0.0
    """Waits so long before anything else happens."""
    status: Annotated[int, Meta(ge=200, le=599)] | None = None
    """Answers this status and `body`, without asking the app."""
    body: str = ""
    """Goes with `status`."""
    cut_body: bool = False
    """Sends half of the app's answer under its full length, then breaks off."""
    html: bool = False
    """Answers a login page with 200, without asking the app."""
    empty: bool = False
    """Answers nothing at all with 200, without asking the app."""
    refuse: bool = False
    """Breaks off before a byte of the body.

    An ASGI app cannot close a connection; a server does so when an answer stays short of its
    Content-Length. So the client sees the head of an answer at most, and then a broken connection.
    """
    times: Annotated[int, Meta(ge=1)] | None = None
    """After so many answers nothing is wrong any more; null = until told otherwise."""


class Faulty:
    """Wraps an ASGI app; `GET` and `PUT /_faults` show and set its `Faults` as JSON.

    Of several faults that answer instead of the app the first holds: refuse, status, html, empty.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self.faults = Faults()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request, or hand on what is not HTTP."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _path(scope) == CONTROL_PATH:
            await self._control(scope["method"], receive, send)
        else:
            await self._answer(self._next(), scope, receive, send)

    def _next(self) -> Faults:
        """The faults of this answer; counts them down."""
        now = self.faults
        if now.times is not None:
            left = now.times - 1
            self.faults = msgspec.structs.replace(now, times=left) if left else Faults()
        return now

    async def _answer(
        self, faults: Faults, scope: dict[str, Any], receive: Receive, send: Send
    ) -> None:
        if faults.slow_seconds:
            await asyncio.sleep(faults.slow_seconds)
        if faults.refuse:
            await _fall_short(send, status=200, headers=[], length=1, body=b"")
        elif (instead := _instead(faults)) is not None:
            await _read_all(receive)
            await _reply(send, *instead)
        elif faults.cut_body:
            await self._cut(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _cut(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        heads: list[Message] = []
        body = bytearray()

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                heads.append(message)
            else:
                body.extend(message.get("body", b""))

        await self._app(scope, receive, collect)
        kept = [
            (name, value)
            for name, value in heads[0].get("headers", [])
            if name.lower() != b"content-length"
        ]
        # Even an empty body is announced with one byte, so that something is missing.
        length = max(1, len(body))
        half = bytes(body[: len(body) // 2])
        await _fall_short(send, status=heads[0]["status"], headers=kept, length=length, body=half)

    async def _control(self, method: str, receive: Receive, send: Send) -> None:
        if method == "GET":
            await _reply(send, 200, _JSON, msgspec.json.encode(self.faults))
        elif method != "PUT":
            await _reply(send, 405, _JSON, b'{"error":"GET or PUT"}')
        else:
            await self._set(await _read_all(receive), send)

    async def _set(self, body: bytes, send: Send) -> None:
        try:
            self.faults = msgspec.json.decode(body, type=Faults)
        except msgspec.MsgspecError as error:
            await _reply(send, 400, _JSON, msgspec.json.encode({"error": str(error)}))
        else:
            await _reply(send, 200, _JSON, msgspec.json.encode(self.faults))


def _path(scope: dict[str, Any]) -> str:
    """The path below the place where the app is mounted."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _instead(faults: Faults) -> tuple[int, str, bytes] | None:
    """Status, media type and body that take the place of the app's answer."""
    if faults.status is not None:
        return faults.status, _JSON, faults.body.encode()
    if faults.html:
        return 200, _HTML, _LOGIN_PAGE
    return (200, _JSON, b"") if faults.empty else None


async def _read_all(receive: Receive) -> bytes:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


async def _reply(send: Send, status: int, media_type: str, body: bytes) -> None:
    headers = [(b"content-type", media_type.encode()), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _fall_short(
    send: Send, *, status: int, headers: list[tuple[bytes, bytes]], length: int, body: bytes
) -> None:
    headers = [*headers, (b"content-length", b"%d" % length)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    # No further part follows: the server has to break the connection, and says nothing in its log.
    await send({"type": "http.response.body", "body": body, "more_body": True})
