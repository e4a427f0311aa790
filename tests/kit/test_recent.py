"""What was read is kept for its time, never longer, and not over a change."""

import asyncio

from gateway.kit.recent import Recent


class Timer:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Rows:
    """A row that changes, and a count of how often it was read."""

    def __init__(self) -> None:
        self.value: str | None = "a"
        self.read = 0

    async def __call__(self) -> str | None:
        self.read += 1
        return self.value


async def a_few_turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_row_is_read_once_in_its_time():
    timer, rows = Timer(), Rows()
    recent = Recent(0.5, timer)
    for _ in range(3):
        assert await recent.get("k", rows) == "a"
    rows.value = "b"
    timer.now += 0.5
    assert await recent.get("k", rows) == "b"
    assert rows.read == 2


async def test_in_the_last_quarter_of_its_time_it_is_read_anew_beside():
    timer, rows = Timer(), Rows()
    recent = Recent(0.5, timer)
    await recent.get("k", rows)
    rows.value = "b"
    timer.now += 0.3
    assert await recent.get("k", rows) == "a"
    await a_few_turns()
    assert rows.read == 1
    timer.now += 0.1
    assert [await recent.get("k", rows) for _ in range(3)] == ["a"] * 3
    await a_few_turns()
    assert await recent.get("k", rows) == "b"
    timer.now += 0.2
    assert await recent.get("k", rows) == "b"
    assert rows.read == 2


async def test_many_who_ask_at_once_read_once():
    rows = Rows()
    recent = Recent(0.5, Timer())
    assert await asyncio.gather(*(recent.get("k", rows) for _ in range(20))) == ["a"] * 20
    assert rows.read == 1


async def test_who_asks_after_a_change_does_not_join_a_reading_from_before():
    recent, rows, gate = Recent(0.5, Timer()), Rows(), asyncio.Event()

    async def slow() -> str | None:
        value = await rows()
        await gate.wait()
        return value

    early = asyncio.create_task(recent.get("k", slow))
    await a_few_turns()
    rows.value = "b"
    recent.forget()
    late = asyncio.create_task(recent.get("k", slow))
    await a_few_turns()
    gate.set()
    assert [await early, await late] == ["a", "b"]


async def test_a_row_that_is_not_there_is_asked_for_again():
    recent, rows = Recent(0.5, Timer()), Rows()
    rows.value = None
    assert await recent.get("k", rows) is None
    rows.value = "a"
    assert await recent.get("k", rows) == "a"


async def test_each_key_has_its_own_row():
    recent, rows, others = Recent(0.5, Timer()), Rows(), Rows()
    others.value = "z"
    assert [await recent.get("k", rows), await recent.get("l", others)] == ["a", "z"]


async def test_nothing_is_kept_without_a_time_for_it():
    recent, rows = Recent(0.0, Timer()), Rows()
    for _ in range(2):
        await recent.get("k", rows)
    assert rows.read == 2


async def test_what_was_read_before_a_change_is_forgotten_also_while_it_is_read():
    recent, rows, gate = Recent(0.5, Timer()), Rows(), asyncio.Event()

    async def slow() -> str | None:
        value = await rows()
        await gate.wait()
        return value

    reading = asyncio.create_task(recent.get("k", slow))
    await a_few_turns()
    rows.value = "b"
    recent.forget()
    gate.set()
    assert await reading == "a"
    assert await recent.get("k", rows) == "b"


async def test_its_age_counts_from_when_the_reading_began():
    timer, rows = Timer(), Rows()
    recent = Recent(0.5, timer)

    async def slow() -> str | None:
        timer.now += 0.4
        return await rows()

    await recent.get("k", slow)
    timer.now += 0.2
    rows.value = "b"
    assert await recent.get("k", rows) == "b"


async def test_it_does_not_grow_without_end():
    recent, rows = Recent(60.0, Timer()), Rows()
    for number in range(5000):
        await recent.get(number, rows)
    assert len(recent._kept) <= 4096
