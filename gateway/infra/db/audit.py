"""The plain audit log: one row per entry, durable when `record` returns."""

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from gateway.domain.audit import EntriAudit
from gateway.domain.errors import Unavailable
from gateway.infra.db.engine import Database
from gateway.infra.db.tables import AUDIT


class SqlAuditLog:
    """The `AuditLog` port on the store that also holds the data."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, entry: EntriAudit) -> None:
        """Insert and commit. Raises Unavailable, so that an answer that cannot be logged stays."""
        row = {name: getattr(entry, name) for name in entry.__struct_fields__}
        try:
            async with self._database.writing() as connection:
                await connection.execute(sa.insert(AUDIT), row)
        except SQLAlchemyError as error:
            raise Unavailable(
                "catatan audit tidak dapat ditulis / the audit log cannot be written",
                code="audit_unavailable",
                retry_after=5,
            ) from error
