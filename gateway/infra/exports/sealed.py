"""A file that lies encrypted on the disk, in chunks, so that no length of it is held in memory.

Each chunk is sealed as any value is (AES-256-GCM under a named key) and preceded by its length. Its
place in the file, and whether it is the last one, are bound in: chunks cannot be moved, left out or
cut off, nor taken from another file.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from struct import Struct
from typing import BinaryIO, Final

from gateway.domain.ports import SealBroken, Sealer

_LENGTH: Final = Struct(">I")
_CHUNK: Final = 1 << 18


class SealedFile:
    """Takes bytes as they come; what was taken is durable once it is closed."""

    def __init__(self, path: Path, sealer: Sealer, name: str) -> None:
        """`name` tells this file from all others, for good."""
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "wb", buffering=0)
        self._sealer = sealer
        self._name = name
        self._held = bytearray()
        self._chunks = 0
        self._taken = 0
        self.size = 0
        """Bytes on the disk."""

    @property
    def closed(self) -> bool:
        """Whether nothing more is taken."""
        return self._file.closed

    def write(self, data: bytes) -> int:
        """Take more; answers how much that was."""
        self._held += data
        while len(self._held) > _CHUNK:
            self._put(bytes(self._held[:_CHUNK]), is_last=False)
            del self._held[:_CHUNK]
        size = len(data)
        self._taken += size
        return size

    def tell(self) -> int:
        """Bytes that were taken."""
        return self._taken

    def flush(self) -> None:
        """Nothing to do: a chunk goes when it is full."""

    def close(self) -> None:
        """Write what is held, and wait for the disk."""
        if self.closed:
            return
        self._put(bytes(self._held), is_last=True)
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Leave it as it is: it will be removed."""
        self._file.close()

    def _put(self, chunk: bytes, *, is_last: bool) -> None:
        sealed = self._sealer.seal(chunk, _place(self._name, self._chunks, is_last=is_last))
        self._file.write(_LENGTH.pack(len(sealed)) + sealed)
        self._chunks += 1
        self.size += _LENGTH.size + len(sealed)


def sealed_chunks(path: Path, sealer: Sealer, name: str) -> Iterator[bytes]:
    """The content, some of it at a time. Raises SealBroken, OSError."""
    with path.open("rb") as file:
        number, upcoming = 0, _next_sealed(file)
        while upcoming is not None:
            sealed, upcoming = upcoming, _next_sealed(file)
            yield sealer.open(sealed, _place(name, number, is_last=upcoming is None))
            number += 1
        if not number:
            raise SealBroken("an empty file is none of ours")


def _next_sealed(file: BinaryIO) -> bytes | None:
    head = file.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise SealBroken("cut off")
    (length,) = _LENGTH.unpack(head)
    if length > 2 * _CHUNK:
        raise SealBroken("no chunk is as long as that")
    return file.read(length)


def _place(name: str, number: int, *, is_last: bool) -> bytes:
    return f"{name}|{number}|{'last' if is_last else 'more'}".encode()
