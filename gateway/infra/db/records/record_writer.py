"""Writes PPKS records of outside systems: first made into rows, then put into the store.

Rows are made before the store is locked, so that others write meanwhile: the batch before this
one, or another process. Under the lock it is checked that the store still has what it had then.
"""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.merging.fate import Nasib, lebih_baru, nasib
from gateway.domain.merging.identity import nik_membuktikan
from gateway.domain.person import Penduduk
from gateway.domain.ports import HitunganImpor
from gateway.domain.ppks import RekamanPpks
from gateway.infra.crypto import Keyring
from gateway.infra.db.records.change_log import compact
from gateway.infra.db.records.held_numbers import keep_requests
from gateway.infra.db.records.known import Known, counted, known_records
from gateway.infra.db.records.merged_rows import MergedRows
from gateway.infra.db.records.person_groups import Touched, find_neighbours
from gateway.infra.db.records.person_tables import PPKS_ASAL
from gateway.infra.db.records.regrouping import regroup
from gateway.infra.db.records.rows import COLUMNS, RowMaker, driver_time
from gateway.infra.db.records.shown_writer import Changes, Sebab, next_moment, write_changes
from gateway.infra.db.records.source_rows import Row, as_row, sources_by
from gateway.infra.db.tables import PPKS
from gateway.kit.ids import new_id
from gateway.kit.struct import QuietDraft

_NOBODY: Final = Penduduk()
_ROWS_IN_A_TURN: Final = 50
"""Rows made before others in this process get their turn: about a millisecond."""
_REFERENCE: Final = COLUMNS.index("rujukan")
_NIK_INDEX: Final = COLUMNS.index("nik_indeks")
_NUMBER: Final = slice(COLUMNS.index("rujukan"), COLUMNS.index("nik") + 1)
_pick_number: Final = itemgetter(*COLUMNS[_NUMBER])

Name = tuple[str, str]
"""A record's `sistem` and its name within it."""


class RecordRows(QuietDraft):
    """What a batch of records comes to, given what the store has of them."""

    named: Mapping[Name, RekamanPpks]
    known: Mapping[Name, Known]
    grouped: set[str]
    """Ids of those that stand in a group with other sources' rows."""
    fresh: list[tuple[Any, ...]] = []
    changed: list[tuple[Any, ...]] = []
    niks: dict[str, str | None] = {}
    """For each new or changed row the index of its NIK, if that proves who it is."""
    unproven: set[str] = set()
    """Indexes of NIKs that prove nothing."""
    categories: list[tuple[str, str]] = []
    fates: dict[Name, Nasib] = {}
    withdrawn: dict[str, Row] = {}
    """By id the rows that keep their number though their source withdraws them without a word of
    the person: whoever asks for an end of what is kept of them must be found."""

    @property
    def count(self) -> HitunganImpor:
        """How many records are new, changed, or as they were."""
        return counted(len(self.named), len(self.fresh), len(self.changed))


class RecordWriter:
    """Puts records into the store, person by person."""

    def __init__(self, keyring: Keyring, merged: MergedRows, keep_past: timedelta) -> None:
        """`keep_past`: how long the change feed's cursors shall hold."""
        self._keyring = keyring
        self._merged = merged
        self._keep_past = keep_past

    async def make(
        self, connection: AsyncConnection, maker: RowMaker, records: Iterable[RekamanPpks]
    ) -> RecordRows:
        """The rows of a batch; of records told twice in it, the newest or else the last counts."""
        named: dict[Name, RekamanPpks] = {}
        for record in records:
            name = (record.sistem, maker.source_id(record))
            if name not in named or lebih_baru(record, named[name]):
                named[name] = record
        known = await known_records(connection, PPKS, named)
        grouped = await known_records(connection, PPKS_ASAL, named)
        rows = RecordRows(named, known | grouped, {each.id for each in grouped.values()})
        rows.withdrawn = await self._withdrawn(connection, rows)
        for number, (name, record) in enumerate(named.items(), 1):
            self._make_row(rows, maker, name, record)
            if number % _ROWS_IN_A_TURN == 0:
                await asyncio.sleep(0)
        return rows

    async def _withdrawn(self, connection: AsyncConnection, rows: RecordRows) -> dict[str, Row]:
        """The stored rows of those that are withdrawn now without a word of whose they are."""
        ids = [
            rows.known[name].id
            for name, record in rows.named.items()
            if record.dihapus and name in rows.known and record.orang == _NOBODY
        ]
        return await sources_by(connection, "id", ids) if ids else {}

    async def write(
        self,
        connection: AsyncConnection,
        maker: RowMaker,
        rows: RecordRows,
        now: datetime,
        sebab: Sebab,
    ) -> RecordRows:
        """Store what is new and what changed; within the caller's transaction, who has the turn.

        Answers what was written: rows made anew, where the store was changed since they were made.
        """
        again = await known_records(connection, PPKS, rows.named)
        again |= await known_records(connection, PPKS_ASAL, rows.named)
        if again != rows.known:
            rows = await self.make(connection, maker, rows.named.values())
        await self.put(connection, rows, now, sebab)
        return rows

    async def put(
        self, connection: AsyncConnection, rows: RecordRows, now: datetime, sebab: Sebab
    ) -> None:
        """Store rows that were made within this transaction."""
        if not (rows.fresh or rows.changed):
            return
        now = await next_moment(connection, now)
        await keep_requests(connection, {row[0]: row[_REFERENCE] for row in rows.changed})
        changes = Changes()
        handled = await self._regrouped(connection, rows, now, changes)
        changes.fresh += [row for row in rows.fresh if row[0] not in handled]
        changes.changed += [
            as_row(row, {"aturan": None, "konflik": None})
            for row in rows.changed
            if row[0] not in handled
        ]
        _in_order(changes, rows)
        changes.categories += [pair for pair in rows.categories if pair[0] not in handled]
        await write_changes(connection, self._keyring, changes, now, sebab)
        await compact(connection, now, self._keep_past)

    async def _regrouped(
        self, connection: AsyncConnection, rows: RecordRows, now: datetime, changes: Changes
    ) -> set[str]:
        """Ids of the rows that concern others, which are taken care of with them."""
        stored = {row[0] for row in rows.changed}
        touched = Touched(rows.niks, rows.unproven, stored, rows.grouped & stored)
        found = await find_neighbours(connection, touched)
        if not found.seeds:
            return set()
        batch = _batch(rows, driver_time(now, connection.dialect.name))
        return await regroup(connection, self._merged, batch, found, now, changes)

    def _make_row(self, rows: RecordRows, maker: RowMaker, name: Name, record: RekamanPpks) -> None:
        digest = maker.digest(record)
        before = rows.known.get(name)
        stored = None if before is None else (before.sidik, before.urutan)
        rows.fates[name] = fate = nasib((digest, record.urutan), stored)
        nik = record.orang.nik
        if before is None:
            row = maker.row(record, name[1], digest, new_id(), 1)
            rows.fresh.append(row)
        elif fate is Nasib.BERUBAH:
            row = maker.row(record, name[1], digest, before.id, before.versi + 1)
            if (kept := rows.withdrawn.get(before.id)) is not None:
                row = (*row[: _NUMBER.start], *_pick_number(kept), *row[_NUMBER.stop :])
                nik = self._merged.opened(kept, "nik")
            rows.changed.append(row)
        else:
            return
        proves = isinstance(nik, str) and nik_membuktikan(nik, maker.now.date())
        index: str | None = row[_NIK_INDEX]
        rows.niks[row[0]] = index if proves else None
        if index is not None and not proves:
            rows.unproven.add(index)
        if record.kategori:
            rows.categories += {(row[0], item.kode) for item in record.kategori}


def _in_order(changes: Changes, rows: RecordRows) -> None:
    """Whom a record was compared with must not show in the order in which changes are told."""
    places = {row_id: place for place, row_id in enumerate(rows.niks)}
    for changed in (changes.changed, changes.added):
        changed.sort(key=lambda row: places.get(row["id"], len(places)))


def _batch(rows: RecordRows, moment: Any) -> dict[str, Row]:
    changed, made = {"diubah_pada": moment}, {"diubah_pada": moment, "dibuat_pada": moment}
    batch = {row[0]: as_row(row, changed) for row in rows.changed}
    return batch | {row[0]: as_row(row, made) for row in rows.fresh}
