"""What the log says of an answer that failed: a trace where only that shows what happened."""

from collections.abc import Iterator
from typing import Final

import structlog
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from gateway.domain.errors import GatewayError
from gateway.domain.outcome import UpstreamFailure
from gateway.infra.db.engine import STORE_AWAY

_LOG: Final = structlog.get_logger("gateway.access")
# One line each: with either away there are many of them, and all alike.
_AWAY: Final = {
    "store_away": STORE_AWAY,
    "redis_away": (RedisConnectionError, RedisTimeoutError),
}


def tell_operators(trouble: Exception, request_id: str) -> None:
    """One line: what was away and what its driver said, or a crash with its trace."""
    away = next(_away(trouble), None)
    if away is not None:
        event, said = away
        _LOG.error(event, request_id=request_id, said=said)
    elif _is_ours(trouble):
        _LOG.error("crash", request_id=request_id, exc_info=trouble)


def _away(trouble: Exception) -> Iterator[tuple[str, str]]:
    for each in (trouble, trouble.__cause__):
        for event, kinds in _AWAY.items():
            if isinstance(each, kinds):
                yield event, str(getattr(each, "orig", each)).partition("\n")[0]


def _is_ours(trouble: Exception) -> bool:
    """Whether an operator must see where it came from; what upstreams do, their adapters log."""
    cause = trouble.__cause__ if isinstance(trouble, GatewayError) else trouble
    if isinstance(cause, ExceptionGroup) and trouble in cause.exceptions:
        # Where the framework asks for several things at once, an error is its own cause.
        return False
    return cause is not None and not isinstance(cause, UpstreamFailure)
