"""Identifiers: time-ordered UUIDs (version 7, RFC 9562), made of a clock and random bytes."""

import os
import time
import uuid


def new_id() -> str:
    """A UUIDv7 as text: unique, and ordered by the millisecond in which it was made."""
    millis = time.time_ns() // 1_000_000
    tail = bytearray(os.urandom(10))
    tail[0] = 0x70 | (tail[0] & 0x0F)
    tail[2] = 0x80 | (tail[2] & 0x3F)
    return str(uuid.UUID(bytes=millis.to_bytes(6, "big") + bytes(tail)))
