"""An attacker who has seen one agency's good token."""

import pytest

from tests.attacks.attacker import Attacker
from tests.fixtures.gateway_app import Gateway


@pytest.fixture
async def attacker(common_gateway: Gateway) -> Attacker:
    return Attacker(common_gateway, await common_gateway.asking())
