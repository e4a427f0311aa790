"""Keeps persons' requests on a record whose source corrects whose it is.

A request names a person by the reference key that records bear. Where a source tells another number
of the same record, the record's own id joins the request: what was held back yesterday is not
disclosed for the sake of a corrected digit.
"""

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.permintaan_subjek import StatusPermintaan
from gateway.infra.db.batches import batches
from gateway.infra.db.records.person_tables import PPKS_ASAL
from gateway.infra.db.records.source_rows import GABUNGAN
from gateway.infra.db.subject_tables import PERMINTAAN, PERMINTAAN_RUJUKAN
from gateway.infra.db.tables import PPKS
from gateway.infra.db.upsert import insert_new

_AT_ONCE: Final = 1000
_ALIVE: Final = PERMINTAAN.c.status.in_(
    [StatusPermintaan.DITERIMA.value, StatusPermintaan.DIKABULKAN.value]
)


async def keep_requests(connection: AsyncConnection, rujukan: Mapping[str, str]) -> None:
    """Within the caller's transaction, who has the turn, and before the rows are written.

    `rujukan`: by id, the reference keys that stored sources' rows are to bear.
    """
    if not await connection.scalar(sa.select(sa.exists().where(_ALIVE))):
        return
    joining = [
        {name: row[name] for name in ("permintaan_id", "urut", "menahan")} | {"rujukan": row["id"]}
        for ids in batches(rujukan, _AT_ONCE)
        for table in (PPKS, PPKS_ASAL)
        for row in (await connection.execute(_asked(table, ids))).mappings()
        if row["rujukan"] != rujukan[row["id"]]
    ]
    if joining:
        fresh = insert_new(connection.dialect.name, PERMINTAAN_RUJUKAN)
        await connection.execute(fresh, joining)


def _asked(table: sa.Table, ids: list[str]) -> sa.Select[Any]:
    """The requests about those who bear the keys of rows as they stand until now."""
    keys, row = PERMINTAAN_RUJUKAN.c, table.c
    # After the key under which the person is known.
    later = (keys.urut + 1).label("urut")
    return (
        sa.select(row.id, row.rujukan, keys.permintaan_id, keys.menahan, later)
        .join(PERMINTAAN_RUJUKAN, keys.rujukan == row.rujukan)
        .join(PERMINTAAN, sa.and_(PERMINTAAN.c.id == keys.permintaan_id, _ALIVE))
        .where(row.id.in_(ids), row.sistem != GABUNGAN)
    )
