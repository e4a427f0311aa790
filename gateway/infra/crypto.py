"""Encryption at rest and keyed hashes, from one keyring with named keys.

A sealed value is `0x01 | length of key id | key id | 12-byte nonce | AES-256-GCM ciphertext`; its
context (table, column, row) is bound in as associated data, so that no value can be moved.
Index, reference, cache, cursor and pseudonym keys are derived from the index key by HKDF, one for
each use, and so never meet. Keyed hashes are BLAKE2b in its keyed mode (RFC 7693), a pseudorandom
function at a fifth of HMAC-SHA-256's cost on texts as short as a number, personalised by their use.
"""

import base64
import binascii
import os
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.domain.ports import SealBroken
from gateway.kit.secret import Secret

_FORMAT: Final = 1
_NONCE: Final = 12
_KEY_BYTES: Final = 32
_HASH_BYTES: Final = 16


class Keyring:
    """The data keys by id (the first one seals, all of them open) and the derived hash keys."""

    def __init__(self, data_keys: Mapping[str, bytes], index_key: bytes) -> None:
        if not data_keys:
            raise ValueError("at least one data key is needed")
        for name, key in (*data_keys.items(), ("index", index_key)):
            if len(key) != _KEY_BYTES:
                raise ValueError(f"key {name!r} must have {_KEY_BYTES} bytes")
        self.current = next(iter(data_keys))
        self._ciphers = {name: AESGCM(key) for name, key in data_keys.items()}
        self._header = bytes((_FORMAT, len(self.current))) + self.current.encode("ascii")
        self._index_key = index_key
        self._index = self._hash("blind index")
        self._reference = self._hash("reference key")
        self._subject = self._hash("audit subject")
        self._listed = self._hash("audit list")
        self._cache = self._hash("nik cache")
        self._told = self._hash("told before")
        self._salt = self._hash("audit salt")
        self._request = self._hash("audit request")

    def derive(self, use: str) -> bytes:
        """A 32-byte key for one named use."""
        info = b"ppks-gateway/" + use.encode()
        return HKDF(SHA256(), _KEY_BYTES, salt=None, info=info).derive(self._index_key)

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """Encrypt under the current key, bound to `context`."""
        nonce = os.urandom(_NONCE)
        return self._header + nonce + self._ciphers[self.current].encrypt(nonce, plain, context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Decrypt. Raises SealBroken."""
        try:
            if sealed[0] != _FORMAT:
                raise SealBroken("unknown format")
            start = 2 + sealed[1]
            cipher = self._ciphers[sealed[2:start].decode("ascii")]
            nonce = sealed[start : start + _NONCE]
            return cipher.decrypt(nonce, sealed[start + _NONCE :], context)
        except KeyError:
            raise SealBroken("sealed under a key that is not in the keyring") from None
        except (IndexError, ValueError, InvalidTag):
            raise SealBroken("value was changed or moved") from None

    def blind_index(self, kind: str, number: str) -> str:
        """A keyed hash (hex, 128 bits) by which a NIK (`nik`) or KK (`no_kk`) is found."""
        return self._index(f"{kind}|{number}".encode())

    def reference(self, nik: str) -> str:
        """The reference key (rujukan) of a person: a UUID that only the keyring can derive."""
        return _as_uuid(self._reference(nik.encode()))

    def renaming(self, kunci: str) -> Callable[[str], str]:
        """Renames texts to UUIDs under a key of this name's own: other names give other UUIDs."""
        rename = self._hash("renaming", f"renaming/{kunci}")
        return lambda text: _as_uuid(rename(text.encode()))

    def subject(self, nik: str) -> str:
        """The pseudonym under which the audit log speaks of a person."""
        return self._subject(nik.encode())

    def fingerprint(self, told: bytes) -> str:
        """A name of what a caller was told (hex, 128 bits)."""
        return self._told(told)

    def subject_of_reference(self, rujukan: str) -> str:
        """The pseudonym under which the audit log's lists speak of whose record it is."""
        return self._listed(rujukan.encode())

    def salt(self, entri_id: str) -> bytes:
        """16 bytes of an audit entry's own, which hide its subject in the log's leaf."""
        return bytes.fromhex(self._salt(entri_id.encode()))

    def request(self, request_id: str, told: bytes) -> str:
        """What the audit log keeps of a request: equal only for the same one under the same id."""
        return self._request(request_id.encode() + b"\n" + told)

    def cache_name(self, nik: str) -> str:
        """The name under which a person's registry answer is kept."""
        return self._cache(nik.encode())

    def _hash(self, use: str, key_name: str = "") -> Callable[[bytes], str]:
        """A keyed hash (hex, 128 bits) for one named use of at most 16 characters."""
        key = self.derive(key_name or use)
        begun = blake2b(key=key, digest_size=_HASH_BYTES, person=use.encode())

        def digest(data: bytes) -> str:
            # The key fills a block of its own; a copy of the begun hash saves compressing it again.
            state = begun.copy()
            state.update(data)
            return state.hexdigest()

        return digest


def _as_uuid(digest: str) -> str:
    """The form of a UUID version 8 (RFC 9562): 120 bits of a hash around version and variant."""
    return f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-b{digest[17:20]}-{digest[20:]}"


def read_keyring(data_keys: Secret, index_key: Secret) -> Keyring:
    """A keyring from settings: `id:base64,id:base64` and `base64`. Raises ValueError in words."""
    keys: dict[str, bytes] = {}
    for place, item in enumerate(data_keys.reveal().split(","), 1):
        name, colon, encoded = item.strip().partition(":")
        if not colon or not name.isascii() or not 0 < len(name) <= 32:
            raise ValueError("write data keys as id:base64, comma separated, the sealing one first")
        if name in keys:
            raise ValueError("two data keys have the same id; values name their key by it")
        keys[name] = _decode(encoded, f"data key number {place}")
    return Keyring(keys, _decode(index_key.reveal(), "the index key"))


def new_key() -> str:
    """A fresh 256-bit key as base64."""
    return base64.b64encode(os.urandom(_KEY_BYTES)).decode()


def _decode(text: str, which: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError(f"{which} must be base64 of 32 bytes") from None
