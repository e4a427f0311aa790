"""What the audit log needs of an engine: a group of entries is in its table, or none of it is."""

from collections.abc import Sequence
from typing import Protocol

from gateway.domain.audit import EntriAudit


class EntryRefused(Exception):
    """The group is not in the table, and an entry of it is at fault: others may pass without it."""


class TableAway(Exception):
    """The group could not be written, or nobody knows whether it was; no entry is at fault."""


class AuditTable(Protocol):
    """The table of one store, over a connection of its own that opens at first use."""

    async def append(self, entries: Sequence[EntriAudit]) -> None:
        """Commit all entries, in their order; returns when they are durable.

        An empty group says whether the table can be written. Raises EntryRefused, TableAway.
        """

    async def close(self) -> None:
        """Close the connection; the next group opens another one."""
