"""The simulator's own copy of the records: versions, a change sequence and the rules of a push."""

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from itertools import islice
from typing import Any, Final

import msgspec
from msgspec import UNSET, structs

from adapters.sijosku.digests import content
from adapters.sijosku.reading import as_text, moment
from adapters.sijosku.schema import HasilWire, RekamanWire
from gateway.domain.nik import is_sixteen_digits
from gateway.kit.clock import Clock
from gateway.kit.ids import new_id
from gateway.kit.struct import Quiet

ASAL_SENDIRI: Final = "sijosku"


class CursorUnknown(Exception):
    """A cursor of another life of this store, or of none."""


class Stored(Quiet, frozen=True, kw_only=True):
    """One record: what it says, its version, its place in the feed."""

    isi: RekamanWire
    """Without the fields that the store itself writes."""
    versi: int
    urutan: int
    asal: str
    diubah_pada: str
    diubah_asal: str | None = None
    """When the pushing system says that it changed."""


class Store:
    """Records by id; the dict's order is the order of their last changes."""

    def __init__(
        self, records: Iterable[RekamanWire], clock: Clock, numbers: Iterator[int]
    ) -> None:
        """`numbers`: for the ids of what is pushed; no id means two records, in no life."""
        self._clock = clock
        self._numbers = numbers
        self._life = new_id()
        self._sequence = 0
        self._records: dict[str, Stored] = {}
        self._id_of_key: dict[str, str] = {}
        for number, record in enumerate(records, 1):
            own = str(as_text(record.id) or f"SJK-{number:07}")
            if record.kunci:
                self._id_of_key[record.kunci] = own
            self._write(own, record, asal=ASAL_SENDIRI)

    def page(self, cursor: str | None, limit: int) -> tuple[list[RekamanWire], str, bool]:
        """Records changed after a cursor, the cursor after them, whether more follow.

        Raises CursorUnknown.
        """
        after = 0 if cursor is None else self._place(cursor)
        changed = (item for item in self._records.items() if item[1].urutan > after)
        found = list(islice(changed, limit + 1))
        shown = found[:limit]
        last = shown[-1][1].urutan if shown else after
        return [_told(own, stored) for own, stored in shown], self._cursor(last), len(found) > limit

    def push(self, item: RekamanWire, asal: str) -> HasilWire:
        """Take one pushed record by the rules of versions."""
        key = item.kunci or ""
        if reason := _unfit(item):
            return HasilWire(kunci=key, hasil="ditolak", alasan=reason)
        own = self._own_id(item, key)
        stored = self._records.get(own)
        if stored is None:
            self._id_of_key[key] = own
            return _result(key, own, self._write(own, item, asal=asal), "dibuat")
        if content(item) == stored.isi:
            return _result(key, own, stored, "sama")
        if reason := _conflict(item, stored, asal):
            return _result(key, own, stored, "konflik", reason)
        return _result(key, own, self._write(own, item, asal=asal), "diubah")

    def edit(self, own: str, changes: Mapping[str, Any]) -> None:
        """What an operator of SIJOSKU changes at the desk. Raises KeyError, ValidationError."""
        told = msgspec.to_builtins(self._records[own].isi) | dict(changes)
        self._write(own, msgspec.convert(told, RekamanWire), asal=ASAL_SENDIRI)

    def delete(self, own: str) -> None:
        """Leave a tombstone. Raises KeyError."""
        if own not in self._records:
            raise KeyError
        self._write(own, RekamanWire(dihapus=True), asal=ASAL_SENDIRI)

    def pushed_by(self, asal: str) -> Iterable[tuple[str, RekamanWire]]:
        """Key and content of each record whose present version this system pushed."""
        for key, own in self._id_of_key.items():
            stored = self._records[own]
            if stored.asal == asal and not stored.isi.dihapus:
                yield key, stored.isi

    def _own_id(self, item: RekamanWire, key: str) -> str:
        told = as_text(item.id)
        if isinstance(told, str):
            return told
        return self._id_of_key.get(key) or f"SJK-P{next(self._numbers):06}"

    def _write(self, own: str, record: RekamanWire, *, asal: str) -> Stored:
        before = self._records.pop(own, None)
        self._sequence += 1
        stored = Stored(
            isi=content(record),
            versi=before.versi + 1 if before else 1,
            urutan=self._sequence,
            asal=asal,
            diubah_pada=self._clock().astimezone(UTC).isoformat(),
            diubah_asal=str(record.diubah_pada) if record.diubah_pada else None,
        )
        self._records[own] = stored
        return stored

    def _cursor(self, place: int) -> str:
        return base64.urlsafe_b64encode(f"{self._life}:{place}".encode()).decode()

    def _place(self, cursor: str) -> int:
        try:
            life, _, place = base64.urlsafe_b64decode(cursor).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            raise CursorUnknown from None
        if life != self._life or not place.isdigit():
            raise CursorUnknown
        return int(place)


def _told(own: str, stored: Stored) -> RekamanWire:
    return structs.replace(
        stored.isi,
        id=own,
        versi=stored.versi,
        asal=stored.asal,
        diubah_pada=stored.diubah_asal or stored.diubah_pada,
    )


def _unfit(item: RekamanWire) -> str | None:
    """Why a pushed record cannot be taken, or None."""
    nik = as_text(item.nik)
    if not item.kunci:
        return "KUNCI_KOSONG"
    if isinstance(nik, str) and not is_sixteen_digits(nik):
        return "NIK_TIDAK_SAH"
    if not (item.dihapus or isinstance(nik, str) or as_text(item.nama)):
        return "ORANG_TIDAK_DISEBUT"
    return None


def _conflict(item: RekamanWire, stored: Stored, asal: str) -> str | None:
    """Why a change must not replace the present version, or None.

    Who wrote the present version may write the next one, unless it comes out of order; everybody
    else must show the version that the change builds upon.
    """
    if stored.asal != asal:
        same = item.versi is not UNSET and str(item.versi) == str(stored.versi)
        return None if same else "VERSI_USANG"
    told, known = (
        moment(str(text), UTC) if text else None for text in (item.diubah_pada, stored.diubah_asal)
    )
    return "LEBIH_LAMA" if told and known and told < known else None


def _result(key: str, own: str, stored: Stored, hasil: str, alasan: str | None = None) -> HasilWire:
    return HasilWire(kunci=key, hasil=hasil, id=own, versi=stored.versi, alasan=alasan)
