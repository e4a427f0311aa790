"""Prometheus metrics; labels are route templates, systems and outcomes, never personal data."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from gateway.domain.langganan import HasilKirim
from gateway.domain.nik_cache import CacheEvent
from gateway.infra.audit.report import AuditReport
from gateway.infra.observing.sync_report import SyncReport
from gateway.infra.sealing.report import SealReport
from gateway.infra.stamping.report import StampReport
from gateway.kit.pool import CallReport

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.audit = AuditReport(self.registry)
        self.sync = SyncReport(self.registry)
        self.sealing = SealReport(self.registry)
        self.stamping = StampReport(self.registry)
        self._requests = Counter(
            "gateway_requests",
            "Requests answered",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "gateway_request_seconds",
            "Time to the end of an answer",
            ("route",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._calls = Counter(
            "gateway_upstream_calls",
            "Calls to outside systems",
            ("system", "operation", "result"),
            registry=self.registry,
        )
        self._call_seconds = Histogram(
            "gateway_upstream_seconds",
            "Time of calls to outside systems, retries included",
            ("system", "operation"),
            buckets=_BUCKETS,
            registry=self.registry,
        )

        self._refused = Counter(
            "gateway_registry_not_asked",
            "Calls on a registry's account that were not made, by the code that was told",
            ("system", "code"),
            registry=self.registry,
        )
        pushes = Counter(
            "gateway_pushes",
            "Messages that were tried to be pushed to subscribers",
            ("result",),
            registry=self.registry,
        )
        self._pushes = {result: pushes.labels(result.value) for result in HasilKirim}
        # Finding a child by its labels costs more than counting with it.
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        lookups = Counter(
            "gateway_nik_cache",
            "How lookups were answered, and what the cache of registry answers did",
            ("event",),
            registry=self.registry,
        )
        self._cache_events = {event: lookups.labels(event.value) for event in CacheEvent}

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request. A method that HTTP does not know could be anything: it is `other`."""
        key = (method, route, status)
        child = self._children.get(key)
        if child is None:
            known = method if method in _METHODS else "other"
            child = (self._requests.labels(known, route, str(status)), self._seconds.labels(route))
            if known == method:
                self._children[key] = child
        child[0].inc()
        child[1].observe(seconds)

    def call(self, report: CallReport) -> None:
        """Count one call to an outside system."""
        self._calls.labels(report.system, report.operation, report.result).inc()
        self._call_seconds.labels(report.system, report.operation).observe(report.seconds)

    def cache(self, event: CacheEvent) -> None:
        """Count one event of the cache of registry answers."""
        self._cache_events[event].inc()

    def registry_refused(self, system: str, code: str) -> None:
        """Count one call that the gateway did not make."""
        self._refused.labels(system, code).inc()

    def pushed(self, result: HasilKirim) -> None:
        """Count one try to push a message."""
        self._pushes[result].inc()

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
