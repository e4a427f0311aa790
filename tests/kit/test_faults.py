"""The faults that can be put before any simulator, as a client sees them."""

import json
from typing import Any

import pytest

from gateway.kit.faults import Faulty
from gateway.kit.http import HttpPools, asgi_transport
from gateway.kit.transport import Answer, Call, Endpoint, Http, Limits, TransportFailure
from tests.kit.faulty_app import BODY, sound_app

NOTHING_WRONG = {
    "slow_seconds": 0.0,
    "status": None,
    "body": "",
    "cut_body": False,
    "html": False,
    "empty": False,
    "refuse": False,
    "times": None,
}


@pytest.fixture
def http() -> Http:
    app = asgi_transport(Faulty(sound_app))
    limits = Limits(read_timeout=0.03, retries=0, breaker_threshold=100)
    return HttpPools(lambda _: app)("sim", Endpoint(base_url="http://sim", limits=limits))


async def set_faults(http: Http, faults: object) -> Answer:
    body = json.dumps(faults).encode()
    return await http.send(Call(operation="control", method="PUT", path="/_faults", body=body))


async def ask(http: Http) -> tuple[int, bytes] | str:
    try:
        answer = await http.send(Call(operation="ask", path="/x"))
    except TransportFailure as failure:
        return failure.kind.value
    return answer.status, answer.body


async def test_nothing_is_wrong_at_first(http: Http):
    answer = await http.send(Call(operation="control", method="GET", path="/_faults"))
    assert json.loads(answer.body) == NOTHING_WRONG
    assert await ask(http) == (200, BODY)


@pytest.mark.parametrize(
    ("faults", "seen"),
    [
        ({"slow_seconds": 60}, "timed_out"),
        ({"status": 500}, (500, b"")),
        ({"status": 503, "body": '{"pesan":"sibuk"}'}, (503, b'{"pesan":"sibuk"}')),
        ({"cut_body": True}, "broken_off"),
        ({"refuse": True}, "broken_off"),
        ({"empty": True}, (200, b"")),
    ],
    ids=str,
)
async def test_d28_faults_as_the_client_sees_them(http: Http, faults: object, seen: object):
    answer = await set_faults(http, faults)
    assert (answer.status, json.loads(answer.body)) == (200, {**NOTHING_WRONG, **faults})
    assert await ask(http) == seen
    await set_faults(http, {})
    assert await ask(http) == (200, BODY)


async def test_d28_a_login_page_with_status_200(http: Http):
    await set_faults(http, {"html": True})
    answer = await http.send(Call(operation="ask", path="/x"))
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert b"<html" in answer.body


async def test_a_slow_answer_is_otherwise_sound(http: Http):
    await set_faults(http, {"slow_seconds": 0.001})
    assert await ask(http) == (200, BODY)


async def test_faults_clear_after_the_told_number_of_answers(http: Http):
    await set_faults(http, {"status": 503, "times": 2})
    assert [await ask(http) for _ in range(3)] == [(503, b""), (503, b""), (200, BODY)]
    answer = await http.send(Call(operation="control", method="GET", path="/_faults"))
    assert json.loads(answer.body) == NOTHING_WRONG


@pytest.mark.parametrize(
    ("faults", "named"),
    [
        ({"status": "x"}, "status"),
        ({"status": 99}, "status"),
        ({"slow_seconds": -1}, "slow_seconds"),
        ({"times": 0}, "times"),
        ({"refuze": True}, "refuze"),
        (7, "object"),
    ],
)
async def test_a_control_body_that_is_wrong_is_explained_and_changes_nothing(
    http: Http, faults: object, named: str
):
    answer = await set_faults(http, faults)
    assert answer.status == 400
    assert named in json.loads(answer.body)["error"]
    assert await ask(http) == (200, BODY)


async def test_other_methods_on_the_control_path_are_refused(http: Http):
    answer = await http.send(Call(operation="control", method="DELETE", path="/_faults"))
    assert answer.status == 405


async def test_the_control_path_is_below_the_mount():
    seen: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        seen.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "GET", "path": "/dukcapil/_faults", "root_path": "/dukcapil"}
    await Faulty(sound_app)(scope, receive, send)
    assert json.loads(seen[1]["body"]) == NOTHING_WRONG


async def test_what_is_not_http_goes_to_the_app():
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    await Faulty(app)({"type": "lifespan"}, None, None)
    assert seen == ["lifespan"]
