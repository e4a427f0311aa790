"""One line for each request, written so that it costs the request little."""

import asyncio
import functools
import logging
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import msgspec
import structlog

from gateway.infra.log import Lines
from gateway.kit.mask import mask_text

_NAME: Final = "gateway.access"
_LOG: Final = structlog.get_logger(_NAME)


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
    """Writes JSON straight to the log, all lines of one turn of the event loop at once.

    The general way of the log costs more than the rest of a short request does. Where the log is
    in the style for people, it is taken nevertheless.
    """

    def __init__(self) -> None:
        self._logger = logging.getLogger(_NAME)
        self._encode = msgspec.json.Encoder().encode
        self._waiting: list[str] = []

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
        line = AccessLine(
            client_id=None if client_id is None else _masked(client_id),
            code=code,
            method=method,
            millis=round(seconds * 1000, 1),
            request_id=request_id,
            route=route,
            status=status,
            timestamp=datetime.now(UTC),
        )
        if _lines() is None:
            told = msgspec.structs.asdict(line)
            for name in ("event", "level", "logger", "timestamp"):
                del told[name]
            _LOG.info(line.event, **told)
            return
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._flush)
        self._waiting.append(self._encode(line).decode())

    def _flush(self) -> None:
        lines, self._waiting = self._waiting, []
        # A log that cannot be written must not stop the answers.
        with suppress(OSError, ValueError):
            if (handler := _lines()) is not None:
                handler.stream.write("\n".join([*lines, ""]))
                handler.flush()


# The same few words come again and again, and masking costs as much as the rest of the line.
_masked: Final = functools.lru_cache(4096)(mask_text)


def _lines() -> Lines | None:
    """The place of the log's lines, where they are JSON."""
    found = (each for each in logging.getLogger().handlers if isinstance(each, Lines))
    return next((each for each in found if each.takes_json), None)
