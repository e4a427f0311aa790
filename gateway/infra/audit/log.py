"""The `AuditLog` port: an entry is durable when `record` returns, whatever the engine."""

from typing import Final

import sqlalchemy as sa

from gateway.domain.audit import EntriAudit
from gateway.domain.errors import Unavailable
from gateway.infra.audit.groups import GroupWriter, Overfull
from gateway.infra.audit.report import AuditReport
from gateway.infra.audit.sqlite import SqliteAuditTable
from gateway.infra.audit.table import AuditTable, EntryRefused, TableAway
from gateway.infra.db.engine import sync_url

_SOON: Final = 1
_LATER: Final = 5


class GroupedAuditLog:
    """One process's way into the audit log, which all processes share."""

    def __init__(self, writer: GroupWriter) -> None:
        self._writer = writer

    async def record(self, entry: EntriAudit) -> None:
        """Raises Unavailable, so that an answer that cannot be logged stays."""
        try:
            await self._writer.write(entry)
        except Overfull:
            raise _unavailable(_SOON) from None
        except (EntryRefused, TableAway):
            # The operators were told why, once for the whole group.
            raise _unavailable(_LATER) from None

    async def is_writable(self) -> bool:
        """Whether an entry could be recorded now; writes none."""
        try:
            await self._writer.try_out()
        except (EntryRefused, TableAway):
            return False
        return True

    async def close(self) -> None:
        """Write what waits, take nothing more, close the connection."""
        await self._writer.close()


def open_audit_log(url: str, report: AuditReport) -> GroupedAuditLog:
    """The audit log in the store at `url`; nothing is connected before the first entry.

    Raises ValueError for a URL that is no store's.
    """
    writer = GroupWriter(_table(sync_url(url)), report)
    report.watch_queue(lambda: writer.waiting)
    return GroupedAuditLog(writer)


def _table(url: sa.URL) -> AuditTable:
    if url.get_backend_name() == "sqlite":
        return SqliteAuditTable(url)
    # Where all is SQLite, the driver and its library need not be there, nor be loaded.
    from gateway.infra.audit.postgres import PostgresAuditTable  # noqa: PLC0415

    return PostgresAuditTable(url)


def _unavailable(retry_after: int) -> Unavailable:
    return Unavailable(
        "catatan audit tidak dapat ditulis / the audit log cannot be written",
        code="audit_unavailable",
        retry_after=retry_after,
    )
