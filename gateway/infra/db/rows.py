"""Turns what an outside system told into table rows, NIK and KK sealed.

This runs once for every record of files with hundreds of thousands of rows, so values go straight
to the form that the database driver takes, without a pass through column types.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import Enum
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
_PERSON_COLUMNS: Final = tuple(
    name
    for name in Penduduk.__struct_fields__
    if name in PPKS.c and name not in {"nik", "no_kk", "alamat"}
)
_PERSON: Final[Callable[[Penduduk], tuple[Any, ...]]] = attrgetter(*_PERSON_COLUMNS)

COLUMNS: Final = (
    "id",
    "sistem",
    "id_sumber",
    "sidik",
    "versi",
    "dibuat_pada",
    "diubah_pada",
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
    *_PERSON_COLUMNS,
)
"""The order of the values of a row."""

NIK_AS_SOURCE_ID: Final = "nik:"
"""What an adapter writes where a record has no id of its own but a NIK: the index takes its place."""


class RowMaker:
    """Makes rows for one moment and one dialect."""

    def __init__(self, keyring: Keyring, dialect: str, now: datetime) -> None:
        self.now = now
        self._keyring = keyring
        self._driver_now = driver_time(now, dialect)
        self._told_at = now.isoformat()
        self._digest_key = keyring.derive("record digest")

    def source_id(self, rekaman: RekamanPpks) -> str:
        """The record's name within its system, free of personal data."""
        nik = rekaman.orang.nik
        if rekaman.id_sumber == NIK_AS_SOURCE_ID and isinstance(nik, str):
            return NIK_AS_SOURCE_ID + self._keyring.blind_index("nik", nik)
        return rekaman.id_sumber

    def digest(self, content: msgspec.Struct) -> bytes:
        """A keyed digest of all that was told: equal digests mean that nothing changed."""
        encoded = _DIGEST.encode(content)
        return hashlib.blake2b(encoded, digest_size=16, key=self._digest_key).digest()

    def row(
        self, rekaman: RekamanPpks, source_id: str, digest: bytes, row_id: str, versi: int
    ) -> tuple[Any, ...]:
        """The values in the order of COLUMNS."""
        orang = rekaman.orang
        nik = orang.nik if isinstance(orang.nik, str) else None
        no_kk = orang.no_kk if isinstance(orang.no_kk, str) else None
        person = tuple(map(plain, _PERSON(orang)))
        return (
            row_id,
            rekaman.sistem,
            source_id,
            digest,
            versi,
            self._driver_now,
            self._driver_now,
            rekaman.dihapus,
            row_id if nik is None else self._keyring.reference(nik),
            *self._sealed("nik", nik, row_id),
            *self._sealed("no_kk", no_kk, row_id),
            document(orang.alamat),
            document(rekaman.kategori or None),
            rekaman.status.value,
            document(rekaman.padan),
            document(rekaman.dtks),
            document(rekaman.bantuan),
            document(rekaman.kebutuhan),
            plain(rekaman.keberadaan),
            self._origin(rekaman, source_id, nik, no_kk, person),
            document(rekaman.tambahan or None),
            document(rekaman.peringatan or None),
            *person,
        )

    def _sealed(self, kind: str, number: str | None, row_id: str) -> tuple[str | None, bytes | None]:
        if number is None:
            return None, None
        context = f"ppks|{kind}|{row_id}".encode()
        return (
            self._keyring.blind_index(kind, number),
            self._keyring.seal(number.encode(), context),
        )

    def _origin(
        self,
        rekaman: RekamanPpks,
        source_id: str,
        nik: str | None,
        no_kk: str | None,
        person: tuple[Any, ...],
    ) -> str:
        """Who told which attribute, when, and in which words (rule: provenance per attribute)."""
        told = [name for name, value in zip(_PERSON_COLUMNS, person, strict=True) if value]
        told += [name for name, value in (("nik", nik), ("no_kk", no_kk)) if value]
        told += [name for name in ("alamat", "kategori", "padan", "dtks", "bantuan", "kebutuhan",
                                   "keberadaan") if _told(rekaman, name)]
        origin: dict[str, Any] = {
            "sistem": rekaman.sistem,
            "id_sumber": source_id,
            "pada": self._told_at,
            "atribut": told,
        }
        if rekaman.versi is not None:
            origin["versi"] = rekaman.versi
        if rekaman.diubah_sumber is not None:
            origin["diubah_sumber"] = rekaman.diubah_sumber
        if rekaman.asli:
            origin["asli"] = rekaman.asli
        return _ENCODER.encode(origin).decode()


def driver_time(moment: datetime, dialect: str) -> Any:
    """A moment as the driver takes it (and as the column types read it back)."""
    moment = moment.astimezone(UTC)
    if dialect == "sqlite":
        return moment.strftime("%Y-%m-%d %H:%M:%S.%f")
    return moment


def document(value: Any) -> str | None:
    """A document column's text, or None for what was not told."""
    return None if value is UNSET or value is None else _ENCODER.encode(value).decode()


def plain(value: Any) -> Any:
    """A scalar as the driver takes it: no UNSET, no enums, dates as ISO text."""
    if value is UNSET or value is None or type(value) is str:
        return None if value is UNSET else value
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _told(rekaman: RekamanPpks, name: str) -> bool:
    value = getattr(rekaman.orang if name == "alamat" else rekaman, name)
    return value is not UNSET and bool(value)
