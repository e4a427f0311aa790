"""Asking the registry: which system, what a kept answer is good for, and what trouble is called."""

import asyncio
from datetime import timedelta

import pytest

from gateway.application.civil_registry.ask_registry import AskRegistry, one_system, unavailable
from gateway.domain.errors import Unavailable
from gateway.domain.freshness import LIFETIMES, Freshness, Keadaan, age
from gateway.domain.nik_cache import CacheEvent
from gateway.domain.outcome import REACTIONS, Outcome, UpstreamFailure
from gateway.domain.systems import Capability, LookupAnswer
from tests.fixtures.lookups import (
    NIK,
    CountingRegistry,
    Instance,
    found,
    free_desk,
    offering_of,
    soon,
)
from tests.fixtures.oauth import START

SEGAR, CACHE, BASI = Keadaan
AWAY = (Outcome.QUOTA, Outcome.OUT_OF_HOURS, Outcome.BUSY, Outcome.TRANSPORT, Outcome.MALFORMED)


@pytest.fixture
def registry():
    return CountingRegistry()


@pytest.fixture
async def gateway(registry, clock):
    instance = Instance(registry, None, clock)
    yield instance
    await instance.close()


async def state(gateway, oldest: float | None = 100_000, **more):
    return (await gateway.ask(NIK, oldest=oldest, ip=None, **more)).keadaan


class TestLifetimes:
    """How long which answer counts as fresh."""

    def test_every_answer_about_a_person_has_one_and_no_trouble_has(self):
        about_persons = {out for out, reaction in REACTIONS.items() if reaction.about_person}
        assert set(LIFETIMES) == about_persons

    @pytest.mark.parametrize("outcome", LIFETIMES)
    async def test_each_kind_of_answer_has_its_own(self, registry, clock, gateway, outcome):
        registry.answer = LookupAnswer(outcome=outcome)
        await state(gateway)
        clock.advance(timedelta(seconds=LIFETIMES[outcome] - 1))
        assert await state(gateway) is CACHE
        clock.advance(timedelta(seconds=1))
        assert await state(gateway) is BASI

    @pytest.mark.parametrize(("chance", "factor"), [(0.0, 0.9), (0.5, 1.0), (0.999999999, 1.1)])
    def test_it_is_a_tenth_more_or_less_so_that_not_all_end_at_once(self, chance, factor):
        masa = Freshness(while_asking=7, while_away=5).masa(Outcome.FOUND, START, lambda: chance)
        lifetime = (masa.segar_sampai - START).total_seconds()
        assert lifetime == pytest.approx(3600 * factor, abs=0.001)
        assert (masa.simpan_sampai - masa.segar_sampai).total_seconds() == 7

    def test_an_answer_from_the_future_has_no_age(self):
        assert age(START + timedelta(seconds=5), START) == 0


class TestOldest:
    """The age that a caller allows."""

    async def test_an_answer_is_taken_from_the_cache_up_to_it(self, registry, clock, gateway):
        first = await gateway.ask(NIK, oldest=60, ip="192.0.2.1")
        assert (first.keadaan, first.jawaban.sistem, first.jawaban.pada) == (SEGAR, "daftar", START)
        clock.advance(timedelta(seconds=60))
        again = await gateway.ask(NIK, oldest=60, ip=None)
        assert (again.keadaan, again.jawaban) == (CACHE, first.jawaban)
        assert await state(gateway, 59) is SEGAR
        assert await state(gateway, 0) is SEGAR
        assert registry.callers == ["192.0.2.1", None, None]

    @pytest.mark.parametrize(("seconds", "told"), [(60, CACHE), (61, SEGAR)])
    async def test_an_answer_from_the_future_is_of_no_known_age(
        self, clock, gateway, seconds, told
    ):
        await state(gateway)
        clock.advance(timedelta(seconds=-seconds))
        assert await state(gateway) is told

    async def test_none_is_a_question_of_one_s_own_whose_answer_is_not_kept(
        self, registry, gateway
    ):
        assert await state(gateway, None) is SEGAR
        assert await gateway.cache.get(NIK) is None
        assert await state(gateway) is SEGAR
        assert await state(gateway) is CACHE
        assert await state(gateway, None) is SEGAR
        assert registry.calls == 3

    async def test_such_an_answer_ends_a_kept_one_that_it_contradicts(self, registry, gateway):
        registry.answer = found(nama_lengkap="CONTOH", kode_wilayah="64.02.06.1001")
        await state(gateway)
        await state(gateway, None)
        assert await gateway.cache.get(NIK) is not None
        for changed in (
            found(nama_lengkap="CONTOH", kode_wilayah="64.72.01.1001"),
            LookupAnswer(outcome=Outcome.DECEASED),
        ):
            registry.answer = changed
            await state(gateway, None)
            assert await gateway.cache.get(NIK) is None
            await state(gateway)

    async def test_without_a_cache_every_question_is_asked(self, registry, clock):
        ask = AskRegistry(
            offering_of(registry),
            None,
            Freshness(),
            clock,
            count=lambda _event: None,
            desk=free_desk(clock),
        )
        for oldest in (None, 3600, 3600):
            assert (await ask(NIK, oldest=oldest, ip=None)).keadaan is SEGAR
        assert registry.calls == 3


class TestPastTheLifetime:
    """An answer that is no longer fresh, while another is fetched or none can be had."""

    async def test_it_is_told_at_once_and_fetched_anew_in_the_background(
        self, registry, clock, gateway
    ):
        await gateway.name()
        clock.advance(timedelta(seconds=3600))
        gate = registry.hold()
        assert [await state(gateway) for _ in range(3)] == [BASI] * 3
        gate.set()
        await soon(lambda: registry.calls == 2)
        await soon(lambda: gateway.cache.near(NIK).jawaban.pada == clock())
        assert await gateway.name() == "CONTOH KE 2"
        assert await state(gateway) is CACHE
        assert registry.calls == 2
        assert gateway.events[CacheEvent.STALE] == 3
        assert gateway.events[CacheEvent.REFRESHED] == 1

    @pytest.mark.parametrize(("seconds", "told"), [(59, BASI), (60, SEGAR)])
    async def test_only_so_long(self, clock, gateway, seconds, told):
        await gateway.name()
        clock.advance(timedelta(seconds=3600 + seconds))
        assert await state(gateway) is told

    async def test_never_beyond_the_age_that_the_caller_allows(self, registry, clock, gateway):
        await gateway.name()
        clock.advance(timedelta(seconds=3610))
        assert await state(gateway, 3609) is SEGAR
        registry.failure = UpstreamFailure(Outcome.BUSY)
        clock.advance(timedelta(seconds=3700))
        with pytest.raises(Unavailable):
            await gateway.ask(NIK, oldest=3699, ip=None)
        assert await state(gateway, 3700) is BASI

    @pytest.mark.parametrize("outcome", AWAY)
    async def test_it_stands_in_while_the_registry_is_away(self, registry, clock, gateway, outcome):
        await gateway.name()
        registry.failure = UpstreamFailure(outcome)
        clock.advance(timedelta(seconds=3600 + 3599))
        assert await state(gateway) is BASI
        clock.advance(timedelta(seconds=1))
        with pytest.raises(Unavailable):
            await state(gateway)

    @pytest.mark.parametrize(
        "outcome", sorted({out for out in REACTIONS if out not in LIFETIMES} - set(AWAY))
    )
    async def test_nobody_is_told_what_we_may_not_ask(self, registry, clock, gateway, outcome):
        await gateway.name()
        registry.failure = UpstreamFailure(outcome)
        clock.advance(timedelta(seconds=3700))
        with pytest.raises(Unavailable):
            await state(gateway)

    async def test_trouble_is_never_kept(self, registry, gateway):
        for outcome in (out for out in REACTIONS if out not in LIFETIMES):
            registry.failure = UpstreamFailure(outcome)
            with pytest.raises(Unavailable):
                await state(gateway)
            assert await gateway.cache.get(NIK) is None
        registry.failure = None
        assert await state(gateway) is SEGAR

    async def test_a_person_who_was_forgotten_meanwhile_is_not_told_from_memory(
        self, registry, clock, gateway
    ):
        await gateway.name()
        clock.advance(timedelta(seconds=3700))
        registry.failure, gate = UpstreamFailure(Outcome.BUSY), registry.hold()
        asking = asyncio.create_task(state(gateway))
        await registry.begun.wait()
        await gateway.cache.purge(NIK)
        gate.set()
        with pytest.raises(Unavailable):
            await asking


class TestAhead:
    """Answers that are asked for often are fetched before they end."""

    async def test_a_hit_near_the_end_may_fetch_anew_and_the_caller_does_not_wait(
        self, registry, clock, gateway
    ):
        await gateway.name()
        gateway.chance = 0.09
        clock.advance(timedelta(seconds=3239))
        assert await state(gateway) is CACHE
        assert len(gateway.ask._call._flights) == 0
        clock.advance(timedelta(seconds=1))
        assert await state(gateway) is CACHE
        await soon(lambda: registry.calls == 2)

    async def test_most_hits_fetch_nothing(self, registry, clock, gateway):
        await gateway.name()
        gateway.chance = 0.11
        clock.advance(timedelta(seconds=3599))
        for _ in range(20):
            assert await state(gateway) is CACHE
        assert registry.calls == 1

    async def test_after_a_failure_there_is_a_rest(self, registry, clock, gateway):
        await gateway.name()
        gateway.chance = 0.0
        registry.failure = UpstreamFailure(Outcome.QUOTA)
        clock.advance(timedelta(seconds=3599))
        for _ in range(5):
            assert await state(gateway) is CACHE
            await asyncio.sleep(0.01)
        assert registry.calls == 2
        clock.advance(timedelta(seconds=10))
        await state(gateway)
        await soon(lambda: registry.calls == 3)

    async def test_so_many_at_once_and_no_more(self, registry, clock, gateway):
        niks = [f"990101410190000{number}" for number in range(1, 6)]
        for nik in niks:
            await gateway.name(nik)
        clock.advance(timedelta(seconds=3601))
        gate = registry.hold()
        for nik in niks:
            assert (await gateway.ask(nik, oldest=100_000, ip=None)).keadaan is BASI
        await asyncio.sleep(0)
        assert registry.calls == 5 + 2
        gate.set()

    async def test_a_person_who_was_forgotten_does_not_come_back_by_it(
        self, registry, clock, gateway
    ):
        await gateway.name()
        clock.advance(timedelta(seconds=3601))
        gate = registry.hold()
        assert await state(gateway) is BASI
        await registry.begun.wait()
        await gateway.cache.purge(NIK)
        gate.set()
        await soon(lambda: not gateway.ask._call._flights)
        assert await gateway.cache.get(NIK) is None


class TestSharing:
    """Callers who want the same at once."""

    async def ask_while_held(self, gateway, registry, *oldest: float | None):
        gate = registry.hold()
        asking = [asyncio.create_task(gateway.ask(NIK, oldest=each, ip=None)) for each in oldest]
        await registry.begun.wait()
        await asyncio.sleep(0.01)
        return gate, asking

    async def test_one_call_serves_all_who_may_share(self, registry, gateway):
        gate, asking = await self.ask_while_held(gateway, registry, 3600, 3600, 0, 60)
        assert registry.calls == 1
        gate.set()
        told = await asyncio.gather(*asking)
        assert {each.keadaan for each in told} == {SEGAR}
        assert gateway.events[CacheEvent.COALESCED] == 3

    async def test_who_may_not_be_told_kept_answers_shares_nothing(self, registry, gateway):
        gate, asking = await self.ask_while_held(gateway, registry, 3600, None, None)
        assert registry.calls == 3
        gate.set()
        await asyncio.gather(*asking)

    async def test_a_failure_is_told_to_each_as_his_own(self, registry, gateway):
        gate, asking = await self.ask_while_held(gateway, registry, 3600, 3600, 3600)
        registry.failure = UpstreamFailure(Outcome.BUSY)
        gate.set()
        errors = await asyncio.gather(*asking, return_exceptions=True)
        assert [error.code for error in errors] == ["upstream_busy"] * 3
        assert len({id(error) for error in errors}) == 3
        assert registry.calls == 1

    async def test_who_leaves_ends_nobody_else_s_call_and_the_answer_is_kept(
        self, registry, gateway
    ):
        gate, asking = await self.ask_while_held(gateway, registry, 3600, 3600)
        for each in asking:
            each.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        gate.set()
        await soon(lambda: gateway.cache.near(NIK) is not None)
        assert await state(gateway) is CACHE
        assert registry.calls == 1

    async def test_who_comes_after_an_erasure_is_not_told_what_was_asked_before_it(
        self, registry, gateway
    ):
        gate, before = await self.ask_while_held(gateway, registry, 3600)
        await gateway.cache.purge(NIK)
        after = asyncio.create_task(gateway.name())
        await asyncio.sleep(0.01)
        gate.set()
        assert (await before[0]).jawaban.answer.penduduk.nama_lengkap == "CONTOH KE 1"
        assert await after == "CONTOH KE 2"
        assert (await gateway.cache.get(NIK)).jawaban.answer.penduduk.nama_lengkap == "CONTOH KE 2"


def test_without_a_system_nothing_is_available():
    with pytest.raises(Unavailable) as caught:
        one_system(lambda _capability: {}, Capability.RESIDENT_LOOKUP)
    assert caught.value.code == "system_not_connected"


@pytest.mark.parametrize(
    ("failure", "retry_after"),
    [
        (UpstreamFailure(Outcome.BUSY), 10),
        (UpstreamFailure(Outcome.BUSY, retry_after=0.2), 1),
        (UpstreamFailure(Outcome.TRANSPORT, retry_after=59.6), 60),
        (UpstreamFailure(Outcome.QUOTA), 3600),
        (UpstreamFailure(Outcome.OUT_OF_HOURS), 1800),
        (UpstreamFailure(Outcome.CONFIG), None),
        (UpstreamFailure(Outcome.AGREEMENT_ENDED), None),
        (UpstreamFailure(Outcome.UNKNOWN_UPSTREAM), None),
    ],
    ids=lambda value: value.outcome.value if isinstance(value, UpstreamFailure) else "",
)
def test_trouble_is_named_with_the_time_to_try_again(failure, retry_after):
    error = unavailable("daftar", failure)
    assert error.code == f"upstream_{failure.outcome.value}"
    assert error.retry_after == retry_after
