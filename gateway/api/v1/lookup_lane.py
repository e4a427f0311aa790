"""The way of a plain lookup around the framework.

Of what a cached answer costs, the framework's own work would be the largest part. So a request that
is as plain as can be meets the same admission, the same use case and the same answer here; every
other one goes the usual way, and nothing has happened to it yet.
"""

from typing import Any, Final

import msgspec

from gateway.api.admission import Admission
from gateway.api.sent_headers import SentHeaders, first
from gateway.api.v1.penduduk import PendudukLookup, age_headers, told_of
from gateway.application.lookup.lookup_resident import LookupResident
from gateway.domain.grant import Scope as TokenScope
from gateway.domain.systems import AsgiApp, Receive, Scope, Send

PATH: Final = "/v1/penduduk/lookup"
_MOST_BYTES: Final = 1024
# Headers that change how a body is to be read.
_ODD: Final = frozenset((b"transfer-encoding", b"content-encoding", b"expect"))


class LookupLane:
    """Stands before the framework's application, behind the door."""

    def __init__(self, app: AsgiApp, admission: Admission, lookup: LookupResident) -> None:
        self._app = app
        self._admission = admission
        self._lookup = lookup
        self._decode = msgspec.json.Decoder(PendudukLookup).decode
        self._encode = msgspec.json.Encoder().encode

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope.get("path") != PATH or not _is_plain(scope):
            await self._app(scope, receive, send)
            return
        messages = await _messages(receive)
        asked = self._read(messages)
        if asked is None:
            await self._app(scope, _again(messages, receive), send)
        else:
            await self._answer(asked, scope, send)

    def _read(self, messages: list[dict[str, Any]]) -> PendudukLookup | None:
        """What is asked, or None where the framework shall say what is wrong with it."""
        if messages[-1]["type"] != "http.request" or messages[-1].get("more_body"):
            return None
        try:
            return self._decode(b"".join([message.get("body", b"") for message in messages]))
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None

    async def _answer(self, asked: PendudukLookup, scope: Scope, send: Send) -> None:
        """Raises what the use case raises; the door answers it."""
        scope["path_template"] = PATH
        caller = await self._admission.admit(scope, TokenScope.PENDUDUK_READ)
        found = await self._lookup(caller, asked.nik, asked.maks_umur)
        body = self._encode(told_of(found, scope["state"]["request_id"]))
        told = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            *((name.encode(), text.encode()) for name, text in age_headers(found).items()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": told})
        await send({"type": "http.response.body", "body": body, "more_body": False})


def _is_plain(scope: Scope) -> bool:
    """A POST of a short JSON body of a known length, with nothing in the URL."""
    if scope["type"] != "http" or scope["method"] != "POST" or scope["query_string"]:
        return False
    headers: SentHeaders = scope["state"]["headers"]
    lengths = headers.get(b"content-length", ())
    return (
        headers.get(b"content-type") == [b"application/json"]
        and len(lengths) == 1
        and first(headers, b"content-length").isdigit()
        and int(lengths[0]) <= _MOST_BYTES
        and _ODD.isdisjoint(headers)
    )


async def _messages(receive: Receive) -> list[dict[str, Any]]:
    """The body's messages to the last one, or more than enough of them."""
    messages = [await receive()]
    size = len(messages[0].get("body", b""))
    # Some servers tell with a message of its own that the body has ended.
    while messages[-1].get("more_body") and size <= _MOST_BYTES:
        messages.append(await receive())
        size += len(messages[-1].get("body", b""))
    return messages


def _again(messages: list[dict[str, Any]], receive: Receive) -> Receive:
    """The same messages from the beginning."""
    waiting = messages[::-1]

    async def receive_again() -> dict[str, Any]:
        return waiting.pop() if waiting else await receive()

    return receive_again
