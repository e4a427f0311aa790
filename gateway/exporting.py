"""Puts bulk exports together: the use cases behind their routes, and what makes them."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from gateway.application.caller.disclose_records import DiscloseRecords
from gateway.application.exports.follow_exports import FollowExports
from gateway.application.exports.read_export_file import ReadExportFile
from gateway.application.exports.start_export import StartExport
from gateway.application.exports.work_exports import WorkExports
from gateway.domain.errors import Unavailable
from gateway.infra.db.engine import STORE_AWAY
from gateway.infra.db.exports.exports import SqlExports
from gateway.infra.db.exports.queue import SqlExportQueue
from gateway.infra.db.exports.source import SqlExportSource
from gateway.infra.exports.crew_source import CrewSource
from gateway.infra.exports.crew_words import Tools
from gateway.infra.exports.shelf import ExportFiles
from gateway.infra.job_worker import JobWorker
from gateway.parts import Parts

_MOST: Final = 4
"""Processes of an export where no number is set."""
_LONGEST: Final = timedelta(days=2)
"""An export waits a day for a grant's quota, and no longer for whatever else may be."""


class Exporting:
    """The stores of exports, and what works with them."""

    def __init__(self, parts: Parts) -> None:
        settings = parts.settings
        self._parts = parts
        self._keep_points = timedelta(days=settings.changes_keep_days)
        self.store = SqlExports(parts.database)
        self.queue = SqlExportQueue(
            parts.database, keep_hours=settings.exports_keep_hours, longest=_LONGEST
        )
        self.source = CrewSource(
            SqlExportSource(parts.database, parts.keyring),
            Tools(
                database_url=settings.database_url,
                data_keys=settings.data_keys.reveal(),
                index_key=settings.index_key.reveal(),
                folder=settings.exports_dir,
                rows_per_file=settings.exports_file_rows,
                most_bytes=settings.exports_disk_bytes,
            ),
            processes=settings.exports_processes or min(_MOST, len(os.sched_getaffinity(0))),
        )
        self.files = ExportFiles(
            Path(settings.exports_dir),
            parts.keyring,
            rows_per_file=settings.exports_file_rows,
            most_bytes=settings.exports_disk_bytes,
        )

    def worker(self) -> JobWorker:
        """Makes exports beside the server."""
        working = self.work()
        return JobWorker(working.step, working.sweep, what="exports")

    def work(self) -> WorkExports:
        """What makes exports."""
        parts = self._parts
        return WorkExports(
            self.queue,
            self.source,
            self.files,
            parts.clients,
            DiscloseRecords(parts.audit, parts.keyring, parts.clock),
            parts.quotas,
            parts.clock,
            lease=timedelta(seconds=parts.settings.exports_lease),
            keep_points=self._keep_points,
            away=(Unavailable, *STORE_AWAY),
        )

    def dependencies(self, wake: Callable[[], None]) -> dict[str, Any]:
        """What the routes are given; `wake` is called when there is an export to be made."""
        parts = self._parts
        audit, clock = parts.audit, parts.clock
        start = StartExport(
            self.store,
            self.source,
            self.files,
            audit,
            parts.quotas,
            clock,
            wake,
            most=parts.settings.exports_per_client,
            keep_points=self._keep_points,
        )
        return {
            "start": start,
            "follow_exports": FollowExports(self.store, audit, clock),
            "export_files": ReadExportFile(self.store, self.files, parts.clients, audit, clock),
            "public_url": parts.settings.public_url,
        }
