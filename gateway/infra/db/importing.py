"""Stores what outside systems told. The same content twice changes nothing."""

from collections.abc import Sequence
from typing import TypeVar

import sqlalchemy as sa

from gateway.domain.complaint import Pengaduan
from gateway.domain.importing import Isi, RingkasanImpor
from gateway.domain.ports import HitunganImpor
from gateway.domain.ppks import AngkaTahunan, RekamanPpks
from gateway.infra.crypto import Keyring
from gateway.infra.db.complaint_writer import save_complaints
from gateway.infra.db.engine import Database
from gateway.infra.db.number_writer import number_key, save_numbers
from gateway.infra.db.record_writer import save_records
from gateway.infra.db.rows import RowMaker
from gateway.infra.db.tables import IMPOR
from gateway.kit.clock import Clock
from gateway.kit.ids import new_id

T = TypeVar("T")


class SqlImports:
    """The `ImportStore` port."""

    def __init__(self, database: Database, keyring: Keyring, clock: Clock) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._maker = self._new_maker()

    def identity(self, isi: Isi) -> str:
        """The name under which a content is the same content again."""
        match isi:
            case RekamanPpks():
                return f"r|{isi.sistem}|{self._maker.source_id(isi)}"
            case Pengaduan():
                return f"p|{isi.sistem}|{isi.id_sumber}"
            case AngkaTahunan():
                return f"a|{number_key(isi)}"

    async def save(self, isi: Sequence[Isi], *, dry_run: bool) -> HitunganImpor:
        """Store one batch in one transaction, or in a dry run only count."""
        maker = self._maker = self._new_maker()
        records, complaints = _only(isi, RekamanPpks), _only(isi, Pengaduan)
        numbers = _only(isi, AngkaTahunan)
        done = HitunganImpor()
        async with self._database.writing() as connection:
            if records:
                done += await save_records(connection, maker, records, dry_run=dry_run)
            if complaints:
                done += await save_complaints(
                    connection, maker, self._keyring, complaints, dry_run=dry_run
                )
            if numbers:
                done += await save_numbers(connection, numbers, maker.now, dry_run=dry_run)
        return done

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
        return RowMaker(self._keyring, self._database.engine.dialect.name, self._clock())


def _only(isi: Sequence[Isi], kind: type[T]) -> list[T]:
    return [item for item in isi if isinstance(item, kind)]
