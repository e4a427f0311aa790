"""An operator's terminal."""

import pytest

from tests.commands.terminal import Terminal


@pytest.fixture
def terminal(sqlite_url: str) -> Terminal:
    """A terminal over a migrated store."""
    return Terminal(sqlite_url)
