"""The real clock tells UTC; the manual one moves only when told."""

from datetime import UTC, datetime, timedelta

from gateway.kit.clock import Clock, ManualClock, system_clock


def test_real_clock_tells_aware_utc() -> None:
    before = datetime.now(UTC)
    now = system_clock()
    assert now.utcoffset() == timedelta(0)
    assert before <= now <= datetime.now(UTC)


def test_manual_clock_stands_still_until_moved() -> None:
    start = datetime(2026, 11, 20, 9, tzinfo=UTC)
    manual = ManualClock(start)
    clock: Clock = manual
    assert clock() == clock() == start
    manual.advance(timedelta(hours=1))
    assert clock() == start + timedelta(hours=1)
    manual.advance(timedelta(hours=-2))
    assert clock() == start - timedelta(hours=1)
