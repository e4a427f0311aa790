"""A circuit breaker: after failures in a row it refuses calls, then lets one through to see."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from gateway.kit.transport import BreakerState

PROBE_PATIENCE: Final = 1.0
"""Seconds after which to ask again while the one call of a half-open breaker is on its way."""


class BreakerOpenError(Exception):
    """The breaker lets no call through now; `retry_after` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("breaker open")
        self.retry_after = retry_after


class Breaker:
    """The breaker of one operation; a state machine without input or output of its own.

    A call that brought an answer is *hopeful*: it counts as a success as soon as the next call
    comes, unless the reader of the answer reports a failure before. So an answer that is a failure
    in disguise still counts as one in a row, and a reader that never reports holds up nobody.
    """

    def __init__(self, *, threshold: int, pause: float, monotonic: Callable[[], float]) -> None:
        self._threshold = max(1, threshold)
        self._pause = pause
        self._monotonic = monotonic
        self._failures = 0
        self._opened_at: float | None = None
        self._probe: object | None = None
        self._hopeful = False

    @property
    def state(self) -> BreakerState:
        """Half-open as soon as the pause is over, even before the one call comes."""
        if self._opened_at is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if self._pause_left() > 0 else BreakerState.HALF_OPEN

    def check(self) -> None:
        """Raise BreakerOpenError where a call would not be let through now; changes nothing."""
        if self._opened_at is None or self._hopeful:
            return
        if (left := self._pause_left()) > 0:
            raise BreakerOpenError(left)
        if self._probe is not None:
            raise BreakerOpenError(min(PROBE_PATIENCE, self._pause))

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Let one call through, or raise BreakerOpenError.

        A call that leaves without a verdict (cancelled, or never sent) frees the place of the one
        call that a half-open breaker allows.
        """
        self.check()
        if self._hopeful:
            self.succeeded()
        mine = object()
        if self._opened_at is not None:
            self._probe = mine
        try:
            yield
        finally:
            if self._probe is mine:
                self._probe = None

    def answered(self) -> None:
        """An answer came; whether it was sound is for its reader to say."""
        if self.state is not BreakerState.OPEN:
            self._hopeful = True
            self._probe = None

    def succeeded(self) -> None:
        """The answer was sound. Ignored while open: it belongs to a call from before."""
        if self.state is BreakerState.OPEN:
            return
        self._failures = 0
        self._opened_at = None
        self._probe = None
        self._hopeful = False

    def failed(self, *, open_now: bool = False) -> None:
        """Count a failure. While open, only `open_now` starts the pause again."""
        self._hopeful = False
        state = self.state
        if state is BreakerState.OPEN and not open_now:
            return
        self._failures += 1
        reached = self._failures >= self._threshold
        if open_now or reached or state is BreakerState.HALF_OPEN:
            self._opened_at = self._monotonic()
            self._probe = None

    def _pause_left(self) -> float:
        assert self._opened_at is not None
        return self._pause - (self._monotonic() - self._opened_at)
