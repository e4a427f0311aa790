"""Whatever happened before, once it is quiet both sides hold the same; a failing seed replays.

`GATEWAY_TEST_SEEDS=1000-2000` runs others than the few of every day.
"""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.contract.seeded_ids import seed_ids
from tests.contract.shelf import Shelf
from tests.contract.sync_schedule import Schedule

STEPS = 40
FIRST, LAST = map(int, os.environ.get("GATEWAY_TEST_SEEDS", "1-12").split("-"))


@pytest.mark.parametrize("seed", range(FIRST, LAST + 1))
async def test_both_sides_agree_in_the_end(shelf, monkeypatch, seed):
    seed_ids(monkeypatch, seed)
    schedule = Schedule(shelf, seed)
    try:
        await schedule.run(STEPS)
        await schedule.check()
        await schedule.settle()
        await schedule.check()
    finally:
        await schedule.province.close()


async def test_a_seed_replays_exactly(sqlite_template, tmp_path, monkeypatch):
    async def played(path: Path) -> list[Any]:
        shutil.copy(sqlite_template, path)
        seed_ids(monkeypatch, FIRST)
        shelf = Shelf(f"sqlite:///{path}")
        schedule = Schedule(shelf, FIRST)
        try:
            await schedule.run(STEPS)
            told = [await schedule.province.told(), await shelf.rows("sinkron_kiriman")]
            return [*told, await shelf.shown(), schedule.random.getstate()]
        finally:
            await schedule.province.close()
            await shelf.close()

    assert await played(tmp_path / "satu.db") == await played(tmp_path / "dua.db")
