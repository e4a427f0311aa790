"""Whatever sources, reviewers, persons and clocks do: nothing is lost, and every copy is right.

`GATEWAY_TEST_PERSON_SEEDS=1000-2000` runs others than the few of every day; a failing one replays.
"""

import os

import pytest

from tests.contract.person_schedule import PersonSchedule
from tests.contract.seeded_ids import seed_ids

STEPS = 60
FIRST, LAST = map(int, os.environ.get("GATEWAY_TEST_PERSON_SEEDS", "1-4").split("-"))


@pytest.mark.parametrize("seed", range(FIRST, LAST + 1))
async def test_all_agree_in_the_end(shelf, tmp_path, monkeypatch, seed):
    seed_ids(monkeypatch, seed)
    schedule = PersonSchedule(shelf, seed, tmp_path)
    try:
        await schedule.run(STEPS)
        await schedule.check()
        await schedule.settle()
        await schedule.check()
    finally:
        await schedule.province.close()
