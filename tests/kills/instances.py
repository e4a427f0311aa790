"""Instances of the gateway as a supervisor runs them: whatever ends is started again."""

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

import httpx

from tests.fixtures.ports import free_port
from tests.fixtures.served import Server
from tests.kills.waiting import until


class Instance:
    """`gateway serve` with all its workers, on one port through all its lives."""

    def __init__(self, environ: Mapping[str, str], folder: Path, name: str) -> None:
        self.checkpoint = folder / f"{name}.checkpoint"
        self.log = folder / f"{name}.log"
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.lives = 0
        self._environ = dict(environ) | {"GATEWAY_AUDIT_CHECKPOINT_FILE": str(self.checkpoint)}
        self._server: Server | None = None

    def kill(self) -> None:
        """SIGKILL to all its processes."""
        if self._server is not None:
            self._server.kill()
            self._server = None

    def kill_worker(self) -> None:
        """SIGKILL to the processes that answer; the first one finds that out by itself."""
        _send(self._workers(), signal.SIGKILL)

    async def stall(self, seconds: float) -> None:
        """The processes that answer stand still for so long, and go on as if nothing had been."""
        workers = self._workers()
        _send(workers, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            _send(workers, signal.SIGCONT)

    def _workers(self) -> list[int]:
        return [] if self._server is None else self._server.children()

    def look_after(self) -> None:
        """Start it where it does not run."""
        if self._server is not None and self._server.is_over:
            self.kill()
        if self._server is None:
            words = ("serve",)
            self._server = Server(self._environ, "gateway", words, port=self.port, log=self.log)
            self.lives += 1


def _send(pids: list[int], sign: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, sign)


async def supervise(instances: list[Instance]) -> None:
    """Until it is cancelled."""
    while True:
        for one in instances:
            one.look_after()
        await asyncio.sleep(0.2)


async def all_ready(ways: list[httpx.AsyncClient]) -> None:
    """Wait until each instance says that it is."""
    for way in ways:
        await until(partial(_is_ready, way))


async def _is_ready(way: httpx.AsyncClient) -> bool:
    try:
        return (await way.get("/health/ready")).status_code == 200
    except httpx.TransportError:
        return False
