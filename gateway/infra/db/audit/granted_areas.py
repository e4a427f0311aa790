"""Which versions of grants lie in given areas; entries of the audit log name only the version."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.catatan import seluruhnya_di_dalam
from gateway.infra.db.tables import GRANT_VERSI

GrantVersion = tuple[str, int]
_NOTHING: Final[tuple[str, ...]] = ()


class GrantedAreas:
    """The areas of all versions; they are only ever added, so they are read when there are more."""

    def __init__(self) -> None:
        self._areas: dict[GrantVersion, tuple[str, ...]] = {}

    async def within(
        self, connection: AsyncConnection, wilayah: frozenset[str]
    ) -> list[GrantVersion]:
        """The versions whose areas all lie in these."""
        known = self._areas
        count = sa.select(sa.func.count()).select_from(GRANT_VERSI)
        if await connection.scalar(count) != len(known):
            known = self._areas = await _all(connection)
        return sorted(
            version for version, areas in known.items() if seluruhnya_di_dalam(wilayah, areas)
        )


async def _all(connection: AsyncConnection) -> dict[GrantVersion, tuple[str, ...]]:
    query = sa.select(GRANT_VERSI.c.grant_id, GRANT_VERSI.c.versi, GRANT_VERSI.c.isi)
    rows = await connection.execute(query)
    return {(row.grant_id, row.versi): tuple(row.isi.get("wilayah", _NOTHING)) for row in rows}
