"""What operators learn of the sealing: metrics."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class SealReport:
    """Counts for one process; instances take turns, so their sum is the log's."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._entries = Counter(
            "gateway_audit_sealed_entries", "Audit entries sealed here", registry=registry
        )
        self._seconds = Histogram(
            "gateway_audit_seal_seconds",
            "Time of a round that sealed something",
            buckets=_SECONDS,
            registry=registry,
        )
        self._failed = Counter(
            "gateway_audit_seal_failures", "Rounds of sealing that failed", registry=registry
        )

    def sealed(self, entries: int, seconds: float) -> None:
        """A round went well."""
        if entries:
            self._entries.inc(entries)
            self._seconds.observe(seconds)

    def failed(self) -> None:
        """A round did not."""
        self._failed.inc()
