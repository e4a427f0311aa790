"""Looks up which source records the store already has, and with what content."""

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ports import HitunganImpor


class Known(msgspec.Struct, frozen=True):
    """What the store has of a source record."""

    id: str
    sidik: bytes
    versi: int


Names = Iterable[tuple[str, str]]


async def known_records(
    connection: AsyncConnection, table: sa.Table, names: Names
) -> dict[tuple[str, str], Known]:
    """The stored rows among the (sistem, id_sumber) pairs, one query for each system."""
    by_system: dict[str, list[str]] = {}
    for sistem, id_sumber in names:
        by_system.setdefault(sistem, []).append(id_sumber)
    found: dict[tuple[str, str], Known] = {}
    columns = (table.c.id_sumber, table.c.id, table.c.sidik, table.c.versi)
    for sistem, ids in by_system.items():
        query = sa.select(*columns).where(table.c.sistem == sistem, table.c.id_sumber.in_(ids))
        for id_sumber, row_id, sidik, versi in await connection.execute(query):
            found[sistem, id_sumber] = Known(row_id, bytes(sidik), versi)
    return found


def counted(total: int, fresh: int, changed: int) -> HitunganImpor:
    """The tally of a batch."""
    return HitunganImpor(baru=fresh, berubah=changed, tetap=total - fresh - changed)
