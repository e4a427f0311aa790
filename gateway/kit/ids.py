"""Identifiers: time-ordered UUIDs (version 7, RFC 9562), made of a clock and random bytes."""

import os
import time
from typing import Final

_VARIANT: Final = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
_DIGITS: Final = 20
_AT_ONCE: Final = 256
# To ask the system for random bytes gives the interpreter to whichever thread waits for it, and a
# request is handed two identifiers. So many are drawn at once; a forked process draws its own.
_drawn: Final[list[str]] = []
os.register_at_fork(after_in_child=_drawn.clear)


def new_id() -> str:
    """A UUIDv7 as text: unique, and ordered by the millisecond in which it was made."""
    stamp = f"{time.time_ns() // 1_000_000:012x}"
    dice = _dice()
    return f"{stamp[:8]}-{stamp[8:]}-7{dice[:3]}-{_VARIANT[dice[3]]}{dice[4:7]}-{dice[7:19]}"


def _dice() -> str:
    """Random digits that nobody else is given."""
    while True:
        try:
            return _drawn.pop()
        except IndexError:
            digits = os.urandom(_AT_ONCE * _DIGITS // 2).hex()
            _drawn.extend(digits[at : at + _DIGITS] for at in range(0, len(digits), _DIGITS))
