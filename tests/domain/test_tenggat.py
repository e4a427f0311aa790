"""Steps of warning: 30, 7 and 1 days, and what is past."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.tenggat import ambang

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "step"),
    [(31, None), (30, 30), (7.01, 30), (7, 7), (1.01, 7), (1, 1), (0.01, 1), (0, 0), (-400, 0)],
)
def test_the_steps(days, step):
    assert ambang(NOW + timedelta(days=days), NOW) == step
