"""Who has a direction of synchronisation; looked at in the transaction that depends on it."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ports_sinkron import LeaseLost
from gateway.domain.sinkron import Jalur, Sewa
from gateway.infra.db.sync.tables import SINKRON

FREE: Final = {"pekerja": None, "sewa_sampai": None}
ANEW: Final[dict[str, Any]] = {
    **FREE,
    "putaran": SINKRON.c.putaran + 1,
    "penuh": True,
    "kursor": None,
    "lanjut_pada": None,
}
"""The next round begins at the beginning, in nobody's hands."""


def of_direction(jalur: Jalur) -> sa.ColumnElement[bool]:
    """The row of a direction."""
    return sa.and_(SINKRON.c.sistem == jalur.sistem, SINKRON.c.arah == jalur.arah.value)


def held_by(sewa: Sewa) -> sa.ColumnElement[bool]:
    """The row of a direction while it is in these hands."""
    return sa.and_(of_direction(sewa.jalur), SINKRON.c.pekerja == sewa.pekerja)


async def is_held(connection: AsyncConnection, sewa: Sewa) -> bool:
    """Whether the hold lasts; if so, nobody gets the direction before this transaction ends."""
    lock = sa.update(SINKRON).where(held_by(sewa)).values(pekerja=sewa.pekerja)
    return (await connection.execute(lock)).rowcount > 0


async def still_held(connection: AsyncConnection, sewa: Sewa) -> None:
    """Raises LeaseLost where the hold is over."""
    if not await is_held(connection, sewa):
        raise LeaseLost


async def begin_anew(connection: AsyncConnection, jalur: Jalur) -> None:
    """Take the direction from whoever has it, and have all read again."""
    await connection.execute(sa.update(SINKRON).where(of_direction(jalur)).values(ANEW))
