"""Who changed what and when, written in the transaction of the change: the admin log."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.admin import CatatanAdmin
from gateway.domain.audit import EntriAudit, HasilAudit
from gateway.domain.audit_leaf import plain_details
from gateway.infra.db.engine import Database
from gateway.infra.db.tables import AUDIT, CATATAN_ADMIN
from gateway.kit.ids import new_id

_BATCH: Final = 500


async def note(connection: AsyncConnection, **act: Any) -> None:
    """Put an act down, as `act_rows` has it."""
    for row in act_rows(**act):
        await connection.execute(row)


def act_rows(
    *, pada: datetime, oleh: str, peristiwa: str, objek: str, rincian: Mapping[str, Any]
) -> tuple[sa.Insert, sa.Insert]:
    """The rows of an operator's act: in the admin log, and in the audit log that is sealed.

    `rincian` holds no secret; it is kept as JSON.
    """
    told = plain_details(dict(rincian))
    act = {"pada": pada, "oleh": oleh, "objek": objek, "rincian": told}
    entry = EntriAudit(
        entri_id=new_id(), peristiwa=f"admin.{peristiwa}", hasil=HasilAudit.DILAKUKAN, **act
    )
    return (
        sa.insert(CATATAN_ADMIN).values(peristiwa=peristiwa, **act),
        sa.insert(AUDIT).values(msgspec.structs.asdict(entry)),
    )


class SqlAdminLog:
    """The `AdminLog` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self, peristiwa: str) -> CatatanAdmin | None:
        """The last act of a kind."""
        query = (
            sa.select(CATATAN_ADMIN)
            .where(CATATAN_ADMIN.c.peristiwa == peristiwa)
            .order_by(CATATAN_ADMIN.c.nomor.desc())
            .limit(1)
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return None if row is None else CatatanAdmin(**{str(name): row[name] for name in row})

    async def entries(self, since: datetime | None) -> AsyncIterator[CatatanAdmin]:
        """Every entry from a moment on, oldest first."""
        wanted = sa.true() if since is None else CATATAN_ADMIN.c.pada >= since
        last = 0
        while page := await self._page(sa.and_(wanted, CATATAN_ADMIN.c.nomor > last)):
            for entry in page:
                yield entry
            last = page[-1].nomor

    async def note(
        self, *, pada: datetime, oleh: str, peristiwa: str, objek: str, rincian: Mapping[str, Any]
    ) -> None:
        """Note an act that changes nothing in the store."""
        async with self._database.writing() as connection:
            await note(
                connection,
                pada=pada,
                oleh=oleh,
                peristiwa=peristiwa,
                objek=objek,
                rincian=rincian,
            )

    async def _page(self, which: sa.ColumnElement[bool]) -> list[CatatanAdmin]:
        query = sa.select(CATATAN_ADMIN).where(which).order_by(CATATAN_ADMIN.c.nomor).limit(_BATCH)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings()
            return [CatatanAdmin(**{str(name): row[name] for name in row}) for row in rows]
