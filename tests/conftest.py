"""What all tests share: the event loop, the generator of examples, and fresh stores."""

import os

import pytest
from hypothesis import settings

pytest_plugins = ["tests.fixtures.databases", "tests.fixtures.caches", "tests.fixtures.gateway_app"]

# Machines differ in speed, so no example has a deadline; in CI the same examples are tried each time.
settings.register_profile("work", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "work")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The gateway runs on asyncio."""
    return "asyncio"


def pytest_make_parametrize_id(val: object) -> str | None:
    """Sets have no order of their own, and every worker must give a test the same name."""
    if isinstance(val, (set, frozenset)):
        return "{" + ",".join(sorted(map(str, val))) + "}"
    return None
