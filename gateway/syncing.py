"""Wires what synchronises with outside systems; the server and the command line share it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.application.records.read_ppks import ReadPpks
from gateway.application.sync.resend import Resend
from gateway.application.sync.run_sync import RunSync
from gateway.application.sync.sync_in import SyncIn
from gateway.application.sync.sync_out import SyncOut
from gateway.infra.db.sync.points import SqlSyncPoints
from gateway.infra.db.sync.records import SqlSeenRecords, SqlSentRecords
from gateway.infra.job_worker import JobWorker
from gateway.parts import Parts
from gateway.pushing import read_changes
from gateway.rules import sync_plan


def sync_points(parts: Parts) -> SqlSyncPoints:
    """Where every direction stands."""
    return SqlSyncPoints(parts.database, parts.clock)


def sent_records(parts: Parts) -> SqlSentRecords:
    """What was sent."""
    return SqlSentRecords(parts.database)


def run_sync(parts: Parts) -> RunSync:
    """What synchronises, by the plan of the settings."""
    clock, sent = parts.clock, sent_records(parts)
    out = SyncOut(read_changes(parts), sent, parts.keyring)
    read = ReadPpks(parts.ppks, parts.audit, parts.quotas, parts.keyring, clock)
    return RunSync(
        sync_points(parts),
        SyncIn(parts.forgetting_imports, SqlSeenRecords(parts.database)),
        out,
        Resend(read, out, sent),
        sent,
        parts.systems.offering,
        parts.clients,
        parts.metrics.sync,
        clock,
        sync_plan(parts.settings),
    )


@asynccontextmanager
async def syncing(parts: Parts) -> AsyncIterator[None]:
    """Synchronise whenever it is due while the block lasts, where there is anything to do."""
    settings = parts.settings
    if not settings.sync_worker or not (settings.sync_in or settings.sync_out):
        yield
        return
    worker = JobWorker(run_sync(parts).step, what="synchronisations")
    async with worker.working():
        yield
