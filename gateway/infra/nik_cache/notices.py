"""What the processes tell each other about kept answers, and who waits to hear it."""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Final, NamedTuple

CHANNEL: Final = "ppks:nik:notices"
_ORIGIN_BYTES: Final = 4


class Kind(Enum):
    """The first byte of a notice."""

    FORGET = b"F"
    """Nothing from before this notice may be used any more."""
    NEW = b"N"
    """A newer answer is kept."""
    FREE = b"E"
    """A claim ended without an answer."""


class Notice(NamedTuple):
    """One notice: of what, from which process, about which name."""

    kind: Kind
    origin: str
    name: str

    def encode(self) -> bytes:
        """The bytes that go over the channel."""
        return self.kind.value + self.origin.encode() + self.name.encode()


def new_origin() -> str:
    """A name for a process."""
    return secrets.token_hex(_ORIGIN_BYTES)


def decode_notice(data: bytes) -> Notice | None:
    """The notice, or None for what this version does not know."""
    try:
        kind = Kind(data[:1])
    except ValueError:
        return None
    end = 1 + 2 * _ORIGIN_BYTES
    return Notice(
        kind, data[1:end].decode("ascii", "replace"), data[end:].decode("ascii", "replace")
    )


class Bells:
    """Wakes those who wait for news about a name."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}

    @contextmanager
    def bell(self, name: str) -> Iterator[asyncio.Event]:
        """An event that is set at each notice about the name while the block lasts."""
        event = asyncio.Event()
        others = self._waiting.setdefault(name, set())
        others.add(event)
        try:
            yield event
        finally:
            others.discard(event)
            if not others and self._waiting.get(name) is others:
                del self._waiting[name]

    def ring(self, name: str) -> None:
        """Wake whoever waits."""
        for event in self._waiting.get(name, ()):
            event.set()
