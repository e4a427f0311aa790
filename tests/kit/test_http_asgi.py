"""Calling an app in this process behaves like calling it behind a server."""

import asyncio
from typing import Any

import pytest

from gateway.kit.http import HttpPools, asgi_transport
from gateway.kit.transport import Answer, Call, Endpoint, Limits, TransportFailure, TransportKind

CALL = Call(operation="lookup", path="/x", query={"a": "b c"}, body=b"isi")


class App:
    """Plays messages, then an exception if there is one."""

    def __init__(self, *messages: dict[str, Any], error: Exception | None = None) -> None:
        self.messages = messages
        self.error = error
        self.scope: dict[str, Any] = {}
        self.body = b""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope = scope
        self.body = (await receive())["body"]
        for message in self.messages:
            await send(message)
        if self.error is not None:
            raise self.error


def start(*headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "http.response.start", "status": 201, "headers": list(headers)}


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": more}


async def ask(app: Any) -> Answer:
    limits = Limits(read_timeout=0.02, retries=0)
    pools = HttpPools(transport_for=lambda _: asgi_transport(app))
    http = pools("sistem", Endpoint(base_url="http://sim/dasar", limits=limits))
    try:
        return await http.send(CALL)
    finally:
        await http.close()


async def test_the_app_gets_the_request_and_its_answer_comes_back():
    app = App(start((b"X-Kuota", b"7")), part(b"satu ", more=True), part(b"dua"))
    answer = await ask(app)
    assert (answer.status, answer.headers, answer.body) == (201, {"x-kuota": "7"}, b"satu dua")
    assert (app.scope["path"], app.scope["query_string"], app.body) == (
        "/dasar/x",
        b"a=b+c",
        b"isi",
    )


@pytest.mark.parametrize(
    "app",
    [
        pytest.param(App(start((b"content-length", b"9")), part(b"half")), id="too short"),
        pytest.param(App(start(), part(b"half", more=True)), id="not finished"),
        pytest.param(App(), id="not begun"),
        pytest.param(App(error=ConnectionResetError()), id="connection lost"),
    ],
)
async def test_an_answer_that_does_not_end_well_is_broken_off(app: App):
    with pytest.raises(TransportFailure) as caught:
        await ask(app)
    assert (caught.value.kind, caught.value.sent) == (TransportKind.BROKEN_OFF, True)


async def test_an_app_that_takes_too_long_is_timed_out():
    async def forever(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.Event().wait()

    with pytest.raises(TransportFailure) as caught:
        await ask(forever)
    assert (caught.value.kind, caught.value.sent) == (TransportKind.TIMED_OUT, True)


async def test_a_mistake_in_the_app_comes_through():
    with pytest.raises(LookupError):
        await ask(App(error=LookupError()))


async def test_a_system_without_an_app_goes_to_the_network():
    http = HttpPools(transport_for=lambda _: None)(
        "sistem", Endpoint(base_url="http://127.0.0.1:1", limits=Limits(retries=0))
    )
    with pytest.raises(TransportFailure) as caught:
        await http.send(CALL)
    assert caught.value.kind is TransportKind.CONNECT_FAILED
    await http.close()
