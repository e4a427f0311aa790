"""Compares by digests what SIJOSKU holds of the gateway's records with what was sent."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from msgspec import UNSET, structs

from adapters.sijosku.config import Config
from adapters.sijosku.outbound import ke_wire, kunci
from adapters.sijosku.remote import Remote
from adapters.sijosku.schema import JawabanRinciWire, JawabanWilayahWire, RekamanWire
from adapters.sijosku.wire import FieldNames
from gateway.domain.area_digests import one_below
from gateway.domain.ppks import RekamanPpks
from gateway.domain.systems import SidikWilayah

T = TypeVar("T")

DIGESTS: Final = "digests"
TANPA_WILAYAH: Final = "-"
"""How records without an area are asked for."""
_BYTES: Final = 16
_META: Final = ("id", "kunci", "versi", "asal", "diubah_pada")
"""What the store itself writes, or what names the record, is no content."""


class RecordDigest:
    """The digest of one record, keyed with the token: it tells nothing to whoever lacks it."""

    def __init__(self, config: Config) -> None:
        self._names = FieldNames(config.field_names)
        self._key = hashlib.blake2b(
            config.token.reveal().encode(), person=b"sidik-rekaman", digest_size=32
        ).digest()

    def __call__(self, key: str, record: RekamanWire) -> bytes:
        """16 bytes of the key and the content."""
        state = hashlib.blake2b(key=self._key, digest_size=_BYTES)
        state.update(key.encode() + b"\0" + self._names.encode(content(record)))
        return state.digest()


class SijoskuDigests:
    """Implements `RecordDigests`."""

    def __init__(self, remote: Remote, config: Config) -> None:
        self._remote = remote
        self._config = config
        self._digest = RecordDigest(config)

    def of(self, rekaman: RekamanPpks) -> bytes:
        """The digest of the record as it is sent."""
        return self._digest(kunci(rekaman), ke_wire(rekaman, asal=self._config.origin))

    async def areas(self, kode: str | None) -> Sequence[SidikWilayah]:
        """One question a level."""
        told = await self._ask({} if kode is None else {"wilayah": kode}, JawabanWilayahWire)
        if not all(one_below(kode, area.kode) for area in told.wilayah):
            raise self._remote.malformed(DIGESTS, "sidik wilayah yang tidak ditanyakan")
        return [
            SidikWilayah(kode=area.kode, jumlah=area.jumlah, sidik=self._bytes(area.sidik))
            for area in told.wilayah
        ]

    async def records(self, kode: str) -> Mapping[str, bytes]:
        """By `id_sumber`, which is what follows the system's name in a key."""
        which = {"wilayah": kode or TANPA_WILAYAH, "rinci": "1"}
        told = await self._ask(which, JawabanRinciWire)
        return {one.kunci.partition(":")[2]: self._bytes(one.sidik) for one in told.rekaman}

    async def _ask(self, which: Mapping[str, str], type_: type[T]) -> T:
        query = {"asal": self._config.origin, **which}
        answer = await self._remote.get(DIGESTS, self._config.digest_path, query)
        return self._remote.understood(DIGESTS, answer, type_)

    def _bytes(self, text: str) -> bytes:
        try:
            told = bytes.fromhex(text)
        except ValueError:
            told = b""
        if len(told) != _BYTES:
            raise self._remote.malformed(DIGESTS, "sidik tidak berbentuk yang diharapkan")
        return told


def content(record: RekamanWire) -> RekamanWire:
    """What a record says, without what names it and what its holder writes."""
    if record.dihapus:
        return RekamanWire(dihapus=True)
    return structs.replace(record, **dict.fromkeys(_META, UNSET))
