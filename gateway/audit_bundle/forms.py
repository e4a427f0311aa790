"""How values stand in a bundle: JSON, base64, moments, and what a line may look like."""

import base64
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, TypeVar

import msgspec

T = TypeVar("T")

LARGEST: Final = 2**53 - 1
LONGEST: Final = 1 << 24
"""Bytes that a line may have at most."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)

Moment = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z\Z",
        max_length=27,
    ),
]
Count = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every kind of line has in common: it has its members and no others."""


def read_line(line: bytes, kind: type[T]) -> T:
    """What a line or a whole member says. Raises ValueError."""
    pairs = json.loads(
        line.decode(),
        object_pairs_hook=_each_once,
        parse_int=_small,
        parse_float=_small,
        parse_constant=_small,
    )
    return msgspec.convert(pairs, kind)


def from_base64(text: str, length: int | None = None) -> bytes:
    """The bytes of their one base64. Raises ValueError."""
    told = base64.b64decode(text, validate=True)
    if to_base64(told) != text or length not in {None, len(told)}:
        raise ValueError("not the base64 of so many bytes")
    return told


def to_base64(told: bytes) -> str:
    """As bundles have it."""
    return base64.b64encode(told).decode()


def hashes(texts: Iterable[str]) -> list[bytes]:
    """Hashes as a proof tells them. Raises ValueError."""
    return [from_base64(text, 32) for text in texts]


def ticks(moment: str) -> int:
    """Microseconds since 1970. Raises ValueError for a moment that no calendar has."""
    return (datetime.fromisoformat(moment) - _EPOCH) // _TICK


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        raise ValueError("a name stands twice in an object")
    return told


def _small(number: str) -> int:
    if not number.lstrip("-").isdecimal() or abs(int(number)) > LARGEST:
        raise ValueError("a number is not whole, or too large")
    return int(number)
