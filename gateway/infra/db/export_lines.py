"""Makes of many rows at once what a reader sees of them, without reading documents in between.

What stands in a document column is JSON of our own making, so it leaves as it stands, unless the
view shows less than all of it. What comes out equals what pages of records tell.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from msgspec import UNSET, Raw, UnsetType

from gateway.domain.policy import View, kata_asli_tampak, saring_kategori
from gateway.domain.ppks import Kategori
from gateway.infra.crypto import Keyring
from gateway.infra.db import policy_sql
from gateway.infra.db.granted_origin import granted_origin, opened_conflicts
from gateway.infra.db.tables import PPKS
from gateway.infra.db.types import Document

_NAMES: Final = msgspec.json.Decoder(tuple[str, ...])
_KINDS: Final = msgspec.json.Decoder(tuple[Kategori, ...])
_REMEMBERED: Final = 4096
_SEVERAL: Final = '"anggota"'
_TOLD_AS: Final = {"asal": "sumber", "konflik": "gabungan"}
_ENCODE: Final = msgspec.json.Encoder().encode

Values = Iterable[Any]
Convert = Callable[[Sequence[Values]], Values]
"""Makes one column anew, given all of them."""


class _Origin(msgspec.Struct, omit_defaults=True):
    """The provenance as the store has it, read no further than it must be."""

    sistem: Raw
    id_sumber: Raw
    pada: Raw
    atribut: Raw
    versi: Raw | UnsetType = UNSET
    diubah_sumber: Raw | UnsetType = UNSET
    asli: dict[str, Raw] | UnsetType = UNSET


_ORIGIN: Final = msgspec.json.Decoder(_Origin)


class Lines:
    """The columns to read for one view, and what is made of their rows."""

    def __init__(self, view: View, keyring: Keyring) -> None:
        """Raises ValueError for a pseudonymised view: its records are told in pages only."""
        if view.samaran is not None:
            raise ValueError("pseudonymised records are not written into files")
        self._keyring = keyring
        found = policy_sql.columns(view)
        names = [*map(str, sa.select(*found).selected_columns.keys())]
        self.columns = tuple(map(_as_written, found, names))
        self._place = {name: place for place, name in enumerate(names)}
        self._converted = self._conversions(view, names)
        self.names = tuple(_TOLD_AS.get(name, name) for name in names)
        fields = [(name, Any, None) for name in self.names]
        self._make = msgspec.defstruct("Rekaman", fields, omit_defaults=True, frozen=True)

    def show(self, rows: Sequence[Any]) -> list[msgspec.Struct]:
        """The records, in the order of the rows."""
        read: list[Values] = list(zip(*rows, strict=True))
        columns = [*read]
        for place, convert in self._converted:
            columns[place] = convert(read)
        return list(map(self._make, *columns))

    def _conversions(self, view: View, names: Sequence[str]) -> list[tuple[int, Convert]]:
        special = self._special(view)
        return [
            (place, special[name](place) if name in special else _each(place, Raw))
            for place, name in enumerate(names)
            if name in special or _is_document(name)
        ]

    def _special(self, view: View) -> Mapping[str, Callable[[int], Convert]]:
        made: dict[str, Callable[[int], Convert]] = {
            "nik": lambda place: self._opened("nik", place),
            "no_kk": lambda place: self._opened("no_kk", place),
            "asal": lambda place: _each(place, _granted_origin(view)),
            "konflik": lambda _: self._joined(view),
        }
        if view.kategori is not None:
            made["kategori"] = lambda place: _each(place, _granted_kinds(view))
        return made

    def _opened(self, name: str, place: int) -> Convert:
        opened = self._keyring.open

        def convert(columns: Sequence[Values]) -> Values:
            pairs = zip(columns[place], columns[self._place["id"]], strict=True)
            return [
                None if sealed is None else opened(sealed, f"ppks|{name}|{key}".encode()).decode()
                for sealed, key in pairs
            ]

        return convert

    def _joined(self, view: View) -> Convert:
        """`gabungan` of the few records that are made of several sources'."""
        places = [self._place[name] for name in ("id", "asal", "konflik")]

        def told(ppks_id: str, origin: str, sealed: bytes | None) -> Raw | None:
            if _SEVERAL not in origin:
                return None
            conflicts = opened_conflicts(self._keyring, sealed, ppks_id)
            shown = granted_origin(view, msgspec.json.decode(origin), conflicts)
            return Raw(_ENCODE(shown["gabungan"])) if "gabungan" in shown else None

        return lambda columns: list(map(told, *(columns[place] for place in places)))


def _as_written(column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[Any]:
    """A document as the text that it is in the store."""
    if isinstance(column.type, Document):
        return sa.type_coerce(column, sa.Text()).label(name)
    return column


def _is_document(name: str) -> bool:
    return name in PPKS.c and isinstance(PPKS.c[name].type, Document)


def _each(place: int, make: Callable[[str], Any]) -> Convert:
    return lambda columns: [None if text is None else make(text) for text in columns[place]]


def _granted_kinds(view: View) -> Callable[[str], Raw]:
    """A record's categories, only those that are granted; the same texts come again and again."""

    @lru_cache(_REMEMBERED)
    def told(text: str) -> Raw:
        return Raw(_ENCODE(saring_kategori(view, _KINDS.decode(text))))

    return told


def _granted_origin(view: View) -> Callable[[str], Raw]:
    """The provenance without a word on attributes that are not granted."""

    @lru_cache(_REMEMBERED)
    def granted_names(text: bytes) -> Raw:
        return Raw(_ENCODE([name for name in _NAMES.decode(text) if name in view.atribut]))

    def told(text: str) -> Raw:
        whole = _ORIGIN.decode(text)
        whole.atribut = granted_names(bytes(whole.atribut))
        if whole.asli:
            words = whole.asli.items()
            whole.asli = {name: raw for name, raw in words if kata_asli_tampak(view, name)}
        return Raw(_ENCODE(whole))

    return told
