"""Keeps subscriptions for those who manage them; each change has its row in the admin log."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.errors import Conflict, NotFound
from gateway.domain.langganan import HasilKirim, Kiriman, Langganan, StatusLangganan
from gateway.domain.ports import Sealer
from gateway.infra.db.admin_log import note
from gateway.infra.db.engine import TAKE_TURN, Database
from gateway.infra.db.subscribers.rows import row_of, subscription_of, try_of
from gateway.infra.db.subscribers.tables import KIRIMAN, LANGGANAN

_ADDED: Final = "langganan.tambah"


class SqlSubscriptions:
    """The `Subscriptions` port."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    async def add(self, langganan: Langganan, *, most: int) -> None:
        """Store a new one. Raises Conflict where the grant has `most` that have not ended."""
        count = sa.select(sa.func.count()).where(
            LANGGANAN.c.grant_id == langganan.grant_id,
            LANGGANAN.c.status != StatusLangganan.BERAKHIR.value,
        )
        async with self._database.writing() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(TAKE_TURN)
            if (await connection.execute(count)).scalar_one() >= most:
                raise Conflict(
                    "grant ini sudah punya cukup banyak langganan / "
                    "this grant has as many subscriptions as it may"
                )
            await connection.execute(sa.insert(LANGGANAN).values(row_of(langganan, self._sealer)))
            await _noted(
                connection, langganan, langganan.dibuat_pada, langganan.dibuat_oleh, _ADDED
            )

    async def one(self, langganan_id: str) -> Langganan:
        """Raises NotFound."""
        async with self._database.reading() as connection:
            return await self._one(connection, langganan_id, lock=False)

    async def all(self, grant_id: str | None = None) -> Sequence[Langganan]:
        """In the order in which they were made; of one grant, or of all."""
        query = sa.select(LANGGANAN).order_by(LANGGANAN.c.dibuat_pada, LANGGANAN.c.id)
        if grant_id is not None:
            query = query.where(LANGGANAN.c.grant_id == grant_id)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [subscription_of(dict(row), self._sealer) for row in rows]

    async def change(
        self,
        langganan_id: str,
        step: Callable[[Langganan], Langganan],
        *,
        oleh: str,
        peristiwa: str,
        now: datetime,
    ) -> Langganan:
        """Store what `step` makes of it, and take it from whoever works on it.

        Raises NotFound, and whatever `step` raises.
        """
        async with self._database.writing() as connection:
            changed = step(await self._one(connection, langganan_id, lock=True))
            values = row_of(changed, self._sealer) | {"pekerja": None, "sewa_sampai": None}
            await connection.execute(
                sa.update(LANGGANAN).where(LANGGANAN.c.id == langganan_id).values(values)
            )
            await _noted(connection, changed, now, oleh, peristiwa)
        return changed

    async def deliveries(self, langganan_id: str, limit: int) -> Sequence[Kiriman]:
        """The newest tries first."""
        query = _tries(langganan_id).order_by(KIRIMAN.c.nomor.desc()).limit(limit)
        async with self._database.reading() as connection:
            await self._one(connection, langganan_id, lock=False)
            rows = (await connection.execute(query)).mappings().all()
        return [try_of(dict(row)) for row in rows]

    async def set_aside(self, langganan_id: str, pesan: str) -> Kiriman:
        """A message that was set aside. Raises NotFound."""
        query = _tries(langganan_id).where(
            KIRIMAN.c.pesan == pesan, KIRIMAN.c.hasil == HasilKirim.MATI.value
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            raise NotFound("tidak ada pesan mati seperti itu / no such message was set aside")
        return try_of(dict(row))

    async def _one(
        self, connection: AsyncConnection, langganan_id: str, *, lock: bool
    ) -> Langganan:
        query = sa.select(LANGGANAN).where(LANGGANAN.c.id == langganan_id)
        query = query.with_for_update() if lock else query
        row = (await connection.execute(query)).mappings().one_or_none()
        if row is None:
            raise NotFound("tidak ditemukan / not found")
        return subscription_of(dict(row), self._sealer)


def _tries(langganan_id: str) -> sa.Select[Any]:
    return sa.select(KIRIMAN).where(KIRIMAN.c.langganan_id == langganan_id)


async def _noted(
    connection: AsyncConnection, langganan: Langganan, now: datetime, oleh: str, peristiwa: str
) -> None:
    details = {
        "grant_id": langganan.grant_id,
        "status": langganan.status.value,
        "dengan_data": langganan.dengan_data,
    }
    await note(
        connection, pada=now, oleh=oleh, peristiwa=peristiwa, objek=langganan.id, rincian=details
    )
