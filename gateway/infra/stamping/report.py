"""What operators learn of the timestamps: metrics."""

from datetime import datetime
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge

from gateway.kit.clock import Clock


class StampReport:
    """Tries as this process made them; what waits as it last saw it in the store."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._tries = Counter(
            "gateway_audit_timestamps",
            "Timestamps that were asked for, by what came of it",
            ("authority", "result"),
            registry=registry,
        )
        self._lag = Gauge(
            "gateway_audit_timestamp_lag_seconds",
            "Since when the first checkpoint without a timestamp waits; 0 where none does",
            ("authority",),
            registry=registry,
        )
        self._since: dict[str, datetime | None] = {}

    def tried(self, authority: str, result: str) -> None:
        """Count one try."""
        self._tries.labels(authority, result).inc()

    def waits(self, authority: str, since: datetime | None, clock: Clock) -> None:
        """Note what waits, for whoever scrapes until the next look."""
        if authority not in self._since:
            self._lag.labels(authority).set_function(partial(self._waited, authority, clock))
        self._since[authority] = since

    def _waited(self, authority: str, clock: Clock) -> float:
        since = self._since[authority]
        return 0.0 if since is None else max(0.0, (clock() - since).total_seconds())
