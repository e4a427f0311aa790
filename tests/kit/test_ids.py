"""Identifiers are UUIDs of version 7: unique, and ordered by the time at which they were made."""

import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

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


def test_ids_of_several_threads_do_not_repeat() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: [new_id() for _ in range(2000)], range(8)))
    assert len({each for ids in made for each in ids}) == 16_000


def test_a_forked_process_makes_ids_of_its_own() -> None:
    new_id()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, new_id().encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        theirs = told.read()
    assert os.waitpid(child, 0)[1] == 0
    # All but the time and the version.
    assert uuid.UUID(theirs).bytes[8:] != uuid.UUID(new_id()).bytes[8:]
