"""Makes of many rows at once what a reader sees of them, without reading documents in between.

What stands in a document column is JSON of our own making, so it leaves as it stands, unless the
view shows less than all of it. What comes out equals what pages of records tell.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import starmap
from operator import itemgetter
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from msgspec import UNSET, Raw, UnsetType

from gateway.domain.policy import View, kata_asli_tampak, saring_kategori
from gateway.domain.ppks import Kategori
from gateway.infra.crypto import Keyring
from gateway.infra.db.reading import policy_sql
from gateway.infra.db.reading.granted_origin import granted_origin, opened_conflicts
from gateway.infra.db.tables import PPKS
from gateway.infra.db.types import Document
from gateway.kit.struct import QuietDraft

_KINDS: Final = msgspec.json.Decoder(tuple[Kategori, ...])
_REMEMBERED: Final = 4096
_SEVERAL: Final = '"anggota"'
"""In the provenance of a record that is made of several sources'."""
_TOLD_AS: Final = {"asal": "sumber", "konflik": "gabungan"}
_ENCODE: Final = msgspec.json.Encoder().encode

_NAMES_BEGIN: Final = ',"atribut":'
"""Behind it a provenance speaks of attributes; within the texts before it a quote is escaped."""

Make = Callable[[Any, Any], Any]
"""Makes what is told of a value of a record."""


class _Attributes(QuietDraft, omit_defaults=True):
    """What a provenance says of attributes, read no further than it must be."""

    atribut: tuple[str, ...]
    versi: Raw | UnsetType = UNSET
    diubah_sumber: Raw | UnsetType = UNSET
    asli: dict[str, Raw] | UnsetType = UNSET


_ATTRIBUTES: Final = msgspec.json.Decoder(_Attributes)


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
        self._persons = itemgetter(names.index("rujukan"))
        self.names = tuple(_TOLD_AS.get(name, name) for name in names)
        made = self._made(view)
        self._made_of = [(name, made[name]) for name in self.names if name in made]
        # Not frozen: to change what must be is cheaper than to put columns together before.
        fields = [(name, Any, None) for name in self.names]
        self._record = msgspec.defstruct("Rekaman", fields, omit_defaults=True, gc=False)

    def persons(self, rows: Sequence[Any]) -> list[str]:
        """Reference keys of those whose records the rows are."""
        return list(map(self._persons, rows))

    def show(self, rows: Sequence[Any]) -> list[msgspec.Struct]:
        """The records, in the order of the rows."""
        records: list[msgspec.Struct] = list(starmap(self._record, rows))
        for name, make in self._made_of:
            _remake(records, name, make)
        return records

    def _made(self, view: View) -> Mapping[str, Make]:
        """What leaves otherwise than it stands in the store."""
        documents = [column.name for column in PPKS.columns if _is_document(column.name)]
        made: dict[str, Make] = dict.fromkeys(documents, _verbatim)
        made |= {
            "nik": self._opened("nik"),
            "no_kk": self._opened("no_kk"),
            "sumber": self._origin(view),
            "diubah_pada": _in_utc,
        }
        if view.kategori is not None:
            made["kategori"] = _granted_kinds(view)
        return made

    def _opened(self, name: str) -> Make:
        opened = self._keyring.open
        return lambda sealed, record: opened(sealed, f"ppks|{name}|{record.id}".encode()).decode()

    def _origin(self, view: View) -> Make:
        of_one = _granted_origin(view)

        def told(text: str, record: Any) -> Raw:
            if _SEVERAL not in text:
                return of_one(text)
            conflicts = opened_conflicts(self._keyring, record.gabungan, record.id)
            shown = granted_origin(view, msgspec.json.decode(text), conflicts)
            record.gabungan = Raw(_ENCODE(shown["gabungan"]))
            return Raw(_ENCODE(shown["sumber"]))

        return told


def _remake(records: Sequence[msgspec.Struct], name: str, make: Make) -> None:
    for record in records:
        value = getattr(record, name)
        if value is not None:
            setattr(record, name, make(value, record))


def _as_written(column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[Any]:
    """A document as the text that it is in the store."""
    if isinstance(column.type, Document):
        return sa.type_coerce(column, sa.Text()).label(name)
    return column


def _is_document(name: str) -> bool:
    return name in PPKS.c and isinstance(PPKS.c[name].type, Document)


def _verbatim(text: str, _record: msgspec.Struct) -> Raw:
    return Raw(text)


def _in_utc(moment: datetime | str, _record: msgspec.Struct) -> datetime:
    return _moment(moment)


@lru_cache(_REMEMBERED)
def _moment(told: datetime | str) -> datetime:
    """SQLite's driver knows no moments; what was stored at once shares one."""
    moment = datetime.fromisoformat(told) if isinstance(told, str) else told
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _granted_kinds(view: View) -> Make:
    """A record's categories, only those that are granted; the same texts come again and again."""

    @lru_cache(_REMEMBERED)
    def told(text: str) -> Raw:
        return Raw(_ENCODE(saring_kategori(view, _KINDS.decode(text))))

    return lambda text, _record: told(text)


def _granted_origin(view: View) -> Callable[[str], Raw]:
    """One source's provenance without a word on attributes that are not granted.

    What it says of attributes comes again and again: it is rather the source's than the record's.
    """

    @lru_cache(_REMEMBERED)
    def granted(rest: str) -> str:
        told = _ATTRIBUTES.decode(f'{{"atribut":{rest}')
        told.atribut = tuple(name for name in told.atribut if name in view.atribut)
        if told.asli:
            words = told.asli.items()
            told.asli = {name: raw for name, raw in words if kata_asli_tampak(view, name)}
        return _ENCODE(told).decode().removeprefix("{")

    def told(text: str) -> Raw:
        head, _, rest = text.partition(_NAMES_BEGIN)
        return Raw(f"{head},{granted(rest)}")

    return told
