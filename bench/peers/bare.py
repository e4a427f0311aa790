"""The ceilings: a POST handler that only answers, in Litestar and without any framework.

`python -m bench.peers.bare NAME PORT FILE` serves the answer that FILE holds, on the server
program of the gateway and with the gateway's settings of it.
"""

import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from litestar import Litestar, get, post

from bench.serving.process import HOST
from gateway.commands.server import in_turns, make_server

PATH: Final = "/v1/penduduk/lookup"
_ANSWER: Final = "BENCH_ANSWER"

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of a lookup."""

    nik: Annotated[str, msgspec.Meta(min_length=16, max_length=16)]
    maks_umur: int = 0


def litestar_app() -> Litestar:
    """Decodes the body into a Struct and encodes the answer; no other layer."""
    answer: dict[str, Any] = msgspec.json.decode(_answer())

    @post(PATH, status_code=200)
    async def lookup(data: Asked) -> dict[str, Any]:  # noqa: ARG001 - decoded, as it would be
        return answer

    @get("/")
    async def alive() -> str:
        return "ok"

    return Litestar([lookup, alive], openapi_config=None, logging_config=None)


def asgi_app() -> Callable[[Message, Receive, Send], Awaitable[None]]:
    """Reads the body and sends bytes that were there before."""
    body = _answer()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
    ]

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return answer


APPS: Final = {"litestar": litestar_app, "asgi": asgi_app}


def _answer() -> bytes:
    return Path(os.environ[_ANSWER]).read_bytes()


def main(name: str, port: str, file: str) -> None:
    """Serve until told to stop."""
    os.environ[_ANSWER] = file
    in_turns()
    target = f"{__spec__.name}:{APPS[name].__name__}"
    make_server(target, address=HOST, port=int(port), workers=1).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
