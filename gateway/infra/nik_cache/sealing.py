"""How an answer is kept: under a keyed hash of the NIK, encrypted and bound to that name."""

import msgspec

from gateway.domain.nik_cache import KeptAnswer
from gateway.domain.ports import SealBroken
from gateway.infra.crypto import Keyring


class Sealing:
    """Names persons and seals their answers."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(KeptAnswer)
        self.name = keyring.cache_name

    def seal(self, name: str, kept: KeptAnswer) -> bytes:
        """The answer, encrypted."""
        return self._keyring.seal(self._encoder.encode(kept), name.encode())

    def open(self, name: str, sealed: bytes | None) -> KeptAnswer | None:
        """The answer; a value that does not open, or is of another shape, counts as missing."""
        if sealed is None:
            return None
        try:
            return self._decoder.decode(self._keyring.open(sealed, name.encode()))
        except (SealBroken, msgspec.DecodeError):
            return None
