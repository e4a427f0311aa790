"""A port belongs to one server: a second one is refused, and does not get half of the requests."""

import os
import signal
import socket
import subprocess
import sys
import time
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.fixtures.ports import free_port
from tests.fixtures.project import ROOT

PATIENCE_SECONDS = 60.0
COMMANDS = ("serve", "simulate")


@pytest.fixture
def port():
    """A port that nobody listens on."""
    return free_port()


class Server:
    """`gateway serve` as a process of its own."""

    def __init__(self, terminal, port, **environ: str) -> None:
        self.url = f"http://127.0.0.1:{port}/health/live"
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GATEWAY_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "serve", "--port", str(port)],
            cwd=ROOT,
            env=kept | terminal.environ | environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.answers():
            assert self.process.poll() is None, self.process.communicate()[1]
            assert time.monotonic() < deadline
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=PATIENCE_SECONDS)

    def answers(self) -> bool:
        try:
            with urlopen(self.url, timeout=5) as answer:
                return answer.status == 200
        except URLError:
            return False


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("shared", [False, True], ids=["exclusive", "shared"])
def test_a_taken_port_is_refused_also_where_its_holder_would_share_it(
    terminal, port, command, shared
):
    with socket.create_server(("127.0.0.1", port), reuse_port=shared):
        told = terminal(command, "--port", str(port), code=1).stderr
    assert f"Cannot listen on 127.0.0.1 port {port} (Address already in use)" in told


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("host", ["tidak.ada.invalid", "192.0.2.1"])
def test_an_address_of_another_machine_is_refused(terminal, command, host):
    assert f"Cannot listen on {host} port" in terminal(command, "--host", host, code=1).stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_a_number_that_is_no_port_is_refused(terminal, command):
    assert "65535" in terminal(command, "--port", "65536", code=2).stderr


def test_a_second_gateway_is_refused_while_the_first_serves_with_its_workers(
    terminal, port, redis_url
):
    with Server(terminal, port, GATEWAY_WORKERS="2", GATEWAY_REDIS_URL=redis_url) as first:
        told = terminal("serve", "--port", str(port), code=1).stderr
        assert "Address already in use" in told
        assert all(first.answers() for _ in range(10))
    with Server(terminal, port) as second:
        assert second.answers()


def test_of_two_that_start_at_once_one_is_refused(terminal, port):
    servers = [Server(terminal, port) for _ in range(2)]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while all(server.process.poll() is None for server in servers):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    (refused,) = [server for server in servers if server.process.poll() is not None]
    assert refused.process.returncode == 1
    assert "Address already in use" in refused.process.communicate()[1]
    (other,) = [server for server in servers if server is not refused]
    with other:
        assert other.answers()
