"""Whether an export holds somebody who stopped disclosure since its moment."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ekspor import Ekspor, telusur
from gateway.domain.umpan import MARGIN
from gateway.infra.db.exports.rows import is_of
from gateway.infra.db.exports.tables import EKSPOR_TITIK
from gateway.infra.db.reading import policy_sql
from gateway.infra.db.records.person_tables import PPKS_ASAL
from gateway.infra.db.subject_tables import PERMINTAAN, PERMINTAAN_RUJUKAN
from gateway.infra.db.tables import PPKS, PPKS_LAMPAU


async def is_withheld(connection: AsyncConnection, ekspor: Ekspor) -> bool:
    """By how records stood at its moment, and who is held back now.

    Of an export whose moment is forgotten nothing is known, so that it is.
    """
    if ekspor.transaksi_pada is None or ekspor.pandangan.terbatas:
        return False
    stopped = _stopped_since(ekspor)
    if not await connection.scalar(sa.select(sa.exists(stopped))):
        # Mostly it is nobody, and then no record need be looked at.
        return False
    moment = sa.select(EKSPOR_TITIK.c.nomor).where(
        is_of(ekspor.pemilik, EKSPOR_TITIK), EKSPOR_TITIK.c.pada == ekspor.transaksi_pada
    )
    number = await connection.scalar(moment)
    if number is None:
        return True
    past = PPKS_LAMPAU.c
    told = sa.select(past.sampai).where(
        past.dari > telusur(ekspor.pandangan, ekspor.dasar, number).nomor,
        past.dari <= number,
        past.sampai > number,
        past.ppks_id.in_(_held_back(stopped, number)),
        policy_sql.past_rows(ekspor.pandangan),
    )
    return bool(await connection.scalar(sa.select(sa.exists(told))))


def _stopped_since(ekspor: Ekspor) -> sa.Select[tuple[str]]:
    """Reference keys; some of those too who stopped it shortly before, for clocks differ."""
    assert ekspor.transaksi_pada is not None
    holding = PERMINTAAN_RUJUKAN.c
    return (
        sa.select(holding.rujukan)
        .join(PERMINTAAN, PERMINTAAN.c.id == holding.permintaan_id)
        .where(holding.menahan, PERMINTAAN.c.diputus_pada > ekspor.transaksi_pada - MARGIN)
    )


def _held_back(stopped: sa.Select[tuple[str]], number: int) -> sa.CompoundSelect[tuple[str]]:
    """Ids under which their records stand, or stood: what is held back changes with that."""
    told = PPKS_ASAL.c
    alone = sa.select(PPKS.c.id).where(PPKS.c.nomor > number, PPKS.c.rujukan.in_(stopped))
    joined = sa.or_(told.rujukan.in_(stopped), told.id.in_(stopped))
    # A request may be about a record itself.
    return sa.union_all(
        stopped, alone, sa.select(told.id).where(joined), sa.select(told.ppks_id).where(joined)
    )
