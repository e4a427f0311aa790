"""The day of a registry's account: when it begins, when it is open, and who may use what is left."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.registry_quota import (
    ASK_AGAIN,
    Balance,
    Kept,
    Prioritas,
    QuotaRule,
    is_reserve,
    ruling,
    share_ruling,
)
from gateway.domain.registry_terms import JAKARTA, JamAkses, Ketentuan

MIDNIGHT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
"""In Jakarta, where Saturday the 21st begins."""
HOUR = timedelta(hours=1)
RULE = QuotaRule(reserve=20, slow_below=50)
BATCH, INTERACTIVE = Prioritas.BATCH, Prioritas.INTERACTIVE
TERMS = Ketentuan(kuota_harian=1000)
moments = st.timedeltas(timedelta(0), timedelta(days=400)).map(lambda step: MIDNIGHT + step)
clock_times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))


def office(opens: str = "08:00", closes: str = "16:00", **more) -> Ketentuan:
    jam = JamAkses(buka=time.fromisoformat(opens), tutup=time.fromisoformat(closes))
    return Ketentuan(jam=jam, **more)


class TestDay:
    """The day of the quota, in Jakarta."""

    def test_it_begins_at_midnight_in_jakarta(self):
        days = [TERMS.hari(MIDNIGHT + step).isoformat() for step in (-HOUR / 60, 0 * HOUR)]
        assert days == ["2026-11-20", "2026-11-21"]
        assert TERMS.kuota_ulang(MIDNIGHT - HOUR) == MIDNIGHT
        assert TERMS.kuota_ulang(MIDNIGHT) == MIDNIGHT + 24 * HOUR

    def test_or_at_another_hour(self):
        terms = Ketentuan(kuota_mulai=time(7))
        assert terms.hari(MIDNIGHT + 6 * HOUR) == terms.hari(MIDNIGHT - HOUR)
        assert terms.hari(MIDNIGHT + 7 * HOUR) != terms.hari(MIDNIGHT)
        assert terms.kuota_ulang(MIDNIGHT) == MIDNIGHT + 7 * HOUR

    @given(now=moments, begins=clock_times)
    def test_every_moment_has_one_day_that_ends_within_24_hours(self, now, begins):
        terms = Ketentuan(kuota_mulai=begins)
        reset = terms.kuota_ulang(now)
        assert timedelta(0) < reset - now <= 24 * HOUR
        assert reset.astimezone(JAKARTA).time() == begins
        last = reset - timedelta(microseconds=1)
        assert terms.hari(last) == terms.hari(now) != terms.hari(reset)


class TestHours:
    """The access hours, in Jakarta."""

    @pytest.mark.parametrize(
        ("hours", "is_open"), [(7.99, False), (8, True), (15.99, True), (16, False), (23, False)]
    )
    def test_open_from_the_first_moment_to_before_the_last(self, hours, is_open):
        assert office().terbuka(MIDNIGHT + hours * HOUR) is is_open

    @pytest.mark.parametrize(("hours", "is_open"), [(21, False), (22, True), (1, True), (2, False)])
    def test_a_window_may_span_midnight(self, hours, is_open):
        assert office("22:00", "02:00").terbuka(MIDNIGHT + hours * HOUR) is is_open

    def test_it_opens_again_at_the_next_opening(self):
        assert office().buka_lagi(MIDNIGHT + 17 * HOUR) == MIDNIGHT + 32 * HOUR
        assert office().buka_lagi(MIDNIGHT) == MIDNIGHT + 8 * HOUR

    @given(now=moments, opens=clock_times, closes=clock_times)
    def test_at_the_next_opening_it_is_open_and_before_it_was_not(self, now, opens, closes):
        terms = Ketentuan(jam=JamAkses(buka=opens, tutup=closes))
        if opens == closes:
            assert not terms.terbuka(now)
            return
        again = terms.buka_lagi(now)
        assert now < again
        assert terms.terbuka(again)
        if not terms.terbuka(now):
            assert not terms.terbuka(again - timedelta(microseconds=1))

    def test_without_hours_it_is_always_open(self):
        assert TERMS.terbuka(MIDNIGHT)


class TestLeft:
    """What is left: the smaller of what was told and what our own count leaves."""

    @pytest.mark.parametrize(
        ("daily", "good_for", "left"),
        [(0, None, None), (1000, None, 990), (0, 500, 490), (1000, 500, 490), (100, 500, 90)],
    )
    def test_of_both(self, daily, good_for, left):
        balance = Balance(used=10, good_for=good_for)
        assert balance.left(Ketentuan(kuota_harian=daily)) == left

    def test_nothing_is_refused_while_nobody_knows(self):
        for prioritas in Prioritas:
            assert ruling(Balance(used=10**6), Ketentuan(), RULE, prioritas, MIDNIGHT) is None


def judged(used: int, prioritas: Prioritas, now: datetime = MIDNIGHT, terms: Ketentuan = TERMS):
    found = ruling(Balance(used=used), terms, RULE, prioritas, now)
    return None if found is None else (found.why, round(found.seconds))


class TestPriorities:
    """Batches are slowed first and refused first."""

    def test_interactive_calls_may_use_it_to_the_last(self):
        assert judged(1000, INTERACTIVE) is None
        assert judged(1001, INTERACTIVE, MIDNIGHT + HOUR) == (Kept.SPENT, 23 * 3600)

    def test_batches_leave_the_reserve_until_the_day_ends(self):
        late = MIDNIGHT + 23 * HOUR
        assert judged(801, BATCH, late) == (Kept.SLOWED, 3600)
        assert judged(801, INTERACTIVE, late) is None

    def test_batches_run_freely_down_to_the_mark_and_then_along_a_line(self):
        assert judged(500, BATCH) is None
        # 300 calls in 24 hours: one every 288 seconds.
        assert judged(501, BATCH) == (Kept.SLOWED, 288)
        assert judged(501, BATCH, MIDNIGHT + timedelta(seconds=288)) is None
        assert judged(650, BATCH, MIDNIGHT + 12 * HOUR) is None
        assert judged(651, BATCH, MIDNIGHT + 12 * HOUR) == (Kept.SLOWED, 288)

    def test_what_interactive_calls_use_slows_them_too(self):
        assert judged(700, BATCH, MIDNIGHT + 12 * HOUR) == (Kept.SLOWED, 50 * 288)

    def test_within_access_hours_the_line_falls_until_closing(self):
        terms = office(kuota_harian=1000)
        noon = MIDNIGHT + 12 * HOUR
        assert judged(650, BATCH, noon, terms) is None
        assert judged(651, BATCH, noon, terms) == (Kept.SLOWED, 96)

    @given(used=st.integers(0, 1000), hours=st.floats(0, 23.99))
    def test_who_waits_as_long_as_told_may_call_then_but_for_the_reserve(self, used, hours):
        now = MIDNIGHT + hours * HOUR
        found = ruling(Balance(used=used), TERMS, RULE, BATCH, now)
        if found is None:
            return
        then = now + timedelta(seconds=found.seconds, milliseconds=1)
        if used > 800:
            assert then >= TERMS.kuota_ulang(now)
        else:
            assert ruling(Balance(used=used), TERMS, RULE, BATCH, then) is None

    def test_a_day_cut_off_by_the_registry_is_divided_as_it_is(self):
        balance = Balance(used=81, good_for=100)
        found = ruling(balance, Ketentuan(), RULE, BATCH, MIDNIGHT + 23.99 * HOUR)
        assert found is not None


class TestShares:
    """Of the reserve one grant may have a part."""

    RULE = QuotaRule(reserve=20, share=25)

    @pytest.mark.parametrize(("used", "low"), [(800, False), (801, True)])
    def test_where_the_reserve_begins(self, used, low):
        assert is_reserve(Balance(used=used), TERMS, self.RULE) is low

    def test_a_quarter_of_it_and_not_one_more(self):
        after = Balance(used=900)
        assert share_ruling(50, after, TERMS, self.RULE, MIDNIGHT) is None
        found = share_ruling(51, after, TERMS, self.RULE, MIDNIGHT)
        assert (found.why, found.seconds) == (Kept.SHARE, 86_400)

    def test_one_call_at_least(self):
        small = Ketentuan(kuota_harian=4)
        assert share_ruling(1, Balance(used=4), small, self.RULE, MIDNIGHT) is None


class TestAskingAgain:
    """The registry's word that nothing is left is doubted after a while; our own count is not."""

    @pytest.mark.parametrize(
        ("used", "minutes", "may"),
        [(10, 15, True), (10, 14, False), (1000, 15, True), (1001, 99, False)],
    )
    def test_when(self, used, minutes, may):
        balance = Balance(used=used, good_for=used, told=0, told_at=MIDNIGHT)
        now = MIDNIGHT + timedelta(minutes=minutes)
        assert balance.may_be_more(TERMS, now) is may
        assert timedelta(minutes=15) == ASK_AGAIN
