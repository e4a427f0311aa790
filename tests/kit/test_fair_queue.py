"""Turns before few places: fair among clients, in order within one, bounded, and never lost."""

import asyncio
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.kit.fair_queue import FairQueue, NoTurnError, QueueBounds

PATIENT = 60.0


class Clients:
    """Clients before one queue; each holds its place until it is told to leave."""

    def __init__(self, places: int = 1, per_client: int = 10_000, in_all: int = 10_000) -> None:
        bounds = QueueBounds(places=places, per_client=per_client, in_all=in_all)
        self.now = 0.0
        self.queue = FairQueue(bounds, monotonic=lambda: self.now)
        self.served: list[tuple[str, int]] = []
        self.refused: list[tuple[str, int]] = []
        self.retry_after: list[float] = []
        self.inside: list[asyncio.Event] = []
        self.most_inside = 0
        self.tasks: list[asyncio.Task[None]] = []

    async def arrive(
        self, client: str, *, urgent: bool = True, patience: float = PATIENT
    ) -> asyncio.Task[None]:
        task = asyncio.create_task(self._stay(client, len(self.tasks), urgent, patience))
        self.tasks.append(task)
        await asyncio.sleep(0)
        return task

    async def leave(self, seconds: float = 1.0) -> None:
        """The one who has been inside longest goes after so many seconds."""
        self.now += seconds
        self.inside.pop(0).set()
        for _ in range(4):
            await asyncio.sleep(0)

    async def empty(self) -> None:
        while self.inside:
            await self.leave()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _stay(self, client: str, number: int, urgent: bool, patience: float) -> None:
        try:
            async with self.queue.turn(client, urgent=urgent, patience=patience):
                self.served.append((client, number))
                done = asyncio.Event()
                self.inside.append(done)
                self.most_inside = max(self.most_inside, len(self.inside))
                try:
                    await done.wait()
                finally:
                    # Who is cancelled goes without having been told to.
                    if done in self.inside:
                        self.inside.remove(done)
        except NoTurnError as none:
            self.refused.append((client, number))
            self.retry_after.append(none.retry_after)

    @property
    def order(self) -> str:
        return "".join(client for client, _ in self.served)


async def arrivals(clients: Clients, names: str, **more) -> None:
    for client in names:
        await clients.arrive(client, **more)


async def test_a_thousand_waiting_of_one_client_delay_another_by_one_turn():
    clients = Clients(places=1)
    await arrivals(clients, "a" * 1000)
    await clients.arrive("b")
    await clients.leave()
    await clients.leave()
    assert clients.order == "aab"
    await clients.empty()
    assert len(clients.served) == 1001


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.one_of(st.sampled_from("abcde"), st.none()), max_size=60),
    places=st.integers(1, 4),
)
async def test_nobody_starves_and_nobody_overtakes_within_a_client(steps, places):
    clients = Clients(places=places)
    for step in steps:
        if step is None:
            if clients.inside:
                await clients.leave()
        else:
            before = Counter(client for client, _ in clients.served)
            task = await clients.arrive(step)
            task.served_before = before  # type: ignore[attr-defined] # a note on it
    await clients.empty()
    assert clients.most_inside <= places
    assert sorted(number for _, number in clients.served) == list(range(len(clients.tasks)))
    for client in "abcde":
        numbers = [number for name, number in clients.served if name == client]
        assert numbers == sorted(numbers)
    for place, (client, number) in enumerate(clients.served):
        before = clients.tasks[number].served_before
        since = Counter(name for name, _ in clients.served[:place]) - before
        # For each turn of its own that came first, and its own, one turn of each other client.
        assert all(turns <= since[client] + 1 for turns in since.values())


async def test_urgent_turns_come_first_and_the_others_in_turn():
    clients = Clients()
    await clients.arrive("x")
    await arrivals(clients, "jj", urgent=False)
    await arrivals(clients, "k", urgent=False)
    await arrivals(clients, "ab")
    await clients.empty()
    assert clients.order == "xabjkj"


async def test_who_waits_too_long_is_refused_and_leaves_no_trace():
    clients = Clients()
    await clients.arrive("a")
    late = await clients.arrive("b", patience=0.01)
    await asyncio.wait_for(late, 1)
    assert clients.refused == [("b", 1)]
    assert clients.queue.waiting == 0
    await clients.arrive("c")
    await clients.empty()
    assert clients.order == "ac"


async def test_who_would_wait_too_long_is_refused_at_once_with_the_time_it_would_take():
    clients = Clients(places=2)
    await arrivals(clients, "ab")
    await clients.leave(4)
    await clients.arrive("a")
    assert clients.queue.at_work == 2
    await arrivals(clients, "cd")
    # Each turn took 4 seconds: with two at once, the third in the queue begins in about 6.
    assert clients.queue.expected("e", urgent=True) == pytest.approx(6)
    await clients.arrive("e", patience=5.9)
    assert (clients.refused, clients.retry_after) == ([("e", 5)], [pytest.approx(6)])
    await clients.arrive("e", patience=6.1)
    await clients.empty()
    assert clients.order == "abacde"


async def test_a_client_has_only_so_many_waiting():
    clients = Clients(per_client=2)
    await arrivals(clients, "aaaa")
    assert clients.refused == [("a", 3)]
    await clients.arrive("b")
    await clients.empty()
    assert clients.order == "aaba"


async def test_a_full_queue_makes_room_for_who_waits_for_less():
    clients = Clients(in_all=3)
    await arrivals(clients, "aaaa")
    await clients.arrive("b")
    await asyncio.sleep(0)
    assert clients.refused == [("a", 3)]
    await arrivals(clients, "bb")
    assert clients.refused[1:] == [("b", 5), ("b", 6)]
    await clients.empty()
    assert clients.order == "aaba"


async def test_a_full_queue_makes_room_for_who_is_urgent():
    clients = Clients(in_all=2)
    await clients.arrive("x")
    await arrivals(clients, "jj", urgent=False)
    await clients.arrive("a")
    await clients.arrive("k", urgent=False)
    await clients.empty()
    assert (clients.order, clients.refused) == ("xaj", [("j", 2), ("k", 4)])


@pytest.mark.parametrize("moment", ["waiting", "served at that moment", "inside"])
async def test_a_cancelled_caller_gives_its_place_to_the_next(moment):
    clients = Clients()
    await clients.arrive("a")
    gone = await clients.arrive("b")
    await clients.arrive("c")
    if moment == "inside":
        await clients.leave()
    if moment == "served at that moment":
        clients.inside.pop(0).set()
        await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    await clients.empty()
    assert [client for client, _ in clients.served if client != "b"] == ["a", "c"]
    assert (clients.queue.waiting, clients.queue.at_work) == (0, 0)


async def test_who_makes_room_may_have_been_cancelled_in_the_same_moment():
    clients = Clients(in_all=1)
    await clients.arrive("a")
    gone = await clients.arrive("j", urgent=False)
    comes = asyncio.create_task(clients.arrive("b"))
    await asyncio.sleep(0)
    # Its own task is due before that of who is cancelled now.
    gone.cancel()
    await comes
    await clients.empty()
    assert (clients.order, clients.refused) == ("ab", [])


async def test_a_failure_inside_frees_the_place():
    queue = FairQueue(QueueBounds(places=1, per_client=1, in_all=1))
    with pytest.raises(RuntimeError):
        async with queue.turn("a", urgent=True, patience=1):
            raise RuntimeError
    assert queue.at_work == 0


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["in", "out", "cancel"]), st.sampled_from("abc"), st.booleans()),
        max_size=50,
    )
)
async def test_places_are_never_lost_nor_given_twice(steps):
    clients = Clients(places=2, per_client=4, in_all=6)
    for what, client, urgent in steps:
        if what == "in":
            await clients.arrive(client, urgent=urgent)
        elif what == "out" and clients.inside:
            await clients.leave()
        elif waiting := clients.tasks[len(clients.served) + len(clients.refused) :]:
            waiting[0].cancel()
    assert clients.most_inside <= 2
    for task in clients.tasks:
        task.cancel()
    await asyncio.gather(*clients.tasks, return_exceptions=True)
    assert (clients.queue.waiting, clients.queue.at_work) == (0, 0)


@pytest.mark.parametrize("what", ["served", "displaced"])
async def test_what_happens_at_the_moment_of_a_timeout_is_neither_lost_nor_doubled(what):
    clients = Clients(in_all=1)
    await clients.arrive("a")
    loop = asyncio.get_running_loop()
    begun = loop.time()
    late = await clients.arrive("j", urgent=False, patience=0.02)
    # The loop stands still, and then finds both due: what happens first, and the timeout after it.
    loop.call_at(begun + 0.005, time.sleep, 0.03)
    if what == "served":
        loop.call_at(begun + 0.01, clients.queue._leave)
    else:
        loop.call_at(begun + 0.01, lambda: clients.queue._room("b", urgent=True))
    await asyncio.wait([late], timeout=0.1)
    assert clients.served[1:] == ([("j", 1)] if what == "served" else [])
    assert clients.refused == ([] if what == "served" else [("j", 1)])
    # Where the place of the first was given away by the test, it comes back once more at the end.
    await clients.empty()
    assert (clients.queue.waiting, clients.queue.at_work) == (0, -1 if what == "served" else 0)
