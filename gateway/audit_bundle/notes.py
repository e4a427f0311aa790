"""Keys, signed notes and checkpoints, as an outsider reads them."""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gateway.audit_bundle.forms import LARGEST, from_base64, ticks, to_base64

LOG: Final = 0x01
WITNESS: Final = 0x04
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_CHECKPOINT: Final = re.compile(
    r"(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,15})\n(?P<root>[^\n]+)\n"
    r"time (?P<time>[0-9]{4}(?:-[0-9]{2}){2}T(?:[0-9]{2}:){2}[0-9]{2}\.[0-9]{6}Z)\n"
    r"(?P<more>(?:[^\n]+\n)*)"
)
_SIGNATURE: Final = re.compile(r"\u2014 (?P<name>[^ \n]+) (?P<told>[^ \n]+)")


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A vkey: whose signatures count."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """By which a signature line names it."""
        told = b"%s\n%c%s" % (self.name.encode(), self.kind, self.public)
        return sha256(told).digest()[:4]

    def vkey(self) -> str:
        """As text."""
        encoded = to_base64(bytes([self.kind]) + self.public)
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    def verifies(self, signature: bytes, text: bytes) -> bool:
        """Whether the key signed a checkpoint's text, as a log or as a witness does."""
        if self.kind == WITNESS:
            seconds = int.from_bytes(signature[:8])
            signature, text = signature[8:], f"cosignature/v1\ntime {seconds}\n".encode() + text
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A state of the log, and who signed it."""

    note: str
    text: bytes
    """What is signed."""
    origin: str
    size: int
    root: bytes
    time: str
    rotation: tuple[Key, Key] | None
    """The key until here, and the one from here on."""
    lines: tuple[tuple[str, bytes, bytes], ...]
    """Name, key id and signature of each line."""

    @property
    def label(self) -> str:
        """What findings call it."""
        return f"checkpoint {self.size} {self.time}"

    def signed_by(self, key: Key) -> bool | None:
        """Whether a key signed it; None where it has no line of that key's."""
        verdicts = [
            key.verifies(signature, self.text)
            for name, key_id, signature in self.lines
            if name == key.name and key_id == key.key_id
        ]
        return all(verdicts) if verdicts else None


def read_key(vkey: str) -> Key:
    """The key of a vkey. Raises ValueError."""
    name, _, rest = vkey.partition("+")
    key_id, _, encoded = rest.partition("+")
    told = from_base64(encoded, 33)
    key = Key(name=name, kind=told[0], public=told[1:])
    if not name or key.kind not in {LOG, WITNESS} or key.key_id.hex() != key_id:
        raise ValueError("not the vkey of an Ed25519 key")
    return key


def read_keys(text: str) -> list[Key]:
    """The keys of a key file. Raises ValueError."""
    lines = (line.strip() for line in text.splitlines())
    return [read_key(line) for line in lines if line and not line.startswith("#")]


def read_checkpoint(note: str) -> Checkpoint:
    """The checkpoint of a signed note; no signature is checked. Raises ValueError."""
    end = note.rfind("\n\n") + 1
    text, below = note[:end], note[end + 1 :]
    found = _CHECKPOINT.fullmatch(text)
    if found is None or _CONTROL.search(note) or int(found["size"]) > LARGEST:
        raise ValueError("not the signed note of a checkpoint")
    note.encode()
    ticks(found["time"])
    return Checkpoint(
        note=note,
        text=text.encode(),
        origin=found["origin"],
        size=int(found["size"]),
        root=from_base64(found["root"], 32),
        time=found["time"],
        rotation=_rotation(found["origin"], found["more"].split("\n")),
        lines=tuple(_signatures(below)),
    )


def _rotation(origin: str, lines: Iterable[str]) -> tuple[Key, Key] | None:
    changes = [line.split(" ") for line in lines if line == "rotate" or line.startswith("rotate ")]
    if not changes:
        return None
    if len(changes) > 1 or len(changes[0]) != 3:
        raise ValueError("not one rotation")
    old, new = map(read_key, changes[0][1:])
    if any(key.name != origin or key.kind != LOG for key in (old, new)):
        raise ValueError("a rotation between keys of another log")
    return old, new


def _signatures(below: str) -> Iterable[tuple[str, bytes, bytes]]:
    *lines, rest = below.split("\n")
    for line in lines or [""]:
        found = None if rest else _SIGNATURE.fullmatch(line)
        if found is None:
            raise ValueError("not a signature line")
        told = from_base64(found["told"])
        yield found["name"], told[:4], told[4:]
