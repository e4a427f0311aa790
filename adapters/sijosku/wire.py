"""Turns JSON into SIJOSKU's records and back, under the field names of this installation."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from msgspec import UNSET

from adapters.sijosku.reading import RekamanDitolak
from adapters.sijosku.schema import FIELDS, RekamanWire
from gateway.domain.importing import KodeMasalah

_PLACE: Final = re.compile(r"\$\.([a-z_]+)")
_KNOWN: Final = frozenset(FIELDS)
UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding bytes of a stranger may raise."""


class FieldNames:
    """The names of fields at one installation: ours unless `field_names` says otherwise."""

    def __init__(self, theirs: Mapping[str, str]) -> None:
        self._theirs = dict(theirs)
        self._ours = {name: field for field, name in self._theirs.items()}

    def decode(self, item: bytes | msgspec.Raw) -> tuple[RekamanWire, dict[str, str]]:
        """One JSON object as a record, and its scalar fields that the schema does not know.

        Raises RekamanDitolak where it is no object or a field has an impossible type.
        """
        return sort_fields(decode_object(item), self._field)

    def named_only(self, item: bytes | msgspec.Raw) -> RekamanWire:
        """What only names a record that could not be read; nothing where that is no object."""
        try:
            told = decode_object(item).get(self._theirs.get("id", "id"))
        except RekamanDitolak:
            return RekamanWire()
        return RekamanWire(id=told if isinstance(told, str | int | float) else UNSET)

    def encode(self, record: RekamanWire) -> bytes:
        """The record as one JSON object; the same record always gives the same bytes."""
        told = msgspec.to_builtins(record)
        renamed = {self._theirs.get(field, field): value for field, value in told.items()}
        return msgspec.json.encode(renamed, order="sorted")

    def _field(self, name: str) -> str | None:
        if name in self._ours:
            return self._ours[name]
        return name if name in _KNOWN and name not in self._theirs else None


def sort_fields(
    told: Mapping[str, Any], field_of: Callable[[str], str | None]
) -> tuple[RekamanWire, dict[str, str]]:
    """Fields by name -> record and leftovers. Raises RekamanDitolak for an impossible type."""
    known: dict[str, Any] = {}
    unknown: dict[str, str] = {}
    for name, value in told.items():
        if (field := field_of(name)) is not None:
            known[field] = value
        elif isinstance(value, str | int | float) and value != "":
            unknown[name] = str(value)
    try:
        return msgspec.convert(known, RekamanWire), unknown
    except msgspec.ValidationError as error:
        # The library's text may quote the value: only the place is taken from it.
        place = _PLACE.search(str(error))
        field = place[1] if place and place[1] in _KNOWN else None
    pesan = f"{field or 'rekaman'} berisi jenis nilai yang tidak dapat dibaca"
    raise RekamanDitolak(KodeMasalah.VALUE_FORMAT, pesan, field)


def decode_object(item: bytes | msgspec.Raw) -> dict[str, Any]:
    """One JSON object. Raises RekamanDitolak."""
    try:
        return msgspec.json.decode(item, type=dict[str, Any])
    except UNREADABLE:
        pesan = "bukan objek JSON yang utuh"
    raise RekamanDitolak(KodeMasalah.VALUE_FORMAT, pesan)
