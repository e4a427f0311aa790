"""What a call to an outside system looks like, free of any HTTP library.

Adapters work with these types only; `kit.http` implements them.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of one system's connections. All times in seconds."""

    connect_timeout: float = 5.0
    read_timeout: float = 10.0
    write_timeout: float = 10.0
    pool_timeout: float = 5.0
    max_concurrency: int = 16
    max_answer_bytes: int = 8 * 1024 * 1024
    retries: int = 2
    """Further tries after the first, and only where a retry is safe."""
    breaker_threshold: int = 5
    """Failures in a row that open the breaker of an operation."""
    breaker_pause: float = 30.0
    """How long an open breaker waits before it lets one call through."""


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where a system is, and how to be sure that it is that system."""

    base_url: str
    ca_file: str | None = None
    """PEM bundle that the server's certificate must chain to; None = the machine's own store."""
    limits: Limits = Limits()


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request. `path` is appended to the base URL and must hold no personal data."""

    operation: str
    """Names the breaker and the metric label, for example `lookup`."""
    method: str = "POST"
    path: str
    query: Mapping[str, str] = {}
    """Only for protocols that demand it; never logged."""
    headers: Mapping[str, str] = {}
    body: bytes = b""
    retry_safe: bool = False
    """True where a repeat does no harm even if the first try was received."""

    def __repr__(self) -> str:
        return f"<Call {self.operation}>"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back, read whole. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"<Answer {self.status} {len(self.body)} bytes>"


class TransportKind(StrEnum):
    """Why a call got no answer that could be read."""

    CONNECT_FAILED = "connect_failed"
    TIMED_OUT = "timed_out"
    BROKEN_OFF = "broken_off"
    TOO_LARGE = "too_large"
    CERTIFICATE_REFUSED = "certificate_refused"
    BREAKER_OPEN = "breaker_open"
    OVERLOADED = "overloaded"


class TransportFailure(Exception):
    """A call that got no readable answer; says whether the request may have been received."""

    def __init__(
        self, kind: TransportKind, *, sent: bool, retry_after: float | None = None
    ) -> None:
        super().__init__(kind.value)
        self.kind = kind
        self.sent = sent
        self.retry_after = retry_after


class BreakerState(StrEnum):
    """Closed lets calls through, open refuses them, half-open tries one."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Http(Protocol):
    """A connection pool to one system, with its time limits, retries, breakers and bulkhead."""

    async def send(self, call: Call) -> Answer:
        """Send one call. Raises TransportFailure. Any HTTP status is an Answer."""

    def report_failure(self, operation: str, *, open_now: bool = False) -> None:
        """Count a failure that only the adapter can see, such as refused credentials in a 200."""

    def report_success(self, operation: str) -> None:
        """Say that the answer was sound, which closes a half-open breaker."""

    def breakers(self) -> Mapping[str, BreakerState]:
        """The state per operation that was used so far."""

    async def close(self) -> None:
        """Close every connection."""


class HttpFactory(Protocol):
    """Makes the connection pool of one system."""

    def __call__(self, system: str, endpoint: Endpoint) -> Http:
        """The pool; opens no connection. Raises ValueError for a bad endpoint."""
