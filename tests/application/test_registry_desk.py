"""The desk before a registry: what is refused without a call, and what all instances share."""

import asyncio
from collections import Counter
from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.application.registry_desk import Asker, DeskRules, RegistryDesk
from gateway.domain.errors import Unavailable
from gateway.domain.outcome import NotAsked, Outcome, UpstreamFailure
from gateway.domain.registry_quota import Prioritas, QuotaRule
from gateway.domain.registry_terms import JamAkses, Ketentuan
from gateway.domain.systems import Health, LookupAnswer, System
from gateway.infra.ledger import MemoryLedger, RedisLedger
from gateway.infra.redis import open_redis
from gateway.infra.redis_batch import RedisBatch
from gateway.kit.clock import ManualClock
from tests.fixtures.lookups import CountingRegistry, instances, soon
from tests.fixtures.oauth import START

FREE = QuotaRule(reserve=0, slow_below=0)


async def _nothing() -> None:
    return


class Registry:
    """An account with a quota of its own, which others may use too."""

    def __init__(self, quota: int | None = None, *, tells: bool = True) -> None:
        self.quota = quota
        self.tells = tells
        self.calls = 0
        self.refused = 0
        self.seconds = 0.0
        self.failure: UpstreamFailure | None = None

    async def call(self) -> LookupAnswer:
        self.calls += 1
        if self.seconds:
            await asyncio.sleep(self.seconds)
        if self.failure is not None:
            raise self.failure
        if self.quota == 0:
            self.refused += 1
            raise UpstreamFailure(Outcome.QUOTA)
        if self.quota is not None:
            self.quota -= 1
        told = self.quota if self.tells else None
        return LookupAnswer(outcome=Outcome.FOUND, kuota_sisa=told)


class Bench:
    """Desks of several instances before one registry."""

    def __init__(self, registry, terms: Ketentuan, clock, ledgers, **rules) -> None:
        self.registry = registry
        self.clock = clock
        self.told: Counter[str] = Counter()
        self.system = System(ketentuan=terms, health=Health, close=_nothing)
        rules = {"quota": FREE, "queue_per_client": 10_000, "queue_in_all": 10_000} | rules
        self.desks = [
            RegistryDesk(ledger, DeskRules(**rules), clock, self._count) for ledger in ledgers
        ]

    async def ask(self, desk: int = 0, *, client: str = "a", batch: bool = False, **more):
        prioritas = Prioritas.BATCH if batch else Prioritas.INTERACTIVE
        asker = Asker(client_id=client, grant_id=f"G-{client}", prioritas=prioritas, **more)
        return await self.desks[desk].ask("daftar", self.system, asker, self.registry.call)

    async def code(self, *where, **more) -> str:
        try:
            await self.ask(*where, **more)
        except NotAsked as refusal:
            return refusal.code
        except UpstreamFailure as failure:
            return failure.outcome.value
        return "answered"

    async def refusal(self, *where, **more) -> NotAsked:
        with pytest.raises(NotAsked) as caught:
            await self.ask(*where, **more)
        return caught.value

    async def left(self, desk: int = 0) -> int | None:
        standing = await self.desks[desk].account("daftar", self.system.ketentuan).standing()
        return standing.balance.left(self.system.ketentuan)

    def _count(self, system: str, code: str) -> None:
        self.told[code] += 1


def bench_of(registry, *, size: int = 1, clock=None, rules=None, **terms) -> Bench:
    clock = clock or ManualClock(START)
    ledger = MemoryLedger(clock)
    return Bench(registry, Ketentuan(**terms), clock, [ledger] * size, **(rules or {}))


class TestQuota:
    """One truth about what is left."""

    async def test_our_own_count_alone_ends_the_day(self):
        bench = bench_of(Registry(tells=False), kuota_harian=3)
        assert [await bench.code() for _ in range(4)] == ["answered"] * 3 + ["registry_quota_spent"]
        assert bench.registry.calls == 3
        assert bench.told == {"registry_quota_spent": 1}

    async def test_the_registrys_word_alone_ends_it(self):
        bench = bench_of(Registry(3))
        assert [await bench.code() for _ in range(4)] == ["answered"] * 3 + ["registry_quota_spent"]
        assert (bench.registry.calls, bench.registry.refused) == (3, 0)

    async def test_the_smaller_of_both_holds(self):
        bench = bench_of(Registry(50), kuota_harian=100)
        await bench.ask()
        assert await bench.left() == 49
        bench = bench_of(Registry(500), kuota_harian=100)
        await bench.ask()
        assert await bench.left() == 99

    async def test_what_others_use_of_the_account_counts_with_the_next_answer(self):
        bench = bench_of(Registry(100), kuota_harian=100)
        await bench.ask()
        bench.registry.quota -= 60
        await bench.ask()
        assert await bench.left() == 38

    async def test_what_is_added_to_it_counts_too(self):
        bench = bench_of(Registry(10))
        await bench.ask()
        bench.registry.quota += 100
        await bench.ask()
        assert await bench.left() == 108

    async def test_it_is_whole_again_at_the_registrys_hour_and_not_before(self):
        bench = bench_of(Registry(tells=False), kuota_harian=1, kuota_mulai=time(7))
        await bench.ask()
        refusal = await bench.refusal()
        # 10:00 in Jakarta: 21 hours to seven.
        assert refusal.retry_after == 21 * 3600
        bench.clock.advance(timedelta(seconds=refusal.retry_after - 1))
        assert await bench.code() == "registry_quota_spent"
        bench.clock.advance(timedelta(seconds=1))
        assert await bench.code() == "answered"

    async def test_a_spent_quota_is_asked_about_once_in_a_quarter_of_an_hour(self):
        bench = bench_of(Registry(0), size=2)
        assert await bench.code() == "quota_spent"
        assert {await bench.code(desk) for desk in (0, 1)} == {"registry_quota_spent"}
        bench.clock.advance(timedelta(minutes=15))
        assert [await bench.code(desk) for desk in (0, 1, 0)] == [
            "quota_spent",
            "registry_quota_spent",
            "registry_quota_spent",
        ]
        bench.registry.quota = 100
        bench.clock.advance(timedelta(minutes=15))
        assert [await bench.code(desk) for desk in (1, 0)] == ["answered", "answered"]
        assert (bench.registry.calls, await bench.left()) == (4, 98)

    async def test_what_was_never_sent_is_given_back_and_what_was_is_not(self):
        bench = bench_of(Registry(), kuota_harian=10)
        for sent, left in ((False, 10), (True, 9)):
            bench.registry.failure = UpstreamFailure(Outcome.TRANSPORT, sent=sent)
            assert await bench.code() == "unavailable"
            assert await bench.left() == left

    async def test_a_call_that_is_broken_off_stays_counted(self):
        bench = bench_of(Registry(), kuota_harian=10)
        bench.registry.seconds = 60
        asking = asyncio.create_task(bench.ask())
        await asyncio.sleep(0.01)
        assert bench.registry.calls == 1
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        assert await bench.left() == 9

    async def test_an_answer_is_not_lost_where_it_cannot_be_noted(self, caplog):
        bench = bench_of(Registry(100))
        ledger = bench.desks[0]._ledger

        async def away(*_told: object) -> None:
            raise Unavailable("x")

        ledger.put = away
        assert await bench.code() == "answered"
        assert "could not be noted" in caplog.text

    async def test_a_system_without_terms_is_simply_asked(self):
        bench = bench_of(Registry())
        bench.system = System(health=Health, close=_nothing)
        assert await bench.code() == "answered"


class TestPriorities:
    """Batches and grants."""

    RULES = {"quota": QuotaRule(reserve=20, slow_below=50, share=25)}

    async def test_a_job_is_slowed_then_refused_and_interactive_callers_go_on(self):
        bench = bench_of(Registry(tells=False), kuota_harian=100, rules=self.RULES)
        codes = Counter([await bench.code(batch=True) for _ in range(100)])
        # At 10:00 in Jakarta the line stands at 20 + 30 * 14/24.
        assert codes == {"answered": 62, "registry_slowed": 38}
        refusal = await bench.refusal(batch=True)
        bench.clock.advance(timedelta(seconds=refusal.retry_after + 0.001))
        assert [await bench.code(batch=True) for _ in range(2)] == ["answered", "registry_slowed"]
        for client in "abcdefgh":
            for _ in range(4):
                assert await bench.code(client=client) == "answered"
        assert await bench.left() == 5
        assert (await bench.refusal(batch=True)).retry_after > 3600

    async def test_one_grant_cannot_take_all_of_the_reserve(self):
        bench = bench_of(Registry(tells=False), kuota_harian=100, rules=self.RULES)
        codes = Counter([await bench.code(client="a") for _ in range(100)])
        assert codes == {"answered": 85, "registry_share_spent": 15}
        refusal = await bench.refusal(client="a")
        assert (refusal.own, refusal.retry_after) == (True, 14 * 3600)
        codes = Counter([await bench.code(client="b") for _ in range(100)])
        assert codes["answered"] == 5
        assert await bench.left() == 10


class TestHours:
    """Outside the access hours nobody calls."""

    HOURS = JamAkses(buka=time(8), tutup=time(16))

    async def test_not_before_they_begin(self):
        bench = bench_of(Registry(), jam=self.HOURS)
        assert await bench.code() == "answered"
        bench.clock.advance(timedelta(hours=6))
        refusal = await bench.refusal()
        assert (refusal.code, refusal.outcome) == ("registry_outside_hours", Outcome.OUT_OF_HOURS)
        assert refusal.retry_after == 16 * 3600
        bench.clock.advance(timedelta(seconds=refusal.retry_after))
        assert await bench.code() == "answered"
        assert bench.registry.calls == 2

    async def test_nor_for_who_waited_until_they_ended(self):
        bench = bench_of(Registry(), jam=self.HOURS, serentak=1)
        bench.registry.seconds = 0.02
        first = asyncio.create_task(bench.code())
        second = asyncio.create_task(bench.code())
        await asyncio.sleep(0.01)
        bench.clock.advance(timedelta(hours=6))
        assert (await first, await second) == ("answered", "registry_outside_hours")


class TestCredentials:
    """One refusal of the credentials stops every instance, and one call tries again."""

    async def refuse(self, bench: Bench, desk: int = 0) -> None:
        bench.registry.failure = UpstreamFailure(Outcome.CONFIG)
        assert await bench.code(desk) == "credentials_refused"

    async def test_no_instance_calls_until_the_pause_is_over(self):
        bench = bench_of(Registry(), size=3)
        await self.refuse(bench)
        for desk in (0, 1, 2):
            refusal = await bench.refusal(desk)
            assert (refusal.code, refusal.outcome) == (
                "upstream_credentials_refused",
                Outcome.CONFIG,
            )
            assert refusal.retry_after == 3600
        bench.clock.advance(timedelta(seconds=3599))
        assert await bench.code(1) == "upstream_credentials_refused"
        assert bench.registry.calls == 1

    async def test_then_one_of_them_tries_and_another_pause_begins(self):
        bench = bench_of(Registry(), size=3)
        await self.refuse(bench)
        bench.clock.advance(timedelta(hours=1))
        codes = Counter(await asyncio.gather(*(bench.code(number % 3) for number in range(30))))
        assert codes == {"credentials_refused": 1, "upstream_credentials_refused": 29}
        assert (await bench.refusal(1)).retry_after == 3600

    async def test_a_sound_answer_lets_everybody_in_again(self):
        bench = bench_of(Registry(), size=2)
        await self.refuse(bench)
        bench.registry.failure = None
        bench.clock.advance(timedelta(hours=1))
        assert [await bench.code(desk) for desk in (0, 1, 0)] == ["answered"] * 3

    async def test_a_trial_that_brings_no_verdict_is_repeated_a_minute_later(self):
        bench = bench_of(Registry(), size=2)
        await self.refuse(bench)
        bench.clock.advance(timedelta(hours=1))
        bench.registry.failure = UpstreamFailure(Outcome.TRANSPORT)
        assert await bench.code(0) == "unavailable"
        assert (await bench.refusal(1)).retry_after == 60
        bench.registry.failure = None
        bench.clock.advance(timedelta(minutes=1))
        assert [await bench.code(desk) for desk in (1, 0)] == ["answered", "answered"]

    async def test_an_operator_opens_it_at_once(self):
        bench = bench_of(Registry(), size=2)
        await self.refuse(bench)
        bench.registry.failure = None
        await bench.desks[1].account("daftar", bench.system.ketentuan).reopen()
        assert [await bench.code(desk) for desk in (0, 1)] == ["answered", "answered"]

    async def test_what_never_reached_the_registry_says_nothing_about_credentials(self):
        bench = bench_of(Registry())
        bench.registry.failure = UpstreamFailure(Outcome.CONFIG, sent=False)
        assert [await bench.code() for _ in range(2)] == ["credentials_refused"] * 2


class TestTurns:
    """Bounded calls, a fair queue, and no waiting in vain."""

    async def test_never_more_calls_than_the_account_allows(self):
        bench = bench_of(Registry(), serentak=1, rules={"patience": 0.01})
        bench.registry.seconds = 0.1
        codes = Counter(await asyncio.gather(*(bench.code() for _ in range(5))))
        assert codes == {"answered": 1, "busy": 4}

    async def test_a_callers_deadline_bounds_the_waiting(self):
        bench = bench_of(Registry(), serentak=1)
        bench.registry.seconds = 0.2
        first = asyncio.create_task(bench.code())
        await asyncio.sleep(0.01)
        begun = asyncio.get_running_loop().time()
        assert await bench.code(deadline=begun + 0.02) == "busy"
        assert await bench.code(deadline=begun - 1) == "busy"
        assert asyncio.get_running_loop().time() - begun < 0.15
        assert await first == "answered"

    async def test_a_job_with_a_thousand_lookups_holds_up_nobody(self):
        bench = bench_of(Registry(), serentak=2, rules={"patience": 30.0})
        bench.registry.seconds = 0.002
        job = [asyncio.create_task(bench.code(batch=True)) for _ in range(300)]
        greedy = [asyncio.create_task(bench.code(client="g")) for _ in range(300)]
        await asyncio.sleep(0.01)
        before = bench.registry.calls
        assert await bench.code(client="b") == "answered"
        assert bench.registry.calls - before <= 4
        await asyncio.gather(*greedy)
        assert sum(task.done() for task in job) <= 8
        await asyncio.gather(*job)


@settings(max_examples=25, deadline=None)
@given(
    quota=st.integers(0, 40),
    daily=st.integers(0, 40),
    asked=st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from("abc"), st.booleans()), max_size=60
    ),
    others=st.integers(0, 10),
)
async def test_the_account_is_never_overdrawn_whoever_asks_at_once(quota, daily, asked, others):
    registry = Registry(quota)
    rules = {"quota": QuotaRule(reserve=20, slow_below=50, share=50), "patience": 60.0}
    bench = bench_of(registry, size=3, kuota_harian=daily, serentak=2, rules=rules)
    registry.seconds = 0.0005
    half = len(asked) // 2
    for part in (asked[:half], asked[half:]):
        await asyncio.gather(
            *(bench.code(desk, client=client, batch=batch) for desk, client, batch in part)
        )
        registry.quota = max(0, registry.quota - others)
    assert not daily or registry.calls <= daily
    # Each instance may have its two calls on the way when the last one is used.
    assert registry.refused <= 2 * 3 * 2


async def test_two_instances_over_one_redis_use_the_quota_once(redis_url):
    clients = [open_redis(redis_url) for _ in range(2)]
    ledgers = [RedisLedger(RedisBatch(client)) for client in clients]
    terms = Ketentuan(kuota_harian=50, serentak=8)
    registry = Registry(tells=False)
    bench = Bench(registry, terms, ManualClock(START), ledgers, patience=30.0)
    codes = Counter(await asyncio.gather(*(bench.code(number % 2) for number in range(200))))
    assert codes == {"answered": 50, "registry_quota_spent": 150}
    assert {await bench.left(desk) for desk in (0, 1)} == {0}
    bench.clock.advance(timedelta(hours=14))
    registry.failure = UpstreamFailure(Outcome.CONFIG)
    assert await bench.code(0) == "credentials_refused"
    assert await bench.code(1) == "upstream_credentials_refused"
    for client in clients:
        await client.aclose()


class RefusedFirst(CountingRegistry):
    """The first question is not asked after all; all others are."""

    async def lookup(self, nik: str, *, caller_ip: str | None = None) -> LookupAnswer:
        answer = await super().lookup(nik, caller_ip=caller_ip)
        if self.calls == 1:
            raise NotAsked(Outcome.BUSY, "busy", retry_after=1)
        return answer


async def test_what_one_caller_was_refused_another_who_joined_him_asks_for_himself():
    registry, clock = RefusedFirst(), ManualClock(START)
    async with instances(registry, None, clock, size=1) as [gateway]:
        gate = registry.hold()
        asking = [asyncio.create_task(gateway.name()) for _ in range(4)]
        await registry.begun.wait()
        gate.set()
        told = await asyncio.gather(*asking, return_exceptions=True)
    assert sorted(getattr(each, "code", each) for each in told) == [*["CONTOH KE 2"] * 3, "busy"]
    assert registry.calls == 2


async def test_what_is_fetched_ahead_of_need_is_a_batch():
    registry, clock = CountingRegistry(), ManualClock(START)
    async with instances(registry, None, clock, size=1) as [gateway]:
        await gateway.name()
        seen: list[Prioritas] = []
        ask = gateway.ask._desk.ask

        async def noted(name, system, asker, call) -> LookupAnswer:
            seen.append(asker.prioritas)
            return await ask(name, system, asker, call)

        gateway.ask._desk.ask = noted
        clock.advance(timedelta(seconds=3601))
        await gateway.name(oldest=100_000)
        await soon(lambda: registry.calls == 2)
    assert seen == [Prioritas.BATCH]
