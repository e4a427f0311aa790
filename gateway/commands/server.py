"""The HTTP server: how many connections it takes, how long it waits for them, how it ends."""

import os
import signal
from contextlib import suppress
from types import FrameType
from typing import Any, Final

from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.server.mp import MPServer

WAITING: Final = 1024
"""Connections that the kernel keeps while the processes have no room for them."""
CONNECTIONS: Final = 1024
"""Connections that one process takes, idle ones included; further ones wait."""
IDLE_SECONDS: Final = 75.0
"""For a request's head, and between two requests; longer than proxies keep what they opened."""
HEAD_BYTES: Final = 65_536
"""Of a request's head, about."""
DRAINING_SECONDS: Final = 35
"""For the answers under way when the server is told to stop; the slowest take 30."""


def make_server(
    target: str,
    *,
    address: str,
    port: int,
    workers: int,
    connections: int = CONNECTIONS,
    idle_seconds: float = IDLE_SECONDS,
    draining_seconds: int = DRAINING_SECONDS,
) -> MPServer:
    """`target` is `module:function`, and the function makes the ASGI application."""
    return MPServer(
        target,
        factory=True,
        interface=Interfaces.ASGI,
        address=address,
        port=port,
        workers=workers,
        loop=Loops.uvloop,
        # Where it may be HTTP/2, a connection that says nothing is waited for without an end.
        http=HTTPModes.http1,
        websockets=False,
        http1_settings=HTTP1Settings(
            header_read_timeout=round(idle_seconds * 1000), max_buffer_size=HEAD_BYTES
        ),
        log_access=False,
        log_enabled=False,
        backlog=WAITING,
        backpressure=connections,
        workers_kill_timeout=draining_seconds,
    )


def in_turns() -> None:
    """From now on this process's threads, and those of its workers, wait until another one rests.

    A worker's threads hand every request from one to the other. On a core that they share, each one
    that is woken would else push the other aside, and both pay for it. Where there is a free core,
    nothing changes; where the system has no such policy or allows none, nothing happens.
    """
    with suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


class Draining:
    """Serves until a signal, and on until every answer under way has left; a second one ends that.

    The server by itself hears the first signal only.
    """

    def __init__(self, server: MPServer) -> None:
        self._server = server
        self._workers: list[Any] = []

    def serve(self) -> bool:
        """Whether every answer had left before the end. Raises SystemExit where a worker failed."""
        self._server.on_startup(self._listen)
        self._server.serve()
        return all(worker.inner.exitcode != -signal.SIGKILL for worker in self._workers)

    def _listen(self) -> None:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._told)

    def _told(self, _signal: int, _frame: FrameType | None) -> None:
        if self._server.interrupt_signal:
            for worker in self._workers:
                worker.kill()
            return
        self._workers = list(self._server.wrks)
        self._server.interrupt_signal = True
        self._server.main_loop_interrupt.set()
