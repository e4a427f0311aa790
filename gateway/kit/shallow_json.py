"""Reads JSON from strangers, and refuses what is nested deep before a parser descends into it."""

from typing import Final, TypeVar

import msgspec

# Far more than any honest token or proof has, and far less than exhausts the stack of a parser.
_MOST_BRACKETS: Final = 400

_Read = TypeVar("_Read")


def read_shallow(raw: bytes, kind: type[_Read]) -> _Read:
    """The value. Raises ValueError for whatever is not JSON of this kind in UTF-8."""
    # Brackets inside of texts count too: what has so many of them is not for us either.
    if raw.count(b"[") + raw.count(b"{") > _MOST_BRACKETS:
        raise ValueError("nested too deep")
    return msgspec.json.decode(raw, type=kind)
