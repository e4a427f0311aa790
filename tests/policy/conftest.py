"""The world of a run, and its records in a store of each engine."""

import os
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa

from tests.contract.shelf import Shelf
from tests.policy.scene import Scene, Stored, scene_of

_ALWAYS_THE_SAME = "64" if os.environ.get("CI") else None
_SEED = int(
    os.environ.get("POLICY_SEED") or _ALWAYS_THE_SAME or random.SystemRandom().randrange(10**6)
)


@pytest.fixture
def seed() -> int:
    """Another one in each run, but in CI; a failure shows it."""
    print(f"POLICY_SEED={_SEED} brings the same world again")  # noqa: T201 - shown with a failure
    return _SEED


@pytest.fixture
def scene(seed: int) -> Scene:
    """Records, residents and grants, and the engine that knows the rules."""
    return scene_of(seed)


@pytest.fixture
async def shelf(database_url: str) -> AsyncIterator[Shelf]:
    """The stores on a database of the test's own."""
    opened = Shelf(database_url)
    if opened.database.engine.dialect.name == "sqlite":
        # Nothing here is about a loss of power, and thousands of commits would wait for the disk.
        sa.event.listen(opened.database.engine.sync_engine, "connect", _do_not_wait)
    yield opened
    await opened.close()


def _do_not_wait(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


@pytest.fixture
async def stored(shelf: Shelf, scene: Scene) -> Stored:
    """The scene's records in a store."""
    await shelf.save(*scene.records)
    numbers = {row["id"]: int(row["id_sumber"]) for row in await shelf.rows("ppks")}
    return Stored(shelf, numbers)
