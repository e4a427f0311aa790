"""Keeps where each direction of synchronisation stands; the store is all that processes share."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from gateway.domain.ports_sinkron import LeaseLost
from gateway.domain.sinkron import Arah, Hitungan, Jalur, Sewa, Titik
from gateway.infra.db.admin_log import note
from gateway.infra.db.engine import Database
from gateway.infra.db.sync.hold import ANEW, FREE, held_by, of_direction
from gateway.infra.db.sync.tables import SINKRON
from gateway.kit.clock import Clock

_PLAIN: Final = tuple(name for name in Titik.__struct_fields__ if name not in {"jalur", "hitungan"})
_TOLD: Final = tuple(SINKRON.c[name] for name in ("sistem", "arah", "hitungan", *_PLAIN))


class SqlSyncPoints:
    """The `SyncPoints` port."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def open(self, jalur: Jalur) -> Titik:
        """Insert the beginning where there is nothing."""
        async with self._database.reading() as connection:
            row = (await connection.execute(_one(jalur))).first()
        if row is not None:
            return _titik(row)
        async with self._database.writing() as connection:
            # Of two that begin at once the second one finds the first one's.
            row = (await connection.execute(_one(jalur))).first()
            if row is None:
                await connection.execute(_begun(jalur))
                row = (await connection.execute(_one(jalur))).one()
        return _titik(row)

    async def all(self) -> Sequence[Titik]:
        """By system and direction."""
        query = sa.select(*_TOLD).order_by(SINKRON.c.sistem, SINKRON.c.arah)
        async with self._database.reading() as connection:
            return [_titik(row) for row in await connection.execute(query)]

    async def claim(
        self, jalur: Jalur, pekerja: str, *, now: datetime, lease: timedelta, early: bool
    ) -> Titik | None:
        """One statement: of two that claim at once one gets nothing."""
        await self.open(jalur)
        column = SINKRON.c
        free = sa.or_(column.sewa_sampai.is_(None), column.sewa_sampai <= now)
        due = sa.true() if early else column.lanjut_pada.is_(None) | (column.lanjut_pada <= now)
        claim = (
            sa.update(SINKRON)
            .where(of_direction(jalur), ~column.dijeda, free, due)
            .values(pekerja=pekerja, sewa_sampai=now + lease)
            .returning(*_TOLD)
        )
        async with self._database.writing() as connection:
            row = (await connection.execute(claim)).first()
        return None if row is None else _titik(row)

    async def keep(self, titik: Titik, pekerja: str, *, until: datetime) -> None:
        """Store it under the lease."""
        await self._store(titik, pekerja, {"sewa_sampai": until})

    async def release(self, titik: Titik, pekerja: str) -> None:
        """Store it and end the lease."""
        await self._store(titik, pekerja, FREE)

    async def pause(self, jalur: Jalur, *, dijeda: bool, boleh_hilang: bool, oleh: str) -> None:
        """A worker that is under way notes what became of its page, and stops before the next."""
        values: dict[str, Any] = {"dijeda": dijeda, "boleh_hilang": boleh_hilang}
        values |= {} if dijeda else {"lanjut_pada": None, **FREE}
        await self.open(jalur)
        told = {"dijeda": dijeda, "boleh_hilang": boleh_hilang}
        await self._decide(
            jalur, values, "sinkron.jeda" if dijeda else "sinkron.lanjut", told, oleh
        )

    async def reset(self, jalur: Jalur, *, oleh: str) -> None:
        """The next round begins at the beginning; what was sent and met is known on."""
        values = {**ANEW, "gagal": 0, "alasan": None}
        await self.open(jalur)
        await self._decide(jalur, values, "sinkron.ulang", {}, oleh)

    async def _decide(
        self,
        jalur: Jalur,
        values: dict[str, Any],
        peristiwa: str,
        rincian: dict[str, Any],
        oleh: str,
    ) -> None:
        async with self._database.writing() as connection:
            await connection.execute(sa.update(SINKRON).where(of_direction(jalur)).values(values))
            await note(
                connection,
                pada=self._clock(),
                oleh=oleh,
                peristiwa=peristiwa,
                objek=str(jalur),
                rincian=rincian,
            )

    async def _store(self, titik: Titik, pekerja: str, lease: dict[str, Any]) -> None:
        values = {name: getattr(titik, name) for name in _PLAIN}
        update = (
            sa.update(SINKRON)
            .where(held_by(Sewa(jalur=titik.jalur, pekerja=pekerja)), ~SINKRON.c.dijeda)
            .values(**values, hitungan=titik.hitungan, **lease)
        )
        async with self._database.writing() as connection:
            if not (await connection.execute(update)).rowcount:
                raise LeaseLost


def _one(jalur: Jalur) -> sa.Select[Any]:
    return sa.select(*_TOLD).where(of_direction(jalur))


def _begun(jalur: Jalur) -> sa.Insert:
    titik = Titik(jalur=jalur)
    values = {name: getattr(titik, name) for name in _PLAIN}
    return sa.insert(SINKRON).values(
        sistem=jalur.sistem, arah=jalur.arah.value, hitungan=titik.hitungan, **values
    )


def _titik(row: Any) -> Titik:
    return Titik(
        jalur=Jalur(sistem=row.sistem, arah=Arah(row.arah)),
        hitungan=msgspec.convert(row.hitungan, Hitungan),
        **{name: getattr(row, name) for name in _PLAIN},
    )
