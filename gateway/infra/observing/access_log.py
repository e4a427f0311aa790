"""One line for each request, written so that it costs the request little."""

import asyncio
import functools
import logging
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import msgspec
import structlog

from gateway.infra.observing.log import Lines
from gateway.kit.mask import mask_text

_NAME: Final = "gateway.access"
_LOG: Final = structlog.get_logger(_NAME)
_MOMENT: Final = 0.05
"""Seconds for which lines are gathered: each writing makes way for the process's other threads."""
_BY_THE_LOG: Final = frozenset(("event", "level", "logger", "timestamp"))


class AccessLine(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of a request: the route's template, never its path."""

    client_id: str | None
    code: str | None
    """Of the error, if the answer was one."""
    event: str = "request"
    level: str = "info"
    logger: str = _NAME
    method: str
    millis: float
    request_id: str
    route: str
    status: int
    timestamp: datetime


class AccessLog:
    """Writes JSON straight to the log, the lines of a moment at once.

    The general way of the log costs more than the rest of a short request does. Where the log is
    in the style for people, it is taken nevertheless.
    """

    def __init__(self) -> None:
        self._logger = logging.getLogger(_NAME)
        self._encoder = msgspec.json.Encoder()
        self._waiting: list[AccessLine] = []

    def write(
        self,
        *,
        method: str,
        route: str,
        status: int,
        seconds: float,
        request_id: str,
        client_id: str | None,
        code: str | None,
    ) -> None:
        """Tell of one request. `request_id` must be harmless, as the door makes certain."""
        if not self._logger.isEnabledFor(logging.INFO):
            return
        if not self._waiting:
            asyncio.get_running_loop().call_later(_MOMENT, self.flush)
        self._waiting.append(
            AccessLine(
                client_id=None if client_id is None else _masked(client_id),
                code=code,
                method=method,
                millis=round(seconds * 1000, 1),
                request_id=request_id,
                route=route,
                status=status,
                timestamp=datetime.now(UTC),
            )
        )

    def flush(self) -> None:
        """Write what waits."""
        lines, self._waiting = self._waiting, []
        if not lines:
            return
        if (handler := _json_lines()) is None:
            for line in lines:
                told = msgspec.structs.asdict(line)
                _LOG.info(line.event, **{name: told[name] for name in told.keys() - _BY_THE_LOG})
            return
        # A log that cannot be written must not stop the answers.
        with suppress(OSError, ValueError):
            handler.stream.write(self._encoder.encode_lines(lines).decode())
            handler.flush()


# The same few words come again and again, and masking costs as much as the rest of the line.
_masked: Final = functools.lru_cache(4096)(mask_text)


def _json_lines() -> Lines | None:
    """The place of the log's lines, where they are JSON."""
    found = (each for each in logging.getLogger().handlers if isinstance(each, Lines))
    return next((each for each in found if each.takes_json), None)
