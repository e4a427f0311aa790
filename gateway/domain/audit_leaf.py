"""The bytes of a log's leaf: an entry as canonical JSON, the person behind a commitment."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

import msgspec

VERSION: Final = 1
MOMENT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
"""How a moment in UTC is written."""
_MOST: Final = 2**53 - 1
_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


def leaf_bytes(members: Mapping[str, Any]) -> bytes:
    """The leaf of what is known of an entry; None is left out.

    Raises ValueError (UnicodeEncodeError) for a text that no UTF-8 can say.
    """
    told = {name: value for name, value in members.items() if value is not None}
    return _ENCODER.encode({**told, "v": VERSION})


def commitment(salt: bytes, subjek: str) -> str:
    """What a leaf says of a person (hex): with the salt a proof, without it nothing."""
    return sha256(salt + subjek.encode()).hexdigest()


def plain_details(value: Any) -> Any:
    """Details of an act as a leaf can hold them: numbers are whole and small, or texts."""
    told = msgspec.to_builtins(value, str_keys=True)
    if isinstance(told, dict):
        return {name: plain_details(item) for name, item in told.items()}
    if isinstance(told, list | tuple):
        return [plain_details(item) for item in told]
    is_number = isinstance(told, float | int) and not isinstance(told, bool)
    if is_number and not (isinstance(told, int) and abs(told) <= _MOST):
        return str(told)
    return told
