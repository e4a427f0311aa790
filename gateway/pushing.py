"""Wires what reads the change feed and pushes it to subscribers."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from gateway.application.caller.disclose_records import DiscloseRecords
from gateway.application.feed.compose_message import ComposeMessage
from gateway.application.feed.manage_subscriptions import ManageSubscriptions
from gateway.application.feed.push_changes import PushChanges
from gateway.application.feed.read_changes import ReadChanges
from gateway.domain.langganan import AturanKirim
from gateway.infra.db.subscribers.outbox import SqlOutbox
from gateway.infra.db.subscribers.subscriptions import SqlSubscriptions
from gateway.infra.job_worker import JobWorker
from gateway.parts import Parts


def read_changes(parts: Parts) -> ReadChanges:
    """The feed as a grant shows it."""
    return ReadChanges(
        parts.feed,
        parts.clients,
        DiscloseRecords(parts.audit, parts.keyring, parts.clock),
        parts.quotas,
        parts.clock,
        keep_days=parts.settings.changes_keep_days,
    )


def manage_subscriptions(parts: Parts) -> ManageSubscriptions:
    """What an operator does with subscriptions."""
    return ManageSubscriptions(
        SqlSubscriptions(parts.database, parts.keyring),
        parts.clients,
        parts.feed,
        parts.webhooks,
        parts.clock,
    )


def push_changes(parts: Parts) -> PushChanges:
    """One worker, which pushes to one subscriber at a time."""
    settings = parts.settings
    compose = ComposeMessage(
        read_changes(parts),
        parts.quotas,
        DiscloseRecords(parts.audit, parts.keyring, parts.clock),
        parts.keyring,
        parts.clock,
        source=f"{settings.public_url}/v1/ppks/changes",
    )
    rules = AturanKirim(
        percobaan=settings.webhook_attempts, menyerah=timedelta(days=settings.webhook_give_up_days)
    )
    return PushChanges(
        SqlOutbox(parts.database, parts.keyring),
        parts.clients,
        compose,
        parts.webhooks,
        parts.clock,
        rules=rules,
        lease=timedelta(seconds=settings.webhook_lease),
        log_days=settings.webhook_log_days,
        on_try=parts.metrics.pushed,
    )


@asynccontextmanager
async def pushing(parts: Parts) -> AsyncIterator[None]:
    """Push to subscribers while the block lasts; a message that is under way then comes again."""
    settings = parts.settings
    # Where nobody may be called, nobody has to look for whom to call.
    count = settings.webhook_workers if settings.webhook_hosts else 0
    async with AsyncExitStack() as workers:
        for _ in range(count):
            push = push_changes(parts)
            worker = JobWorker(push.step, push.sweep, what="subscribers")
            await workers.enter_async_context(worker.working())
        yield
