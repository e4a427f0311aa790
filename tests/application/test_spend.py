"""Taking lookups from the allowance of a grant and a day of western Indonesian time."""

from datetime import UTC, datetime

import pytest

from gateway.application.caller.spend import lookups_left, seconds_to_midnight, spend_lookup
from gateway.domain.errors import QuotaSpent
from tests.fakes import FakeAllowance
from tests.fixtures.oauth import START, grant_of

GRANT = grant_of("dinkes", "G-1", cari_per_hari=3)


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [
        ((2026, 11, 21, 16, 59, 59), 1),
        ((2026, 11, 21, 16, 59, 58, 1), 2),
        ((2026, 11, 21, 17, 0, 0), 86_400),
        ((2026, 11, 21, 3, 0, 0), 50_400),
    ],
)
def test_the_day_ends_at_seventeen_hours_utc(moment, seconds):
    assert seconds_to_midnight(datetime(*moment, tzinfo=UTC)) == seconds


async def test_what_is_spent_is_gone_until_the_day_ends():
    allowance = FakeAllowance()
    await spend_lookup(allowance, GRANT, START, cost=2)
    assert await lookups_left(allowance, GRANT, START) == 1
    with pytest.raises(QuotaSpent) as caught:
        await spend_lookup(allowance, GRANT, START, cost=2)
    assert (caught.value.code, caught.value.retry_after) == ("grant_quota_spent", 50_400)
    assert await lookups_left(allowance, GRANT, START) == 1
    tomorrow = START.replace(hour=17)
    assert (await spend_lookup(allowance, GRANT, tomorrow, cost=3)).remaining == 0


async def test_looking_at_what_is_left_spends_nothing():
    allowance = FakeAllowance()
    for _ in range(5):
        assert await lookups_left(allowance, GRANT, START) == 3
