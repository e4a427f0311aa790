"""Identifiers: time-ordered UUIDs (version 7, RFC 9562), made of a clock and random bytes."""

import os
import time
from typing import Final

_VARIANT: Final = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}


def new_id() -> str:
    """A UUIDv7 as text: unique, and ordered by the millisecond in which it was made."""
    stamp = f"{time.time_ns() // 1_000_000:012x}"
    dice = os.urandom(10).hex()
    return f"{stamp[:8]}-{stamp[8:]}-7{dice[:3]}-{_VARIANT[dice[3]]}{dice[4:7]}-{dice[7:19]}"
