"""Speaks to SIJOSKU: adds the token, turns every bad answer into a typed failure."""

from collections.abc import Mapping
from typing import Final, TypeVar

import msgspec

from adapters.sijosku.config import Config
from adapters.sijosku.outcomes import (
    KURSOR_TIDAK_BERLAKU,
    failure_of_answer,
    failure_of_transport,
)
from adapters.sijosku.wire import UNREADABLE
from gateway.domain.outcome import Outcome, Trip, UpstreamFailure
from gateway.kit.clock import Clock
from gateway.kit.transport import Answer, Call, Http, TransportFailure

T = TypeVar("T")

_DONE: Final = 2
_POOL_COUNTS_FROM: Final = 500


class Remote:
    """One connected SIJOSKU."""

    def __init__(self, http: Http, config: Config, clock: Clock) -> None:
        self._http = http
        self._clock = clock
        token = f"{config.auth_scheme} {config.token.reveal()}".strip()
        self._headers = {config.auth_header: token, "Accept": "application/json"}

    async def get(self, operation: str, path: str, query: Mapping[str, str]) -> Answer:
        """Ask; a 410 comes back as an answer. Raises UpstreamFailure."""
        call = Call(
            operation=operation,
            method="GET",
            path=path,
            query=query,
            headers=self._headers,
            retry_safe=True,
        )
        return await self._send(call)

    async def post(self, operation: str, path: str, body: bytes, key: str) -> Answer:
        """Send; `key` makes a repeat harmless. Raises UpstreamFailure."""
        headers = {
            **self._headers,
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        call = Call(operation=operation, path=path, headers=headers, body=body, retry_safe=True)
        return await self._send(call)

    def understood(self, operation: str, answer: Answer, type_: type[T]) -> T:
        """The body of a 2xx as a Struct. Raises UpstreamFailure where it is not of that shape."""
        if answer.status // 100 != _DONE:
            raise self.malformed(operation, f"jawaban yang tidak dikenal [{answer.status}]")
        try:
            read = msgspec.json.decode(answer.body, type=type_)
        except UNREADABLE:
            raise self.malformed(operation, "isi jawaban tidak berbentuk yang diharapkan") from None
        self._http.report_success(operation)
        return read

    def malformed(self, operation: str, hint: str) -> UpstreamFailure:
        """Count an answer that makes no sense, and give the failure to raise."""
        self._http.report_failure(operation)
        return UpstreamFailure(Outcome.MALFORMED, hint=hint)

    async def _send(self, call: Call) -> Answer:
        try:
            answer = await self._http.send(call)
        except TransportFailure as failure:
            raise failure_of_transport(failure) from None
        if answer.status // 100 == _DONE or answer.status == KURSOR_TIDAK_BERLAKU:
            return answer
        refusal = failure_of_answer(answer, self._clock)
        trip = refusal.reaction.breaker
        # The pool has counted a 5xx already.
        if trip is Trip.OPENS or (trip is Trip.COUNTS and answer.status < _POOL_COUNTS_FROM):
            self._http.report_failure(call.operation, open_now=trip is Trip.OPENS)
        raise refusal
