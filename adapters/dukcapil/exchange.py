"""One call and what it does to the breakers: shared by every operation of the service."""

import logging
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from adapters.dukcapil.terms import Terms
from gateway.domain.outcome import REACTIONS, Outcome, Trip, UpstreamFailure
from gateway.kit.transport import Answer, Call, Http, TransportFailure, TransportKind

_log: Final = logging.getLogger(__name__)

_TRANSPORT_OUTCOMES: Final[Mapping[TransportKind, Outcome]] = {
    TransportKind.TOO_LARGE: Outcome.MALFORMED,
    TransportKind.OVERLOADED: Outcome.BUSY,
    # Somebody else answers in its place, or our CA bundle is wrong: an operator must look.
    TransportKind.CERTIFICATE_REFUSED: Outcome.CONFIG,
}

_SERVER_ERROR: Final = 500

T = TypeVar("T")


class Exchange:
    """Sends calls that share one set of credentials, and reports every outcome to the breakers."""

    def __init__(self, http: Http, terms: Terms, operations: tuple[str, ...]) -> None:
        self._http = http
        self._terms = terms
        self._operations = operations

    async def ask(self, call: Call, read: Callable[[Answer], T]) -> T:
        """Send one call and read its answer. Raises UpstreamFailure, also that of `read`."""
        self._terms.require_agreement()
        answer = await self._send(call)
        try:
            told = read(answer)
        except UpstreamFailure as failure:
            # A status of 500 and above is counted where it is received.
            if answer.status < _SERVER_ERROR:
                self._react(call.operation, failure.outcome)
            failure.retry_after = self._terms.retry_after(failure.outcome)
            raise
        self._http.report_success(call.operation)
        return told

    async def _send(self, call: Call) -> Answer:
        try:
            return await self._http.send(call)
        except TransportFailure as failure:
            outcome = _TRANSPORT_OUTCOMES.get(failure.kind, Outcome.TRANSPORT)
            # The pool counts what it sees itself; it does not know that a login is at stake.
            if REACTIONS[outcome].breaker is Trip.OPENS:
                self._react(call.operation, outcome)
            raise UpstreamFailure(
                outcome,
                hint=failure.kind.value,
                retry_after=failure.retry_after,
                sent=failure.sent,
            ) from failure

    def _react(self, operation: str, outcome: Outcome) -> None:
        if REACTIONS[outcome].alarm:
            _log.error("dukcapil: %s: %s", operation, outcome.value)
        trip = REACTIONS[outcome].breaker
        if trip is Trip.NO:
            self._http.report_success(operation)
        elif trip is Trip.COUNTS:
            self._http.report_failure(operation)
        else:
            # The operations log in alike, and repeated wrong logins may lock the account.
            for sharing in self._operations:
                self._http.report_failure(sharing, open_now=True)
