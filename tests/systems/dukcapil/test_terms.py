"""The agreement's end, the daily quota and its alarms, as the clock and the answers tell them."""

from datetime import UTC, datetime, time, timedelta

import pytest

from adapters.dukcapil.quota import Quota
from adapters.dukcapil.terms import seconds_until
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.person import Penduduk
from gateway.domain.systems import FeedbackItem
from gateway.kit.clock import ManualClock
from tests.systems.dukcapil.support import NIK, NOW, Fixed, Sim, config, connected, page

LAST_MOMENT = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)
"""23:59 in Jakarta."""


async def test_d43_no_call_is_made_once_the_agreement_has_ended():
    clock = ManualClock(LAST_MOMENT)
    app = Fixed(page({"NIK": int(NIK)}))
    settings = config(pks_expires="2026-12-31", pks_number="99/CONTOH/2026")
    async with connected(app, settings, clock) as system:
        assert (await system.resident_lookup.lookup(NIK)).outcome is Outcome.FOUND
        clock.advance(timedelta(minutes=1))
        for ask in (
            system.resident_lookup.lookup(NIK),
            system.resident_verification.verify(Penduduk(nik=NIK)),
            system.feedback.send([FeedbackItem(nik=NIK, param=())]),
        ):
            with pytest.raises(UpstreamFailure) as caught:
                await ask
            assert caught.value.outcome is Outcome.AGREEMENT_ENDED
        note = system.health().catatan
    assert len(app.asked) == 1
    assert note == "PKS 99/CONTOH/2026 berakhir pada 2026-12-31"


def warnings_of(caplog, *told: int | None, **settings: int):
    quota = Quota(config(**settings), ManualClock(NOW))
    for left in told:
        quota.observe(left)
    return quota, [record.args for record in caplog.records]


def test_d27_two_levels_crossed_make_two_alarms(caplog):
    quota, alarms = warnings_of(caplog, 27_001, 27_000, 26_999, None, 25_001, 25_000, 24_998)
    assert alarms == [(27_000, 27_000), (25_000, 25_000)]
    assert (quota.left, quota.told_at) == (24_998, NOW)
    assert quota.note == "kuota tersisa 24998, mencapai ambang 25000"


def test_d27_answers_that_overtake_each_other_do_not_repeat_an_alarm(caplog):
    _, alarms = warnings_of(caplog, 27_000, 27_002, 26_999, 27_001, 26_998)
    assert len(alarms) == 1


def test_d27_a_new_day_can_alarm_again(caplog):
    _, alarms = warnings_of(caplog, 100, 56_000, 26_000)
    assert alarms == [(100, 1_000), (26_000, 27_000)]


def test_d27_alarms_can_be_single_or_off(caplog):
    assert warnings_of(caplog, 90, 50, quota_alarm_below=100, quota_alarm_step=0)[1] == [(90, 100)]
    caplog.clear()
    assert warnings_of(caplog, 5, quota_alarm_below=0)[1] == []


@pytest.mark.parametrize("quota_limiter", ["number", "text"])
async def test_d27_the_remaining_quota_is_remembered_for_health(quota_limiter):
    sim = Sim(config(daily_quota=1000, quota_alarm_below=0))
    await sim.control(quota_limiter=quota_limiter)
    async with sim.connected() as system:
        assert system.health().kuota_sisa is None
        await system.resident_lookup.lookup(NIK)
        await system.resident_verification.verify(Penduduk(nik=NIK))
        health = system.health()
    assert (health.kuota_sisa, health.kuota_pada, health.catatan) == (998, NOW, None)


async def test_a_spent_quota_without_a_number_is_remembered_as_zero():
    app = Fixed(page({"RESPON": "Kuota Akses Hari ini telah Habis"}))
    async with connected(app) as system:
        with pytest.raises(UpstreamFailure):
            await system.resident_lookup.lookup(NIK)
        assert system.health().kuota_sisa == 0


async def test_the_quota_is_whole_again_on_the_next_day_in_jakarta():
    sim = Sim(config(daily_quota=1))
    async with sim.connected() as system:
        await system.resident_lookup.lookup(NIK)
        with pytest.raises(UpstreamFailure) as caught:
            await system.resident_lookup.lookup(NIK)
        sim.clock.advance(timedelta(seconds=caught.value.retry_after))
        assert (await system.resident_lookup.lookup(NIK)).kuota_sisa == 0


@pytest.mark.parametrize(
    ("moment", "seconds"), [(time(10, 0, 1), 1), (time(10, 0), 86_400), (time(9, 0), 82_800)]
)
def test_the_next_time_of_the_clock_is_always_ahead(moment, seconds):
    assert seconds_until(NOW, moment) == seconds
