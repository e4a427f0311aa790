"""Structured logs: one processor masks 16-digit numbers and credentials in whatever is written."""

import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, Final, Literal, TextIO

import structlog

from gateway.kit.mask import mask_text

Event = MutableMapping[str, Any]

_LONGEST_PLAIN: Final = 10**15
"""From here on a number has 16 digits."""


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
    )
    handler = Lines(sys.stderr)
    handler.takes_json = style == "json"
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
    # At DEBUG these print the tokens that they issue, and every value of a query.
    for chatty in ("authlib", "aiosqlite"):
        logging.getLogger(chatty).setLevel(logging.INFO)


class Lines(logging.StreamHandler[TextIO]):
    """Writes records; of one that cannot be written it says so, where the base class shows it."""

    takes_json = False
    """Lines of JSON may be written to its stream beside its records."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class's name
        """One line without the record's words and values."""
        with suppress(OSError, ValueError):
            self.stream.write(f'{{"event":"a record was lost","logger":"{record.name}"}}\n')


def mask_event(_logger: Any, _method: str, event: Event) -> Event:
    """Every text of the record, masked."""
    for key in list(event):
        event[mask_text(key)] = _masked(event.pop(key))
    return event


def _masked(value: Any) -> Any:
    match value:
        case str():
            return mask_text(value)
        case int() | float() if abs(value) < _LONGEST_PLAIN:
            return value
        case dict():
            return {mask_text(str(key)): _masked(item) for key, item in value.items()}
        case list() | tuple():
            return [_masked(item) for item in value]
        case None:
            return value
        case _:
            return mask_text(str(value))


def _renderer(style: str) -> Any:
    if style == "console":
        return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return structlog.processors.JSONRenderer(sort_keys=True)
