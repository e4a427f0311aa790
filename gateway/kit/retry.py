"""The rule for trying a call again: only where a repeat can do no harm, and not for ever."""

from collections.abc import Awaitable, Callable
from typing import Final

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_result,
    stop_after_attempt,
    stop_before_delay,
    wait_exponential_jitter,
)

from gateway.kit.transport import Answer, Call, Limits, TransportFailure, TransportKind

PASSING_STATUSES: Final = frozenset({502, 503, 504})
"""Answers of a machine in between, or of a system that is starting; they often pass soon."""

_BEFORE_SENDING: Final = frozenset({TransportKind.CONNECT_FAILED, TransportKind.TIMED_OUT})
_AFTER_SENDING: Final = frozenset({TransportKind.BROKEN_OFF, TransportKind.TIMED_OUT})
_BACKOFF: Final = wait_exponential_jitter(multiplier=0.2, max=5.0, jitter=0.2)

Result = Answer | TransportFailure
"""How one try ended; a failure is handed on as a value until it is known to be the last word."""
Sleep = Callable[[float], Awaitable[None]]


def worth_repeating(call: Call, result: Result) -> bool:
    """Whether a further try does no harm and may help."""
    if isinstance(result, Answer):
        return call.retry_safe and result.status in PASSING_STATUSES
    if result.sent:
        return call.retry_safe and result.kind in _AFTER_SENDING
    return result.kind in _BEFORE_SENDING


def retry_after_seconds(answer: Answer) -> float | None:
    """The answer's Retry-After where it is a number of seconds; a date is left aside."""
    text = answer.headers.get("retry-after", "").strip()
    return float(text) if text.isascii() and text.isdigit() else None


async def with_retries(
    attempt: Callable[[], Awaitable[Result]],
    *,
    limits: Limits,
    budget: float,
    again: Callable[[Result], bool],
    sleep: Sleep,
) -> Result:
    """The result of the last try.

    No further try begins later than `budget` seconds after the first: an answer that asks for more
    patience than that goes back as it is.
    """
    retrying = AsyncRetrying(
        sleep=sleep,
        stop=stop_after_attempt(1 + max(0, limits.retries)) | stop_before_delay(budget),
        wait=_pause,
        retry=retry_if_result(again),
        retry_error_callback=_last_result,
    )
    return await retrying(attempt)


def _pause(state: RetryCallState) -> float:
    """Growing and jittered, and not shorter than the answer asked for."""
    result = _last_result(state)
    asked = retry_after_seconds(result) if isinstance(result, Answer) else None
    return max(asked or 0.0, _BACKOFF(state))


def _last_result(state: RetryCallState) -> Result:
    assert state.outcome is not None
    result: Result = state.outcome.result()
    return result
