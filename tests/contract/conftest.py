"""The stores on a fresh database of each engine."""

from collections.abc import AsyncIterator

import pytest

from tests.contract.shelf import Shelf


@pytest.fixture
async def shelf(database_url: str) -> AsyncIterator[Shelf]:
    """Every store on one database, with a clock that the test moves."""
    opened = Shelf(database_url)
    yield opened
    await opened.close()
