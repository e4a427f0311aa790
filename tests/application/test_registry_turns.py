"""Many callers at one registry: turns, shared calls, and an account that is never overdrawn."""

import asyncio
from collections import Counter
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.application.civil_registry.registry_desk import NOBODY, Asker
from gateway.domain.errors import Unavailable
from gateway.domain.outcome import NotAsked, Outcome, UpstreamFailure
from gateway.domain.registry_quota import Prioritas, QuotaRule
from gateway.domain.registry_terms import Ketentuan
from gateway.domain.systems import LookupAnswer
from gateway.infra.limits.ledger import RedisLedger
from gateway.infra.redis.batch import RedisBatch
from gateway.infra.redis.client import open_redis
from gateway.kit.clock import ManualClock
from tests.fixtures.desks import Bench, Registry, bench_of
from tests.fixtures.lookups import NIK, CountingRegistry, instances, soon
from tests.fixtures.oauth import START


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


async def test_whoever_waits_is_not_refused_what_several_batches_are():
    registry, clock, gate = CountingRegistry(), ManualClock(START), asyncio.Event()
    async with instances(registry, None, clock, size=1) as [gateway]:
        asked = gateway.ask._desk.ask

        async def ask(name, system, asker, call) -> LookupAnswer:
            if asker.prioritas is Prioritas.INTERACTIVE:
                return await asked(name, system, asker, call)
            await gate.wait()
            raise NotAsked(Outcome.QUOTA, "registry_slowed", retry_after=9)

        gateway.ask._desk.ask = ask
        batch = Asker(client_id="a", grant_id="G-a", prioritas=Prioritas.BATCH)
        asking = [
            asyncio.create_task(gateway.ask(NIK, oldest=60, ip=None, asker=asker))
            for asker in (batch, batch, batch, batch, NOBODY, NOBODY)
        ]
        await asyncio.sleep(0)
        gate.set()
        told = await asyncio.gather(*asking, return_exceptions=True)
    assert [isinstance(each, Unavailable) for each in told[-2:]] == [False, False]
    assert registry.calls <= 2


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
