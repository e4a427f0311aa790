"""Signed notes (C2SP signed-note): the log's Ed25519 keys, their names as text, and signatures."""

import base64
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
"""Ed25519 over a checkpoint and a time, by a witness."""
_ID_BYTES: Final = 4


class Signature(NamedTuple):
    """One signature of a note."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """As it stands under the note."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


class VerifyingKey(NamedTuple):
    """Whose signatures are believed."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first bytes of its hash, by which signatures name it."""
        told = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return sha256(told).digest()[:_ID_BYTES]

    def vkey(self) -> str:
        """As text."""
        encoded = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether the key made this signature of a message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def read_vkey(text: str) -> VerifyingKey:
    """The key of its text. Raises ValueError where it is none, or its id is another's."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    told = base64.b64decode(encoded, validate=True)
    key = VerifyingKey(name, told[0] if told else 0, told[1:])
    if not name or key.kind not in {ED25519, COSIGNATURE} or key.key_id.hex() != key_id:
        raise ValueError("not the vkey of an Ed25519 key")
    return key


class SigningKey:
    """A key of the log."""

    def __init__(self, name: str, private: bytes) -> None:
        """`private`: its 32 bytes."""
        self._key = Ed25519PrivateKey.from_private_bytes(private)
        self.public = VerifyingKey(name, ED25519, self._key.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """Sign a note's text."""
        signature = self._key.sign(text.encode())
        return Signature(self.public.name, self.public.key_id, signature)


def new_private() -> bytes:
    """The 32 bytes of a fresh key."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def note(text: str, signatures: Sequence[Signature]) -> str:
    """The whole note."""
    return f"{text}\n{''.join(each.line() for each in signatures)}"


def read_note(whole: str) -> tuple[str, list[Signature]]:
    """Text and signatures, none of them checked. Raises ValueError for what is no signed note."""
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise ValueError("not a signed note")
    return text + "\n", [read_signature(line) for line in lines.removesuffix("\n").split("\n")]


def signers(whole: str, keys: Sequence[VerifyingKey]) -> set[str]:
    """The vkeys that signed a note, among those that are asked for. Raises ValueError."""
    text, signatures = read_note(whole)
    known: Mapping[tuple[str, bytes], VerifyingKey] = {(key.name, key.key_id): key for key in keys}
    found = set()
    for each in signatures:
        key = known.get((each.name, each.key_id))
        if key is None:
            continue
        if not key.signed(text.encode(), each.signature):
            raise ValueError("a signature is wrong")
        found.add(key.vkey())
    return found


def read_signature(line: str) -> Signature:
    """The signature of a line. Raises ValueError."""
    dash, name, encoded = line.split(" ")
    told = base64.b64decode(encoded, validate=True)
    if dash != "—" or not name or len(told) <= _ID_BYTES:
        raise ValueError("not a signature line")
    return Signature(name, told[:_ID_BYTES], told[_ID_BYTES:])
