"""Groups of audit entries: natural size, exact failures, bounded waiting, nothing lost."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.infra.audit.groups import MOST_IN_A_GROUP, Overfull
from gateway.infra.audit.table import EntryRefused, TableAway
from tests.infra.audit_table import Bench, Table, entry


def names(count: int, prefix: str = "e") -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]


async def settled(tasks) -> list[str]:
    """How each waiter ended."""
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    return ["written" if end is None else type(end).__name__ for end in ends]


async def ticks(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_lone_entry_is_committed_at_once_and_what_comes_meanwhile_is_the_next_group():
    bench = Bench(Table())
    bench.table.may_go_on.clear()
    first = bench.start("satu")
    await ticks()
    later = bench.start(*names(10))
    await ticks()
    assert (bench.table.groups, bench.writer.waiting) == ([], 10)
    bench.table.may_go_on.set()
    assert set(await settled(first + later)) == {"written"}
    assert bench.table.groups == [1, 10]
    assert bench.watched.done == [1, 10]


async def test_entries_of_one_moment_share_a_group_and_keep_their_order():
    bench = Bench(Table())
    await settled(bench.start(*names(MOST_IN_A_GROUP + 3)))
    assert bench.table.groups == [MOST_IN_A_GROUP, 3]
    assert bench.table.rows == names(MOST_IN_A_GROUP + 3)


async def test_nothing_runs_while_there_is_nothing_to_write():
    before = asyncio.all_tasks()
    bench = Bench(Table())
    await settled(bench.start("satu"))
    assert asyncio.all_tasks() == before
    assert await settled(bench.start("dua")) == ["written"]


async def test_a_failed_group_fails_those_who_wait_for_it_and_no_other():
    bench = Bench(Table("away"))
    bench.table.may_go_on.clear()
    first = bench.start("satu", "dua")
    await ticks()
    second = bench.start("tiga")
    await ticks()
    bench.table.may_go_on.set()
    assert await settled(first) == ["TableAway", "TableAway"]
    assert await settled(second) == ["written"]
    assert bench.table.rows == ["tiga"]
    assert [(count, str(failure)) for count, failure in bench.watched.failures] == [(2, "away")]


async def test_after_a_failure_nobody_waits_until_the_pause_is_over():
    bench = Bench(Table("away", "away"))
    assert await settled(bench.start("satu")) == ["TableAway"]
    assert await settled(bench.start("dua")) == ["TableAway"]
    assert (bench.table.fate, bench.watched.turned) == (["away"], ["TableAway"])
    bench.now += 0.11
    assert await settled(bench.start("tiga")) == ["TableAway"]
    bench.now += 0.11
    assert await settled(bench.start("empat")) == ["TableAway"]
    assert bench.table.fate == []
    bench.now += 0.11
    assert await settled(bench.start("lima")) == ["written"]
    assert await settled(bench.start("enam")) == ["written"]


async def test_the_pause_has_an_end():
    bench = Bench(Table(*["away"] * 30))
    for _ in range(30):
        await settled(bench.start("satu"))
        bench.now += 5.01
    assert await settled(bench.start("dua")) == ["written"]


async def test_one_bad_entry_fails_alone():
    bench = Bench(Table(poisoned=frozenset({"e7", "e41"})))
    ends = await settled(bench.start(*names(64)))
    assert [number for number, end in enumerate(ends) if end != "written"] == [7, 41]
    assert {ends[7], ends[41]} == {"EntryRefused"}
    assert bench.table.rows == [name for name in names(64) if name not in {"e7", "e41"}]
    assert await settled(bench.start("next")) == ["written"]


async def test_an_unforeseen_error_leaves_nobody_waiting():
    bench = Bench(Table("broken"))
    assert await settled(bench.start("satu", "dua")) == ["TableAway", "TableAway"]
    [(_, failure)] = bench.watched.failures
    assert isinstance(failure.__cause__, ZeroDivisionError)
    bench.now += 1
    assert await settled(bench.start("tiga")) == ["written"]


async def test_whoever_stops_waiting_takes_no_entry_away():
    bench = Bench(Table())
    bench.table.may_go_on.clear()
    waiters = bench.start("satu", "dua")
    await ticks()
    waiters += bench.start("tiga", "empat")
    await ticks()
    waiters[0].cancel()
    waiters[2].cancel()
    await ticks()
    bench.table.may_go_on.set()
    ends = await settled(waiters)
    assert ends == ["CancelledError", "written", "CancelledError", "written"]
    assert bench.table.rows == ["satu", "dua", "tiga", "empat"]


async def test_a_full_queue_takes_no_more_and_then_again():
    bench = Bench(Table(), most_waiting=3)
    bench.table.may_go_on.clear()
    waiting = bench.start("satu")
    await ticks()
    waiting += bench.start(*names(3))
    await ticks()
    with pytest.raises(Overfull):
        await bench.writer.write(entry("lebih"))
    bench.table.may_go_on.set()
    assert set(await settled(waiting)) == {"written"}
    assert await settled(bench.start("lagi")) == ["written"]
    assert "lebih" not in bench.table.rows
    assert bench.watched.turned == ["Overfull"]


async def test_closing_writes_what_waits_and_takes_nothing_more():
    bench = Bench(Table())
    bench.table.may_go_on.clear()
    waiting = bench.start(*names(3))
    await ticks()
    waiting += bench.start(*names(3, "f"))
    await ticks()
    closing = asyncio.create_task(bench.writer.close())
    await ticks()
    with pytest.raises(TableAway):
        await bench.writer.write(entry("terlambat"))
    with pytest.raises(TableAway):
        await bench.writer.try_out()
    assert not bench.table.closed
    bench.table.may_go_on.set()
    await closing
    assert bench.table.closed
    assert set(await settled(waiting)) == {"written"}
    assert bench.table.rows == names(3) + names(3, "f")


async def test_trying_out_writes_nothing_and_ends_the_pause():
    bench = Bench(Table("away", "away"))
    await settled(bench.start("satu"))
    with pytest.raises(TableAway):
        await bench.writer.try_out()
    await bench.writer.try_out()
    assert await settled(bench.start("dua")) == ["written"]
    assert bench.table.rows == ["dua"]
    assert bench.watched.done == [1]


async def test_those_who_try_out_together_share_one_trial_that_outlives_them():
    bench = Bench(Table())
    bench.table.may_go_on.clear()
    trials = [asyncio.create_task(bench.writer.try_out()) for _ in range(3)]
    await ticks()
    trials[0].cancel()
    bench.table.may_go_on.set()
    assert await settled(trials) == ["CancelledError", "written", "written"]
    assert bench.table.groups == [0]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("record"), st.integers(1, 5)),
        st.tuples(st.just("poison"), st.just(1)),
        st.tuples(st.just("cancel"), st.integers(0, 40)),
        st.tuples(st.just("fate"), st.sampled_from(["away", "unsure", "broken", "well"])),
        st.tuples(st.just("wait"), st.integers(1, 8)),
        st.tuples(st.just("hold"), st.booleans()),
        st.tuples(st.just("later"), st.sampled_from([0.05, 1.0, 6.0])),
        st.tuples(st.just("try"), st.just(0)),
    ),
    max_size=40,
)


class Story:
    """Runs the steps and remembers which entry was whose."""

    def __init__(self) -> None:
        self.waiters: dict[str, asyncio.Task[None]] = {}
        self.poisoned: set[str] = set()
        self.foul = False

    async def live(self, steps) -> Bench:
        bench = Bench(Table(), most_waiting=12)
        for what, how in steps:
            await getattr(self, f"_{what}")(bench, how)
        bench.table.may_go_on.set()
        await asyncio.gather(*self.waiters.values(), return_exceptions=True)
        await bench.writer.close()
        return bench

    async def _record(self, bench: Bench, count: int) -> None:
        for _ in range(count):
            name = f"e{len(self.waiters)}"
            [self.waiters[name]] = bench.start(name)

    async def _poison(self, bench: Bench, _count: int) -> None:
        name = f"e{len(self.waiters)}"
        self.poisoned.add(name)
        bench.table.poisoned = frozenset(self.poisoned)
        [self.waiters[name]] = bench.start(name)

    async def _cancel(self, bench: Bench, which: int) -> None:
        if (task := self.waiters.get(f"e{which}")) is not None:
            task.cancel()

    async def _fate(self, bench: Bench, fate: str) -> None:
        self.foul = self.foul or fate != "well"
        bench.table.fate.append(fate)

    async def _wait(self, bench: Bench, count: int) -> None:
        await ticks(count)

    async def _hold(self, bench: Bench, hold: bool) -> None:
        (bench.table.may_go_on.clear if hold else bench.table.may_go_on.set)()

    async def _later(self, bench: Bench, seconds: float) -> None:
        bench.now += seconds

    async def _try(self, bench: Bench, _zero: int) -> None:
        trial = asyncio.create_task(bench.writer.try_out())
        trial.add_done_callback(lambda done: done.cancelled() or done.exception())


@given(STEPS)
def test_what_returned_normally_is_in_the_table_exactly_once_whatever_happens(steps):
    async def check() -> None:
        story = Story()
        bench = await story.live(steps)
        rows = bench.table.rows
        assert len(rows) == len(set(rows))
        for name, task in story.waiters.items():
            failure = None if task.cancelled() else task.exception()
            if not task.cancelled() and failure is None:
                assert name in rows
            if isinstance(failure, EntryRefused):
                assert name in story.poisoned
            if isinstance(failure, TableAway):
                assert story.foul
        assert story.poisoned.isdisjoint(rows)
        assert bench.writer.waiting == 0

    asyncio.run(check())
