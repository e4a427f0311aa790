"""What tests of several resources ask for."""

import pytest

from tests.fixtures.gateway_app import Gateway
from tests.fixtures.lookup_jobs import Worker


@pytest.fixture
def worker(gateway: Gateway) -> Worker:
    """Works on the gateway's lookup jobs when the test says so."""
    return Worker(gateway)
