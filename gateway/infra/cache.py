"""Keeps registry answers: the key is a keyed hash of the NIK, the value is encrypted."""

import hmac
from typing import Protocol

import msgspec

from gateway.domain.ports import CachedAnswer, SealBroken
from gateway.infra.crypto import Keyring


class ValueStore(Protocol):
    """Where the sealed values lie: in process or on Redis."""

    async def get(self, key: str) -> bytes | None:
        """The value, or None."""

    async def put(self, key: str, value: bytes, ttl: float) -> None:
        """Keep a value for `ttl` seconds."""

    async def drop(self, key: str) -> None:
        """Forget a value; raises where that is not sure."""


class SealedNikCache:
    """The `NikCache` port over any value store."""

    def __init__(self, store: ValueStore, keyring: Keyring) -> None:
        self._store = store
        self._keyring = keyring
        self._key = keyring.derive("nik cache")
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(CachedAnswer)

    async def get(self, nik: str) -> CachedAnswer | None:
        """The kept answer; a value that does not open counts as missing."""
        name = self._name(nik)
        sealed = await self._store.get(name)
        if sealed is None:
            return None
        try:
            return self._decoder.decode(self._keyring.open(sealed, name.encode()))
        except (SealBroken, msgspec.DecodeError):
            return None

    async def put(self, nik: str, cached: CachedAnswer, ttl: float) -> None:
        """Keep an answer for `ttl` seconds."""
        name = self._name(nik)
        await self._store.put(
            name, self._keyring.seal(self._encoder.encode(cached), name.encode()), ttl
        )

    async def purge(self, nik: str) -> None:
        """Forget one person."""
        await self._store.drop(self._name(nik))

    def _name(self, nik: str) -> str:
        return hmac.digest(self._key, nik.encode(), "sha256")[:16].hex()
