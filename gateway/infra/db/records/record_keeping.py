"""History, sources and the end of stored records, on SQLite and PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.errors import Conflict, NotFound
from gateway.domain.merging.review import Pihak
from gateway.domain.ports_padanan import Peristiwa
from gateway.infra.crypto import Keyring
from gateway.infra.db.admin_log import note
from gateway.infra.db.batches import batches
from gateway.infra.db.engine import Database
from gateway.infra.db.json_sql import json_member
from gateway.infra.db.records.history_rows import history_context
from gateway.infra.db.records.person_keeper import PersonKeeper
from gateway.infra.db.records.person_tables import PPKS_ASAL, PPKS_RIWAYAT
from gateway.infra.db.records.shown_writer import Sebab
from gateway.infra.db.records.sides import Sides
from gateway.infra.db.records.source_rows import GABUNGAN, members_of
from gateway.infra.db.tables import PENGADUAN, PPKS
from gateway.infra.db.turns import Turns
from gateway.kit.clock import Clock

_AT_ONCE: Final = 500


class SqlRecordKeeping:
    """The `RecordKeeping` port."""

    def __init__(
        self,
        database: Database,
        turns: Turns,
        keeper: PersonKeeper,
        sides: Sides,
        keyring: Keyring,
        clock: Clock,
    ) -> None:
        self._database = database
        self._turns = turns
        self._keeper = keeper
        self._sides = sides
        self._keyring = keyring
        self._clock = clock

    async def sources(self, ppks_id: str) -> Sequence[Pihak]:
        """The sources' records of which a record is made."""
        async with self._database.reading() as connection:
            members = await members_of(connection, [ppks_id])
            return await self._sides.told(connection, [*members] or [ppks_id])

    async def history(self, ppks_id: str) -> Sequence[Peristiwa]:
        """What changed a record, oldest first."""
        kept = PPKS_RIWAYAT.c
        query = sa.select(PPKS_RIWAYAT).where(kept.ppks_id == ppks_id).order_by(kept.nomor)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [self._entry(dict(row)) for row in rows]

    def _entry(self, row: dict[str, Any]) -> Peristiwa:
        context = history_context(row.pop("nomor"))
        row["sebelum"] = msgspec.json.decode(self._keyring.open(row["sebelum"], context))
        del row["ppks_id"]
        return Peristiwa(**row | {"atribut": tuple(row["atribut"])})

    async def erase(self, nik: str, rekaman: Collection[str], *, oleh: str, alasan: str) -> int:
        """Erase whoever has this NIK, by order."""
        now = self._clock()
        async with self._turns.taken() as connection:
            ids = _meant(await self._keeper.of_nik(connection, nik), rekaman)
            if ids:
                await self._keeper.erase(connection, ids, now, Sebab(oleh=oleh, sebab="hapus"))
            await note(
                connection,
                pada=now,
                oleh=oleh,
                peristiwa="rekaman.hapus_data",
                objek=self._keyring.reference(nik),
                rincian={"rekaman_sumber": len(ids), "alasan": alasan},
            )
        return len(ids)

    async def withdrawn(self, before: datetime, *, dry_run: bool) -> int:
        """Erase sources' records that were withdrawn before then."""
        async with self._turns.taken() as connection:
            ids = await _withdrawn(connection, before)
            for some in [] if dry_run else batches(ids, _AT_ONCE):
                why = Sebab(oleh="gateway", sebab="retensi")
                await self._keeper.erase(connection, some, self._clock(), why)
        return len(ids)

    async def old_history(self, before: datetime, *, dry_run: bool) -> int:
        """Erase entries of histories from before then."""
        return await self._older(PPKS_RIWAYAT.c.pada, before, dry_run=dry_run)

    async def old_complaints(self, before: datetime, *, dry_run: bool) -> int:
        """Erase complaints that did not change since then."""
        return await self._older(PENGADUAN.c.diubah_pada, before, dry_run=dry_run)

    async def note_retention(self, counts: dict[str, int], *, oleh: str) -> None:
        """Write into the admin log what was erased by age."""
        async with self._database.writing() as connection:
            await note(
                connection,
                pada=self._clock(),
                oleh=oleh,
                peristiwa="retensi.jalan",
                objek="retensi",
                rincian=counts,
            )

    async def _older(self, column: sa.Column[datetime], before: datetime, *, dry_run: bool) -> int:
        table = column.table
        async with self._turns.taken() as connection:
            count = sa.select(sa.func.count()).select_from(table).where(column < before)
            found = await connection.scalar(count) or 0
            if found and not dry_run:
                await connection.execute(sa.delete(table).where(column < before))
        return found


def _meant(found: Mapping[str, set[str]], rekaman: Collection[str]) -> set[str]:
    """Ids of the sources' rows of one person, or of the records that were named.

    A number in several records is not known to be one person's: it may be a stand-in, or wrong.
    """
    if unknown := sorted(set(rekaman) - found.keys()):
        raise NotFound(f"NIK ini tidak ada di / this NIK does not stand in {', '.join(unknown)}")
    if len(found) > 1 and not rekaman:
        raise Conflict(
            "NIK ini ada di beberapa rekaman; sebut yang dimaksud / this NIK stands in several "
            f"records, which may be several persons'; name those meant: {', '.join(sorted(found))}"
        )
    return {row_id for name in rekaman or found for row_id in found[name]}


async def _withdrawn(connection: AsyncConnection, before: datetime) -> list[str]:
    found: list[str] = []
    # Not `diubah_pada`: a row is written again also when others leave it alone of its person.
    moment = before.astimezone(UTC).isoformat().replace("+00:00", "Z")
    for table in (PPKS, PPKS_ASAL):
        told = json_member(table.c.asal, "pada") < moment
        old = sa.and_(table.c.dihapus, told, table.c.sistem != GABUNGAN)
        found += await connection.scalars(sa.select(table.c.id).where(old))
    return found
