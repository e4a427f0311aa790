"""Metrics of synchronisation, by system and direction."""

from typing import Final

from msgspec.structs import asdict
from prometheus_client import CollectorRegistry, Counter, Gauge

from gateway.domain.sinkron import Hitungan, Titik

_LABELS: Final = ("system", "direction")


class SyncReport:
    """The `SyncRecorder` of a running gateway."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._records = Counter(
            "gateway_sync_records",
            "Records carried over, by what became of them",
            (*_LABELS, "outcome"),
            registry=registry,
        )
        self._complete = Gauge(
            "gateway_sync_complete_timestamp_seconds",
            "When this process last had carried over all there was",
            _LABELS,
            registry=registry,
        )
        self._failures = Gauge(
            "gateway_sync_failures",
            "Failures since the last success, as this process last saw it",
            _LABELS,
            registry=registry,
        )

    def carried(self, titik: Titik, hitungan: Hitungan) -> None:
        """Count what was carried, and note where the direction stands."""
        labels = titik.jalur.sistem, titik.jalur.arah.value
        for outcome, count in asdict(hitungan).items():
            if count:
                self._records.labels(*labels, outcome).inc(count)
        self._failures.labels(*labels).set(titik.gagal)
        if titik.selesai_pada is not None:
            self._complete.labels(*labels).set(titik.selesai_pada.timestamp())
