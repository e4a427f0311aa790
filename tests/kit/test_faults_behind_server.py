"""Over a real server and a real socket the faults look as they do in one process."""

import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.kit.http import HttpPools
from gateway.kit.transport import Call, Endpoint, Http, Limits, TransportFailure
from tests.fixtures.ports import free_port
from tests.fixtures.servers import running
from tests.kit.faulty_app import BODY

ROOT = Path(__file__).parents[2]


def answers(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asginl", "--port", str(port)]
    command += ["--working-dir", str(ROOT), "tests.kit.faulty_app:app"]
    log = tmp_path_factory.mktemp("granian") / "log"
    with running(command, is_ready=lambda: answers(port), log=log):
        yield f"http://127.0.0.1:{port}"


async def ask(http: Http) -> tuple[int, bytes] | str:
    try:
        answer = await http.send(Call(operation="ask", path="/x"))
    except TransportFailure as failure:
        return failure.kind.value
    return answer.status, answer.body


async def test_d28_faults_behind_a_real_server(url: str):
    http = HttpPools()("sim", Endpoint(base_url=url, limits=Limits(read_timeout=1, retries=0)))
    expected: list[tuple[dict[str, object], object]] = [
        ({"refuse": True}, "broken_off"),
        ({"cut_body": True}, "broken_off"),
        ({"empty": True}, (200, b"")),
        ({"status": 503}, (503, b"")),
        ({}, (200, BODY)),
    ]
    for faults, seen in expected:
        body = json.dumps(faults).encode()
        await http.send(Call(operation="control", method="PUT", path="/_faults", body=body))
        assert await ask(http) == seen
    await http.close()
