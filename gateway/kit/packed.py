"""Holds many texts in little memory: packed in blocks, unpacked one block at a time."""

import zlib
from collections.abc import Iterator
from typing import Final, Generic, TypeVar

import msgspec

T = TypeVar("T")
_FAST: Final = 1


class Packed(Generic[T]):
    """A list to which is only added, and that is read from the beginning."""

    def __init__(self, kind: type[T], block: int) -> None:
        """`block`: entries that are unpacked at a time."""
        self._decoder = msgspec.msgpack.Decoder(list[kind])  # type: ignore[valid-type]  # a type at run time
        self._block = block
        self._blocks: list[bytes] = []
        self._open: list[T] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, entry: T) -> None:
        """Append an entry."""
        self._open.append(entry)
        self._count += 1
        if len(self._open) == self._block:
            self._blocks.append(zlib.compress(msgspec.msgpack.encode(self._open), _FAST))
            self._open = []

    def blocks(self) -> Iterator[list[T]]:
        """All entries, block by block."""
        for packed in self._blocks:
            yield self._decoder.decode(zlib.decompress(packed))
        if self._open:
            yield self._open
