"""Lends subscriptions to the workers of all processes; the store is all they share."""

from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from gateway.domain.langganan import Kiriman, Langganan, StatusLangganan
from gateway.domain.ports import Sealer
from gateway.domain.ports_langganan import SubscriptionLost
from gateway.infra.db.engine import Database
from gateway.infra.db.subscribers.rows import row_of, subscription_of, try_row
from gateway.infra.db.subscribers.tables import KIRIMAN, LANGGANAN
from gateway.infra.db.tables import GRANT_VERSI, UMPAN

_QUIET: Final = timedelta(days=1)
"""A position that stands still grows old, and would end: so often it is read anew."""
_FREE: Final = {"pekerja": None, "sewa_sampai": None}


class SqlOutbox:
    """The `Outbox` port."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    async def claim(self, pekerja: str, *, now: datetime, lease: timedelta) -> Langganan | None:
        """Lease the active subscription that waits longest for changes or for its next try."""
        due = _due(now)
        async with self._database.reading() as connection:
            # Looking takes no lock; idle workers look all the time.
            if (await connection.execute(due)).first() is None:
                return None
        async with self._database.writing() as connection:
            found = await connection.execute(due.with_for_update(of=LANGGANAN, skip_locked=True))
            row = found.mappings().first()
            if row is None:
                return None
            taken = {"pekerja": pekerja, "sewa_sampai": now + lease}
            await connection.execute(
                sa.update(LANGGANAN).where(LANGGANAN.c.id == row["id"]).values(taken)
            )
        # It is lent by now: one that cannot be opened must not keep the turn from all others.
        return subscription_of(row, self._sealer)

    async def settle(
        self,
        pekerja: str,
        langganan: Langganan,
        kiriman: Kiriman | None,
        *,
        sewa_sampai: datetime | None,
    ) -> None:
        """Store how it stands now, and the try; None = give it back. Raises SubscriptionLost."""
        lease = _FREE if sewa_sampai is None else {"sewa_sampai": sewa_sampai}
        mine = sa.and_(LANGGANAN.c.id == langganan.id, LANGGANAN.c.pekerja == pekerja)
        values = row_of(langganan, self._sealer) | lease
        async with self._database.writing() as connection:
            held = await connection.execute(sa.update(LANGGANAN).where(mine).values(values))
            if held.rowcount == 0:
                raise SubscriptionLost
            if kiriman is not None:
                await connection.execute(sa.insert(KIRIMAN).values(try_row(langganan.id, kiriman)))

    async def forget_deliveries(self, before: datetime) -> None:
        """Forget tries from before a moment."""
        old = KIRIMAN.c.pada < before
        async with self._database.reading() as connection:
            # Every worker sweeps, and mostly for nothing.
            if await connection.scalar(sa.select(KIRIMAN.c.nomor).where(old).limit(1)) is None:
                return
        async with self._database.writing() as connection:
            await connection.execute(sa.delete(KIRIMAN).where(old))


def _due(now: datetime) -> sa.Select[Any]:
    """Something may have changed: records, the grant; or the position grows old."""
    newest = sa.select(UMPAN.c.terakhir).scalar_subquery()
    granted = (
        sa.select(sa.func.max(GRANT_VERSI.c.versi))
        .where(GRANT_VERSI.c.grant_id == LANGGANAN.c.grant_id)
        .scalar_subquery()
    )
    behind = sa.or_(
        LANGGANAN.c.nomor < newest,
        LANGGANAN.c.grant_versi < granted,
        LANGGANAN.c.sejak < now - _QUIET,
    )
    free = sa.or_(LANGGANAN.c.sewa_sampai.is_(None), LANGGANAN.c.sewa_sampai <= now)
    return (
        sa.select(LANGGANAN)
        .where(
            LANGGANAN.c.status == StatusLangganan.AKTIF.value,
            LANGGANAN.c.kirim_pada <= now,
            free,
            behind,
        )
        .order_by(LANGGANAN.c.kirim_pada, LANGGANAN.c.id)
        .limit(1)
    )
