"""The simulated Dukcapil in a process of its own, which can be slow, die and come back."""

import contextlib
import http.client
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from bench.serving.process import HOST, serving

_CONTROL: Final = "/dukcapil/_control"
_FAULTS: Final = "/dukcapil/_faults"


class Registry:
    """`gateway simulate` on one port."""

    def __init__(self, environment: Mapping[str, str], port: int, folder: Path) -> None:
        self._environment = environment
        self._port = port
        self._folder = folder
        self._life = contextlib.ExitStack()

    def start(self) -> None:
        command = [sys.executable, "-m", "gateway", "simulate", "--port", str(self._port)]
        self._life.enter_context(
            serving(
                command,
                self._environment,
                port=self._port,
                folder=self._folder,
                ready=_CONTROL,
            )
        )

    def stop(self) -> None:
        self._life.close()

    def quota_left(self) -> int:
        """Calls that it would still take today."""
        return int(self._ask("GET", _CONTROL)["quota_left"])

    @contextlib.contextmanager
    def slow(self, seconds: float) -> Iterator[None]:
        """Each answer takes so long until the end of the block."""
        self._ask("PUT", _FAULTS, {"slow_seconds": seconds})
        try:
            yield
        finally:
            self._ask("PUT", _FAULTS, {})

    @contextlib.contextmanager
    def dead(self) -> Iterator[None]:
        """Nobody listens until the end of the block."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def _ask(self, method: str, path: str, told: Mapping[str, Any] | None = None) -> dict[str, Any]:
        connection = http.client.HTTPConnection(HOST, self._port, timeout=10)
        try:
            connection.request(method, path, None if told is None else msgspec.json.encode(told))
            answer: dict[str, Any] = msgspec.json.decode(connection.getresponse().read())
        finally:
            connection.close()
        return answer
