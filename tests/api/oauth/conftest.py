"""The bench on which the token endpoints are tried."""

from collections.abc import AsyncIterator

import pytest

from tests.api.oauth.bench import Bench


@pytest.fixture
async def bench(sqlite_url: str) -> AsyncIterator[Bench]:
    made = Bench(sqlite_url)
    await made.fill()
    yield made
    await made.close()
