"""Looks up which source records the store already has, and with what content."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.ports import HitunganImpor


class Known(msgspec.Struct, frozen=True):
    """What the store has of a source record."""

    id: str
    sidik: bytes
    versi: int
    urutan: int | None = None
    """The source's own count of its changes, where it tells one."""


Names = Iterable[tuple[str, str]]

# All names go as one value: thousands of them one by one take longer to bind than to find.
_AMONG: Final = {
    "sqlite": "sistem = ? AND id_sumber IN (SELECT value FROM json_each(?))",
    "postgresql": "sistem = %s AND id_sumber IN (SELECT json_array_elements_text(%s::json))",
}


async def known_records(
    connection: AsyncConnection, table: sa.Table, names: Names
) -> dict[tuple[str, str], Known]:
    """The stored rows among the (sistem, id_sumber) pairs, one query for each system."""
    by_system: dict[str, list[str]] = {}
    for sistem, id_sumber in names:
        by_system.setdefault(sistem, []).append(id_sumber)
    columns = ", ".join(name for name in Known.__struct_fields__ if name in table.c)
    among_them = _AMONG[connection.dialect.name]
    query = f"SELECT id_sumber, {columns} FROM {table.name} WHERE {among_them}"  # noqa: S608 - own constants
    found: dict[tuple[str, str], Known] = {}
    for sistem, ids in by_system.items():
        among = msgspec.json.encode(ids).decode()
        rows = await connection.exec_driver_sql(query, (sistem, among))
        # All at once: each row by itself would be a trip through the driver's queue.
        for row in rows.all():
            id_sumber, *known = tuple[Any, ...](row)
            found[sistem, id_sumber] = Known(*known)
    return found


def counted(total: int, fresh: int, changed: int) -> HitunganImpor:
    """The tally of a batch."""
    return HitunganImpor(baru=fresh, berubah=changed, tetap=total - fresh - changed)
