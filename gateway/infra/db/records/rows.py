"""Turns what an outside system told into table rows, NIK and KK sealed.

This runs once for every record of files with hundreds of thousands of rows, so values go straight
to the form that the database driver takes, without a pass through column types.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter
from typing import Any, Final

import msgspec
from msgspec import UNSET

from gateway.domain.person import Penduduk
from gateway.domain.ppks import RekamanPpks
from gateway.infra.crypto import Keyring
from gateway.infra.db.tables import PPKS

_ENCODER: Final = msgspec.json.Encoder(enc_hook=str)
_DIGEST: Final = msgspec.msgpack.Encoder()

# Columns that hold a person's attribute as it is; sealed ones are made apart.
PERSON_COLUMNS: Final = tuple(
    name
    for name in Penduduk.__struct_fields__
    if name in PPKS.c and name not in {"nik", "no_kk", "alamat"}
)
_OF_PERSON: Final = (*PERSON_COLUMNS, "nik", "no_kk", "alamat")
_OF_RECORD: Final = ("kategori", "padan", "dtks", "bantuan", "kebutuhan", "keberadaan")
_ATTRIBUTES: Final = (*_OF_PERSON, *_OF_RECORD)

_read_person: Final[Callable[[Penduduk], tuple[Any, ...]]] = attrgetter(*_OF_PERSON)
_read_record: Final[Callable[[RekamanPpks], tuple[Any, ...]]] = attrgetter(*_OF_RECORD)

COLUMNS: Final = (
    "id",
    "sistem",
    "id_sumber",
    "sidik",
    "versi",
    "dihapus",
    "rujukan",
    "nik_indeks",
    "nik",
    "no_kk_indeks",
    "no_kk",
    "alamat",
    "kategori",
    "status",
    "padan",
    "dtks",
    "bantuan",
    "kebutuhan",
    "keberadaan",
    "asal",
    "tambahan",
    "peringatan",
    "urutan",
    *PERSON_COLUMNS,
)
"""The order of the values of a row; when it was made and changed is said where it is written."""

NIK_AS_SOURCE_ID: Final = "nik:"
"""What an adapter writes where a record has a NIK but no id: the index takes its place.

The categories belong to the name then: such sources write one row for each category of a person.
"""
CONTENT_AS_SOURCE_ID: Final = "isi:"
"""How an adapter's digest of a record without id and NIK begins; it is keyed before it is kept."""

COMPLAINT_ID: Final = "pengaduan:"
"""How the keyed names of complaints begin."""


class RowMaker:
    """Makes rows of what was told at one moment."""

    def __init__(self, keyring: Keyring, now: datetime) -> None:
        self.now = now
        self._keyring = keyring
        self._told_at = now.astimezone(UTC).isoformat().replace("+00:00", "Z")
        self._digest = blake2b(key=keyring.derive("record digest"), digest_size=16)
        self._encoded = bytearray()

    def source_id(self, rekaman: RekamanPpks) -> str:
        """The record's name within its system, free of personal data."""
        told, nik = rekaman.id_sumber, rekaman.orang.nik
        if told == NIK_AS_SOURCE_ID and isinstance(nik, str):
            kinds = ",".join(sorted(item.kode for item in rekaman.kategori))
            index = self._keyring.blind_index("nik", nik)
            return f"{NIK_AS_SOURCE_ID}{index}{':' if kinds else ''}{kinds}"
        if told.startswith(CONTENT_AS_SOURCE_ID):
            return CONTENT_AS_SOURCE_ID + self._keyring.blind_index("isi", told)
        return storable(told)

    def complaint_id(self, told: str) -> str:
        """A complaint's name within its system; a channel's own may hold a telephone number."""
        return COMPLAINT_ID + self._keyring.blind_index("pengaduan", told)

    def digest(self, content: msgspec.Struct) -> bytes:
        """A keyed digest of all that was told: equal digests mean that nothing changed."""
        _DIGEST.encode_into(content, self._encoded)
        state = self._digest.copy()
        state.update(self._encoded)
        return state.digest()

    def row(
        self, rekaman: RekamanPpks, source_id: str, digest: bytes, row_id: str, versi: int
    ) -> tuple[Any, ...]:
        """The values in the order of COLUMNS."""
        of_person = _read_person(rekaman.orang)
        of_record = _read_record(rekaman)
        *person, nik, no_kk, alamat = of_person
        kategori, padan, dtks, bantuan, kebutuhan, keberadaan = of_record
        told = _names(tuple(map(bool, of_person + of_record)))
        return (
            row_id,
            rekaman.sistem,
            source_id,
            digest,
            versi,
            rekaman.dihapus,
            self._keyring.reference(nik) if isinstance(nik, str) else row_id,
            *self._sealed("nik", nik, row_id),
            *self._sealed("no_kk", no_kk, row_id),
            _document(alamat),
            _document(kategori) if kategori else None,
            str(rekaman.status),
            _document(padan),
            _json(dtks) if dtks else None,
            _document(bantuan),
            _document(kebutuhan),
            plain(keberadaan),
            self._origin(rekaman, source_id, told),
            _document(rekaman.tambahan) if rekaman.tambahan else None,
            _document(rekaman.peringatan) if rekaman.peringatan else None,
            rekaman.urutan,
            *_texts(person),
        )

    def _sealed(self, kind: str, number: Any, row_id: str) -> tuple[str | None, bytes | None]:
        if not isinstance(number, str):
            return None, None
        context = f"ppks|{kind}|{row_id}".encode()
        return (
            self._keyring.blind_index(kind, number),
            self._keyring.seal(number.encode(), context),
        )

    def _origin(self, rekaman: RekamanPpks, source_id: str, told: str) -> str:
        """Who told which attribute, when, and in which words (rule: provenance per attribute)."""
        text = (
            f'{{"sistem":{_json(rekaman.sistem)},"id_sumber":{_json(source_id)}'
            f',"pada":"{self._told_at}","atribut":{told}'
        )
        if rekaman.versi is not None:
            text += f',"versi":{_json(rekaman.versi)}'
        if rekaman.diubah_sumber is not None:
            text += f',"diubah_sumber":{_json(rekaman.diubah_sumber.astimezone(UTC))}'
        if rekaman.asli:
            text += f',"asli":{_document(rekaman.asli)}'
        return text + "}"


def _document(value: Any) -> str | None:
    """A document column's text, or None for what was not told."""
    return None if value is UNSET or value is None else _json(value)


def driver_time(moment: datetime, dialect: str) -> Any:
    """A moment as the driver takes it (and as the column types read it back)."""
    moment = moment.astimezone(UTC)
    if dialect == "sqlite":
        return moment.replace(tzinfo=None).isoformat(" ", "microseconds")
    return moment


def storable(text: str) -> str:
    """A text by which rows are found, without the one character that PostgreSQL cannot hold."""
    return text.replace("\0", "") if "\0" in text else text


def plain(value: Any) -> str | None:
    """A scalar as the driver takes it: no UNSET, no enums, dates as ISO text."""
    return None if value is UNSET or value is None else storable(str(value))


def _texts(values: list[Any]) -> list[str | None]:
    # Most values are texts or were not told, and none holds U+0000: few need a call.
    texts = [v if type(v) is str else None if v is UNSET or v is None else str(v) for v in values]
    return [plain(text) for text in texts] if "\0" in "".join(filter(None, texts)) else texts


@lru_cache(maxsize=4096)
def _names(told: tuple[bool, ...]) -> str:
    """The names of the attributes that were told, as a JSON list."""
    return _json([name for name, is_told in zip(_ATTRIBUTES, told, strict=True) if is_told])


def _json(value: Any) -> str:
    return _ENCODER.encode(value).decode()
