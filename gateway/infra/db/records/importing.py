"""Stores what outside systems told. The same content twice changes nothing."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.complaint import Pengaduan
from gateway.domain.importing import Isi, RingkasanImpor
from gateway.domain.merging.rules import AturanGabung, aturan_bawaan
from gateway.domain.ports import HitunganImpor
from gateway.domain.ppks import AngkaTahunan, RekamanPpks
from gateway.domain.sinkron import Sewa
from gateway.infra.crypto import Keyring
from gateway.infra.db.engine import Database
from gateway.infra.db.records.complaint_writer import save_complaints
from gateway.infra.db.records.merged_rows import MergedRows
from gateway.infra.db.records.number_writer import number_key, save_numbers
from gateway.infra.db.records.record_writer import RecordWriter
from gateway.infra.db.records.rows import RowMaker
from gateway.infra.db.records.shown_writer import Sebab
from gateway.infra.db.sync.hold import still_held
from gateway.infra.db.tables import IMPOR
from gateway.infra.db.turns import Turns
from gateway.kit.clock import Clock
from gateway.kit.ids import new_id

T = TypeVar("T")
_IMPORT: Final = Sebab(sebab="impor")


class SqlImports:
    """The `ImportStore` port."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        clock: Clock,
        *,
        keep_past_days: int = 90,
        rules: AturanGabung | None = None,
    ) -> None:
        """`keep_past_days`: how long the change feed's cursors shall hold.

        `rules`: whose word counts where several sources tell of one person; None = the shipped.
        """
        self.merged = MergedRows(keyring, aturan_bawaan() if rules is None else rules)
        self.writer = RecordWriter(keyring, self.merged, timedelta(days=keep_past_days))
        self.turns = Turns(database)
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._namer = self._new_maker()

    def identity(self, isi: Isi) -> str:
        """The name under which a content is the same content again."""
        match isi:
            case RekamanPpks():
                return f"r|{isi.sistem}|{self._namer.source_id(isi)}"
            case Pengaduan():
                return f"p|{isi.sistem}|{isi.id_sumber}"
            case AngkaTahunan():
                return f"a|{number_key(isi)}"

    async def save(
        self, isi: Sequence[Isi], *, dry_run: bool, sewa: Sewa | None = None
    ) -> HitunganImpor:
        """Store one batch in one transaction, or in a dry run only count."""
        maker = self._new_maker()
        others = [item for item in isi if not isinstance(item, RekamanPpks)]
        async with self._database.reading() as connection:
            rows = await self.writer.make(connection, maker, _only(isi, RekamanPpks))
        if not others and (dry_run or not (rows.fresh or rows.changed)):
            return rows.count
        async with self.turns.taken() as connection:
            if sewa is not None:
                await still_held(connection, sewa)
            if not dry_run:
                rows = await self.writer.write(connection, maker, rows, self._clock(), _IMPORT)
            return rows.count + await self._save_others(connection, maker, others, dry_run=dry_run)

    async def _save_others(
        self, connection: AsyncConnection, maker: RowMaker, isi: Sequence[Isi], *, dry_run: bool
    ) -> HitunganImpor:
        """Complaints and counts come in small numbers."""
        complaints = await save_complaints(
            connection, maker, self._keyring, _only(isi, Pengaduan), dry_run=dry_run
        )
        numbers = _only(isi, AngkaTahunan)
        return complaints + await save_numbers(connection, numbers, maker.now, dry_run=dry_run)

    async def journal(self, ringkasan: RingkasanImpor) -> None:
        """Note that a file was taken in."""
        row = {
            "id": new_id(),
            "pada": self._clock(),
            "sistem": ringkasan.sistem,
            "sha256": ringkasan.sha256,
            "pengaturan": ringkasan.pengaturan,
            "ringkasan": ringkasan,
        }
        async with self._database.writing() as connection:
            await connection.execute(sa.insert(IMPOR), row)

    def _new_maker(self) -> RowMaker:
        return RowMaker(self._keyring, self._clock())


def _only(isi: Sequence[Isi], kind: type[T]) -> list[T]:
    return [item for item in isi if isinstance(item, kind)]
