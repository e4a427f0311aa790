"""Identifiers are UUIDs of version 7: unique, and ordered by the time at which they were made."""

import time
import uuid

from gateway.kit.ids import new_id


def test_ids_are_version_7() -> None:
    made = uuid.UUID(new_id())
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert str(made) == str(made).lower()


def test_ids_tell_the_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    millis = uuid.UUID(new_id()).int >> 80
    assert before <= millis <= time.time_ns() // 1_000_000


def test_ids_do_not_repeat() -> None:
    assert len({new_id() for _ in range(10_000)}) == 10_000


def test_ids_sort_by_time() -> None:
    first = new_id()
    time.sleep(0.003)
    assert first < new_id()
