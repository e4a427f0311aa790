"""Sends requests at a constant pace, or as fast as they are answered, and notes every wait.

At a pace each request has its moment, and its wait is counted from then on, also while every
connection is busy: a server that stalls is charged for all who would have come meanwhile
(coordinated omission). `python -m bench.load.steady SPEC` is the program; SPEC is a `Pace` in JSON.
"""

import select
import socket
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench.load.requests import read_requests
from bench.serving.process import HOST


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """What to send where. `per_second` None = each connection's next when its last is answered."""

    file: str
    port: int
    total: int
    """How many; a file that has fewer is begun again."""
    per_second: float | None = None
    connections: int = 64


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: answers by status (0 = broken connection), waits in ms."""

    statuses: dict[str, int]
    per_second: float
    p50_ms: float
    p99_ms: float
    p999_ms: float
    worst_ms: float


def send_all(pace: Pace) -> Waits:
    """Send everything and wait for every answer."""
    sender = _Sender(pace.port, list(read_requests(Path(pace.file))), pace.connections)
    return sender.run(pace.total, pace.per_second)


class _Line:
    """One connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._received = b""
        self.due = 0.0
        self._connect()

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def send(self, request: bytes, due: float) -> None:
        self.due = due
        self._received = b""
        try:
            self._socket.sendall(request)
        except OSError:
            self._connect()
            self._socket.sendall(request)

    def receive(self) -> int | None:
        """The status once the answer is whole; 0 where the connection broke."""
        try:
            part = self._socket.recv(65_536)
        except OSError:
            part = b""
        if not part:
            self._socket.close()
            self._connect()
            return 0
        self._received += part
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return None
        return int(head[9:12])

    def _connect(self) -> None:
        self._socket = socket.create_connection((HOST, self._port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class _Sender:
    def __init__(self, port: int, requests: Sequence[bytes], connections: int) -> None:
        self._requests = requests
        self._free = [_Line(port) for _ in range(connections)]
        self._busy: set[_Line] = set()
        self._waits: list[float] = []
        self._statuses: Counter[str] = Counter()

    def run(self, total: int, per_second: float | None) -> Waits:
        begun = time.perf_counter()
        sent = 0
        while len(self._waits) < total:
            now = time.perf_counter()
            while sent < total and self._free:
                due = now if per_second is None else begun + sent / per_second
                if due > now:
                    break
                self._send(self._requests[sent % len(self._requests)], due)
                sent += 1
            is_idle = sent < total and self._free and per_second is not None
            pause = max(0.0, begun + sent / per_second - now) if is_idle and per_second else 1.0
            self._collect(pause)
        seconds = time.perf_counter() - begun
        for line in self._free:
            line.close()
        return _summary(self._waits, self._statuses, seconds)

    def _send(self, request: bytes, due: float) -> None:
        line = self._free.pop()
        line.send(request, due)
        self._busy.add(line)

    def _collect(self, pause: float) -> None:
        for line in select.select(self._busy, (), (), pause)[0]:
            status = line.receive()
            if status is not None:
                self._waits.append(time.perf_counter() - line.due)
                self._statuses[str(status)] += 1
                self._busy.discard(line)
                self._free.append(line)


def _length(head: bytes) -> int:
    name = b"content-length:"
    for line in head.lower().split(b"\r\n"):
        if line.startswith(name):
            return int(line[len(name) :])
    return 0


def _summary(waits: list[float], statuses: Counter[str], seconds: float) -> Waits:
    waits.sort()
    last = len(waits) - 1
    p50, p99, p999, worst = (1e3 * waits[int(last * share)] for share in (0.5, 0.99, 0.999, 1))
    return Waits(
        statuses=dict(statuses),
        per_second=len(waits) / seconds,
        p50_ms=p50,
        p99_ms=p99,
        p999_ms=p999,
        worst_ms=worst,
    )


if __name__ == "__main__":
    done = send_all(msgspec.json.decode(sys.argv[1], type=Pace))
    sys.stdout.write(msgspec.json.encode(done).decode())
