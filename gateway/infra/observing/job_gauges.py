"""Shows at each scrape how lookup jobs stand in the store, which all instances share."""

import logging
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from gateway.domain.tugas import TERBUKA
from gateway.infra.db.engine import Database
from gateway.infra.db.jobs.standing import JobStanding, job_standings
from gateway.kit.clock import Clock
from gateway.kit.recent import Recent

_LOG: Final = logging.getLogger(__name__)
_REMEMBERED: Final = 5.0
"""Seconds: whoever scrapes how often does not decide how often the store is asked."""
_ROWS: Final = ("terjawab", "gagal", "salah", "sisa")


class JobGauges(Collector):
    """Without the store there are none; nothing tells whose a job is."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._recent = Recent(_REMEMBERED)
        self._seen: Sequence[JobStanding] = ()

    async def look(self) -> None:
        """Ask the store, before a scrape."""
        try:
            read = partial(job_standings, self._database)
            self._seen = await self._recent.get("standing", read) or ()
        except Exception as error:  # noqa: BLE001 - the other metrics are needed then most of all
            _LOG.warning("no metrics of jobs: %s", type(error).__name__)
            self._seen = ()

    async def close(self) -> None:
        """Break off what is being asked."""
        await self._recent.close()

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing ahead: the store is asked at each scrape."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Counts by state, rows by what became of them, and how long the first one waits."""
        jobs = GaugeMetricFamily("gateway_jobs", "Lookup jobs in the store", labels=("status",))
        rows = GaugeMetricFamily("gateway_jobs_rows", "Rows of those jobs", labels=("hasil",))
        oldest = GaugeMetricFamily(
            "gateway_jobs_turn_seconds",
            "Since when the open job that waits longest has had no turn",
            labels=("status",),
        )
        for each in self._seen:
            jobs.add_metric((each.status.value,), each.tugas)
            if each.status in TERBUKA:
                waited = (self._clock() - each.giliran).total_seconds()
                oldest.add_metric((each.status.value,), max(0.0, waited))
        for name in _ROWS:
            rows.add_metric((name,), sum(getattr(each, name) for each in self._seen))
        yield from (jobs, rows, oldest)
