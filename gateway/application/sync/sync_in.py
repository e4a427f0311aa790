"""Takes over what an outside system says, page by page, and notices what it no longer says."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from gateway.application.sync.sync_turn import SyncTurn
from gateway.domain.errors import Conflict
from gateway.domain.merging.fate import lebih_baru
from gateway.domain.person import Penduduk
from gateway.domain.ports import ImportStore
from gateway.domain.ports_sinkron import SeenRecords
from gateway.domain.ppks import RekamanPpks
from gateway.domain.sinkron import Hitungan, Sewa, Titik
from gateway.domain.systems import RecordSource, SourceBatch

MANY: Final = 0.2
"""More than this share of a system's records do not vanish at once without an operator's word."""
FEW: Final = 10
"""So many may always go."""
MANY_VANISHED: Final = "many_vanished"
_AT_ONCE: Final = 500
_NAMELESS: Final = ("nik:", "isi:")
"""How the names of records begin that have none: a change makes them other records."""


class SyncIn:
    """One system's records into the store. A page that is taken over twice changes nothing."""

    def __init__(self, imports: ImportStore, seen: SeenRecords) -> None:
        self._imports = imports
        self._seen = seen

    async def __call__(
        self, turn: SyncTurn, source: RecordSource, pages: int
    ) -> tuple[Titik, bool]:
        """Read on, `pages` at most: where it stands then, and whether that is all there is.

        Raises UpstreamFailure, GatewayError, LeaseLost; the pages before are kept.
        """
        titik = turn.titik
        if titik.kursor is None and not titik.penuh:
            # From a source that has nothing to go on from, every reading is one of everything.
            await turn.keep(titik := anew(titik))
        async for batch in source.read(titik.kursor):
            if pages == 0:
                return titik, False
            if batch.dari_awal:
                titik = anew(titik)
            done = await self._store(turn.sewa, titik.putaran, batch)
            titik = _moved(titik, batch.cursor, done)
            await turn.keep(titik)
            pages -= 1
        return await self._ended(titik, turn), True

    async def _store(self, sewa: Sewa, putaran: int, batch: SourceBatch) -> Hitungan:
        named = self._named(batch.rekaman)
        gone = [name for name, one in named.items() if one.dihapus]
        there = await self._seen.known(sewa.jalur.sistem, batch.tak_terbaca)
        # Before they are stored: should this break off in between, and they be gone over there when
        # it is read anew, nobody else would know that they are to be withdrawn.
        await self._seen.see(sewa, {*named, *there}.difference(gone), putaran)
        stored = await self._imports.save(batch.rekaman, dry_run=False, sewa=sewa)
        await self._seen.forget(sewa, gone)
        counted = Hitungan(
            baru=stored.baru,
            berubah=stored.berubah,
            tetap=stored.tetap,
            hilang=len(gone),
            ditolak=len(batch.ditolak),
        )
        # Where ours was written over what it told, it tells that no more.
        return counted + await self._withdraw(
            sewa, await self._seen.known(sewa.jalur.sistem, batch.gema)
        )

    async def _ended(self, titik: Titik, turn: SyncTurn) -> Titik:
        """The system has told all. After a whole reading, what it did not tell is gone."""
        if titik.penuh:
            await self._refuse_too_many(titik)
            while names := await self._seen.unseen(titik.jalur.sistem, titik.putaran, _AT_ONCE):
                titik = _moved(titik, titik.kursor, await self._withdraw(turn.sewa, names))
                await turn.keep(titik)
        return msgspec.structs.replace(titik, penuh=False)

    async def _refuse_too_many(self, titik: Titik) -> None:
        sistem = titik.jalur.sistem
        missing = await self._seen.count_unseen(sistem, titik.putaran)
        if titik.boleh_hilang or missing <= max(FEW, MANY * await self._seen.count(sistem)):
            return
        raise Conflict(
            f"{sistem}: {missing} rekaman tidak disebut lagi / records are not told of any more; "
            "if that is right: gateway sync resume --accept-vanished",
            code=MANY_VANISHED,
        )

    async def _withdraw(self, sewa: Sewa, names: Sequence[str]) -> Hitungan:
        if not names:
            return Hitungan()
        sistem = sewa.jalur.sistem
        gone = [
            RekamanPpks(sistem=sistem, id_sumber=name, orang=Penduduk(), dihapus=True)
            for name in names
        ]
        await self._imports.save(gone, dry_run=False, sewa=sewa)
        await self._seen.forget(sewa, names)
        return Hitungan(hilang=len(gone))

    def _named(self, records: Sequence[RekamanPpks]) -> Mapping[str, RekamanPpks]:
        """By the names under which they are stored, those that have one of their own.

        Of a record that is told twice counts what the store takes.
        """
        named: dict[str, RekamanPpks] = {}
        for one in records:
            name = self._imports.identity(one).removeprefix(f"r|{one.sistem}|")
            if not name.startswith(_NAMELESS) and (
                name not in named or lebih_baru(one, named[name])
            ):
                named[name] = one
        return named


def anew(titik: Titik) -> Titik:
    """The beginning of the next round."""
    return msgspec.structs.replace(titik, putaran=titik.putaran + 1, penuh=True, kursor=None)


def _moved(titik: Titik, cursor: str | None, done: Hitungan) -> Titik:
    return msgspec.structs.replace(titik, kursor=cursor or None, hitungan=titik.hitungan + done)
