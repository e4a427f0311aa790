"""Structured logs: one processor masks 16-digit numbers and credentials in whatever is written."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

from gateway.kit.mask import mask_text

Event = MutableMapping[str, Any]


def configure_logging(style: Literal["json", "console"], level: str) -> None:
    """Send our own and every library's records through the same masked line."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask_event,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                mask_event,
                _renderer(style),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # At DEBUG this library prints the tokens that it issues.
    logging.getLogger("authlib").setLevel(logging.INFO)


def mask_event(_logger: Any, _method: str, event: Event) -> Event:
    """Every text of the record, masked."""
    for key, value in event.items():
        event[key] = _masked(value)
    return event


def _masked(value: Any) -> Any:
    match value:
        case str():
            return mask_text(value)
        case int() if not isinstance(value, bool) and abs(value) >= 10**15:
            return mask_text(str(value))
        case dict():
            return {key: _masked(item) for key, item in value.items()}
        case list() | tuple():
            return [_masked(item) for item in value]
        case None | bool() | int() | float():
            return value
        case _:
            return mask_text(str(value))


def _renderer(style: str) -> Any:
    if style == "console":
        return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return structlog.processors.JSONRenderer(sort_keys=True)
