"""Numbers the changes of records in the order of their commits, and keeps how records stood before.

Whoever draws numbers holds the one row of `umpan` until its transaction ends, so a lower number is
committed before a higher one is drawn. A reader that has seen a number has seen all below it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.umpan import MARGIN
from gateway.infra.db.bulk import run_many
from gateway.infra.db.tables import PPKS_LAMPAU, UMPAN

_EVERY: Final = timedelta(hours=1)
# In the order in which the values are bound. What was deleted was shown to nobody.
_KEEP_PAST: Final = (
    "INSERT INTO ppks_lampau (sampai, pada, ppks_id, dari, versi, kode_wilayah, kategori,"
    " ditahan)"
    " SELECT {mark}, {mark}, id, nomor, versi + 1, kode_wilayah, coalesce("
    "(SELECT ',' || {join}(kode, ',') || ',' FROM ppks_kategori WHERE ppks_id = ppks.id), ''),"
    " EXISTS (SELECT 1 FROM permintaan_rujukan WHERE rujukan IN (ppks.rujukan, ppks.id)"
    " AND menahan) OR sistem = 'gabungan' AND EXISTS"
    " (SELECT 1 FROM ppks_asal JOIN permintaan_rujukan"
    " ON permintaan_rujukan.rujukan IN (ppks_asal.rujukan, ppks_asal.id)"
    " WHERE ppks_id = ppks.id AND menahan)"
    " FROM ppks WHERE id = {mark} AND NOT dihapus"
)
_STATEMENTS: Final = {
    "sqlite": _KEEP_PAST.format(mark="?", join="group_concat"),
    "postgresql": _KEEP_PAST.format(mark="%s", join="string_agg"),
}


async def draw_numbers(connection: AsyncConnection, count: int) -> range:
    """The next numbers, within the caller's transaction; others wait for its end.

    Rows that are to be changed must be locked before, or two writers could wait for each other.
    """
    if count == 0:
        return range(0)
    drawn = UMPAN.c.terakhir + count
    query = sa.update(UMPAN).values(terakhir=drawn).returning(UMPAN.c.terakhir)
    last = (await connection.execute(query)).scalar_one()
    return range(last - count + 1, last + 1)


async def keep_past(
    connection: AsyncConnection, ids: Sequence[str], numbers: Sequence[int], moment: Any
) -> None:
    """Keep how records stand, before changes with these numbers put an end to it.

    `moment` as the driver takes it.
    """
    rows = [(number, moment, row_id) for row_id, number in zip(ids, numbers, strict=True)]
    await run_many(connection, _STATEMENTS[connection.dialect.name], rows)


async def compact(connection: AsyncConnection, now: datetime, keep: timedelta) -> None:
    """Forget past states that no cursor younger than `keep` needs; at most once in an hour."""
    until = now - keep - MARGIN
    done = UMPAN.c.dipadatkan_sampai
    due = sa.or_(done.is_(None), done < until - _EVERY)
    marked = await connection.execute(sa.update(UMPAN).where(due).values(dipadatkan_sampai=until))
    if marked.rowcount:
        await connection.execute(sa.delete(PPKS_LAMPAU).where(PPKS_LAMPAU.c.pada < until))
