"""The load generators count rightly: what is measured with them rests on it."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest

from bench.contest import middle, ratio, ratio_by_cpu
from bench.load.proofs import make, proof_for
from bench.load.requests import read_requests, request, write_requests
from bench.load.steady import Pace, send_all
from bench.load.wrk import Run
from bench.serving.tools import ToolsMissing, need
from gateway.infra.oauth.client_keys import new_private_jwk
from gateway.kit.compact_jws import read_unverified

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


@contextmanager
def answering(*pauses: float, answer: bytes = ANSWER):
    """The port of a server of one connection: before each answer a pause, at last none."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        left = iter(pauses)
        with connection:
            while connection.recv(65_536):
                time.sleep(next(left, 0))
                connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with listening:
        yield listening.getsockname()[1]
    thread.join(5)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "requests"
    write_requests(path, [request("GET", "/")])
    return path


def test_requests_are_read_as_they_were_written(tmp_path):
    requests = [request("POST", "/a", {"x": "1"}, b'{"a":\n1}'), request("GET", "/b")]
    write_requests(tmp_path / "file", requests)
    assert list(read_requests(tmp_path / "file")) == requests
    assert requests[0].endswith(b'content-length: 8\r\n\r\n{"a":\n1}')


def test_a_stall_is_charged_to_all_who_would_have_come_meanwhile(file):
    with answering(0.4) as port:
        pace = Pace(file=str(file), port=port, total=100, per_second=200, connections=1)
        waits = send_all(pace)
    assert waits.statuses == {"200": 100}
    # Of 0.5 s the first 0.4 were the stall: who counts only from the sending on sees one slow one.
    assert waits.p50_ms > 100
    assert waits.worst_ms > 390


def test_without_a_pace_the_wait_begins_with_the_sending(file):
    with answering(0.2) as port:
        waits = send_all(Pace(file=str(file), port=port, total=50, connections=1))
    assert waits.p50_ms < 100
    assert waits.worst_ms > 190


def test_answers_that_are_no_answers_are_told(file):
    refusal = b"HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n"
    with answering(answer=refusal) as port:
        waits = send_all(Pace(file=str(file), port=port, total=3, connections=1))
    assert waits.statuses == {"429": 3}


def test_proofs_are_each_for_one_use():
    made = make(proof_for(new_private_jwk(), "http://127.0.0.1/x", "token"), 20)
    assert len({read_unverified(proof, max_chars=4096).payload for proof in made}) == 20


def test_a_missing_tool_is_told_in_one_line(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolsMissing) as missing:
        need(["wrk"])
    assert str(missing.value) == "needs wrk (Debian: apt-get install wrk)"


def test_ratios_are_those_of_the_same_round():
    def runs(*speeds: float) -> list[Run]:
        return [Run(per_second=each, cpu_us=1 / each, p50_ms=1, p99_ms=1) for each in speeds]

    assert ratio(runs(10, 200, 30), runs(20, 400, 20)) == 0.5
    assert ratio_by_cpu(runs(10, 200, 30), runs(20, 400, 20)) == pytest.approx(0.5)
    assert middle(runs(10, 200, 30)).per_second == 30
