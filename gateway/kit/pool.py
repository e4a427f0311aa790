"""Guards the way to one system: a breaker per operation, a bulkhead, retries where safe."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

import msgspec

from gateway.kit.breaker import Breaker, BreakerOpenError
from gateway.kit.bulkhead import Bulkhead, BulkheadFullError
from gateway.kit.retry import Result, Sleep, with_retries, worth_repeating
from gateway.kit.transport import (
    Answer,
    BreakerState,
    Call,
    Limits,
    TransportFailure,
    TransportKind,
)

_SERVER_ERROR: Final = 500


class Wire(Protocol):
    """Carries one call to the system and back, once."""

    async def exchange(self, call: Call) -> Result:
        """The answer or the failure of one try; raises for mistakes of the caller only."""

    async def close(self) -> None:
        """Close every connection."""


class CallReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one call cost, for metrics. `result` is a status class such as `2xx`, or the failure."""

    system: str
    operation: str
    seconds: float
    result: str
    retries: int


class Guards(msgspec.Struct, frozen=True, kw_only=True):
    """What a pool needs of the world: time in seconds, a way to wait, and who counts the calls."""

    monotonic: Callable[[], float]
    sleep: Sleep
    on_call: Callable[[CallReport], None] | None = None


class GuardedPool:
    """Implements `Http` over a wire.

    Every try counts in the operation's breaker by itself: a failure or a status of 500 and above
    as a failure, which an adapter need not report again; any other answer as a success unless the
    adapter reports a failure (see Breaker). A full bulkhead counts as neither: it says nothing
    about the system.
    """

    def __init__(self, system: str, wire: Wire, limits: Limits, guards: Guards) -> None:
        self._system = system
        self._wire = wire
        self._limits = limits
        self._guards = guards
        self._bulkhead = Bulkhead(places=limits.max_concurrency, patience=limits.pool_timeout)
        self._breakers: dict[str, Breaker] = {}

    async def send(self, call: Call) -> Answer:
        """Send one call. Raises TransportFailure. Any HTTP status is an Answer."""
        sending = _Sending(call, self._breaker(call.operation), self._wire, self._bulkhead)
        begun = self._guards.monotonic()
        result = await with_retries(
            sending.attempt,
            limits=self._limits,
            budget=patience(self._limits),
            again=sending.again,
            sleep=self._guards.sleep,
        )
        if self._guards.on_call is not None:
            self._guards.on_call(
                CallReport(
                    system=self._system,
                    operation=call.operation,
                    seconds=self._guards.monotonic() - begun,
                    result=_label(result),
                    retries=sending.tries - 1,
                )
            )
        if isinstance(result, TransportFailure):
            raise result
        return result

    def report_failure(self, operation: str, *, open_now: bool = False) -> None:
        """Count a failure that only the adapter can see, such as refused credentials in a 200."""
        self._breaker(operation).failed(open_now=open_now)

    def report_success(self, operation: str) -> None:
        """Say that the answer was sound, which closes a half-open breaker."""
        self._breaker(operation).succeeded()

    def breakers(self) -> Mapping[str, BreakerState]:
        """The state per operation that was used so far."""
        return {operation: breaker.state for operation, breaker in self._breakers.items()}

    async def close(self) -> None:
        """Close every connection."""
        await self._wire.close()

    def _breaker(self, operation: str) -> Breaker:
        if operation not in self._breakers:
            self._breakers[operation] = Breaker(
                threshold=self._limits.breaker_threshold,
                pause=self._limits.breaker_pause,
                monotonic=self._guards.monotonic,
            )
        return self._breakers[operation]


class _Sending:
    """The tries of one call."""

    def __init__(self, call: Call, breaker: Breaker, wire: Wire, bulkhead: Bulkhead) -> None:
        self._call = call
        self._breaker = breaker
        self._wire = wire
        self._bulkhead = bulkhead
        self._sent = False
        self.tries = 0

    async def attempt(self) -> Result:
        """One try behind the guards."""
        self.tries += 1
        try:
            self._breaker.check()
            async with self._bulkhead.place():
                with self._breaker.passage():
                    return self._noted(await self._wire.exchange(self._call))
        except BreakerOpenError as refusal:
            return self._refused(TransportKind.BREAKER_OPEN, refusal.retry_after)
        except BulkheadFullError:
            return self._refused(TransportKind.OVERLOADED)

    def again(self, result: Result) -> bool:
        """Whether a further try is right: the call allows it and the breaker is not open."""
        return self._breaker.state is BreakerState.CLOSED and worth_repeating(self._call, result)

    def _noted(self, result: Result) -> Result:
        if isinstance(result, Answer):
            (self._breaker.failed if result.status >= _SERVER_ERROR else self._breaker.answered)()
            return result
        self._breaker.failed()
        self._sent = self._sent or result.sent
        return TransportFailure(result.kind, sent=self._sent)

    def _refused(self, kind: TransportKind, retry_after: float | None = None) -> TransportFailure:
        return TransportFailure(kind, sent=self._sent, retry_after=retry_after)


def patience(limits: Limits) -> float:
    """Seconds that one try may take in all, however steadily its bytes drip."""
    return limits.connect_timeout + limits.write_timeout + limits.read_timeout


def _label(result: Result) -> str:
    return f"{result.status // 100}xx" if isinstance(result, Answer) else result.kind.value
