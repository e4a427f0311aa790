"""What operators learn of the audit log: metrics, and one line in the log for each failed group."""

from collections.abc import Callable
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from gateway.infra.audit.groups import Failure, Overfull
from gateway.infra.audit.table import EntryRefused, TableAway

_LOG: Final = structlog.get_logger("gateway.audit")
_REASONS: Final = {EntryRefused: "entry", TableAway: "store"}
_SIZES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256)
_SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class AuditReport:
    """The `Watch` of a running gateway."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._sizes = Histogram(
            "gateway_audit_group_entries",
            "Audit entries committed together",
            buckets=_SIZES,
            registry=registry,
        )
        self._seconds = Histogram(
            "gateway_audit_commit_seconds",
            "Time of one group's commit",
            buckets=_SECONDS,
            registry=registry,
        )
        self._waiting = Gauge(
            "gateway_audit_waiting", "Audit entries that are in no group yet", registry=registry
        )
        self._failed = Counter(
            "gateway_audit_failed_entries",
            "Audit entries that were not written",
            ("reason",),
            registry=registry,
        )

    def watch_queue(self, waiting: Callable[[], int]) -> None:
        """How to ask, at each scrape, how many entries wait."""
        self._waiting.set_function(waiting)

    def committed(self, entries: int, seconds: float) -> None:
        """A group became durable."""
        self._sizes.observe(entries)
        self._seconds.observe(seconds)

    def turned_away(self, why: TableAway | Overfull) -> None:
        """An entry was refused before it came into any group; the log has told of the cause."""
        self._failed.labels("full" if isinstance(why, Overfull) else "pause").inc()

    def failed(self, entries: int, failure: Failure) -> None:
        """A group did not."""
        reason = _REASONS[type(failure)]
        self._failed.labels(reason).inc(entries)
        _LOG.error(
            "audit_not_written",
            reason=reason,
            entries=entries,
            said=str(failure),
            exc_info=failure.__cause__,
        )
