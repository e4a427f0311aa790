"""Two instances for all tests of this folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.instances.pair import Pair, running_pair


@pytest.fixture(scope="package")
async def pair(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Pair]:
    async with running_pair(sqlite_template, tmp_path_factory.mktemp("instances")) as made:
        yield made
