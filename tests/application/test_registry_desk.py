"""The desk before a registry: what is refused without a call, and what all instances share."""

import asyncio
from collections import Counter
from datetime import time, timedelta

import msgspec

from gateway.domain.errors import Unavailable
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.registry_quota import QuotaRule
from gateway.domain.registry_terms import JamAkses
from tests.fixtures.desks import Bench, Registry, bench_of
from tests.fixtures.lookups import soon


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

    async def test_our_own_count_is_never_doubted(self):
        bench = bench_of(Registry(1000), kuota_harian=3)
        for _ in range(3):
            assert await bench.code() == "answered"
        bench.clock.advance(timedelta(minutes=15))
        assert await bench.code() == "registry_quota_spent"
        assert bench.registry.calls == 3

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
        await soon(lambda: bench.registry.calls == 1)
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
        bench.system = msgspec.structs.replace(bench.system, ketentuan=None)
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

    async def test_the_last_word_holds_also_where_a_clock_is_behind(self):
        bench = bench_of(Registry(), size=2)
        await self.refuse(bench)
        bench.clock.advance(timedelta(minutes=-5))
        bench.registry.failure = None
        await bench.desks[1].account("daftar", bench.system.ketentuan).reopen()
        assert await bench.code(1) == "answered"
        bench.clock.advance(timedelta(minutes=-5))
        await self.refuse(bench)
        assert await bench.code(1) == "upstream_credentials_refused"

    async def test_what_never_reached_the_registry_says_nothing_about_credentials(self):
        bench = bench_of(Registry())
        bench.registry.failure = UpstreamFailure(Outcome.CONFIG, sent=False)
        assert [await bench.code() for _ in range(2)] == ["credentials_refused"] * 2
