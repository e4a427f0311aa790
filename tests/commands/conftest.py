"""An operator's terminal."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.terminal import Terminal
from tests.fixtures.ports import free_ports
from tests.fixtures.simulators import simulators
from tests.sandbox.process import Sandbox


@pytest.fixture
def terminal(sqlite_url: str) -> Terminal:
    """A terminal over a migrated store."""
    return Terminal(sqlite_url)


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The settings with which one reaches simulators that run."""
    with simulators(tmp_path_factory.mktemp("kotak")) as settings:
        yield settings


@pytest.fixture
def untouched(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings with which one reaches simulators to which nobody told anything before."""
    with simulators(tmp_path / "kotak") as settings:
        yield settings


@pytest.fixture
def connected(terminal: Terminal, outside: dict[str, str]) -> Terminal:
    """A terminal that is set to the simulators."""
    terminal.environ |= outside
    return terminal


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox that runs."""
    running = Sandbox(tmp_path_factory.mktemp("kotak"), free_ports(2)[0])
    try:
        running.wait_until_it_tells("Ctrl-C")
        yield running
    finally:
        running.stop()
