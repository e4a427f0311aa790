"""What an operator ends is refused at the next request, however long the token still had."""

from datetime import timedelta

import pytest

from gateway.application.admin.manage_clients import ManageClients
from gateway.application.tokens.rotate_signing_keys import RotateSigningKeys
from gateway.domain.client import StatusClient
from tests.fixtures.gateway_app import OPD

BY = "CONTOH A"
ME = "/v1/me"


@pytest.fixture
def manage(gateway):
    return ManageClients(gateway.parts.clients, gateway.clock)


async def anew(gateway, asker):
    return await gateway.asker(asker.grant)


async def test_a_logout_ends_the_tokens_that_are_out_and_no_later_ones(gateway, manage):
    asker = await gateway.asking()
    assert (await asker.get(ME)).status_code == 200
    gateway.clock.advance(timedelta(seconds=5))
    await manage.log_out(OPD, oleh=BY)
    refused = await asker.get(ME)
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]
    gateway.clock.advance(timedelta(seconds=1))
    assert (await (await anew(gateway, asker)).get(ME)).status_code == 200


async def test_tokens_from_before_a_suspension_stay_dead_after_it(gateway, manage):
    asker = await gateway.asking()
    gateway.clock.advance(timedelta(seconds=5))
    await manage.set_status(OPD, StatusClient.DITANGGUHKAN, oleh=BY)
    assert (await asker.get(ME)).status_code == 401
    gateway.clock.advance(timedelta(seconds=5))
    await manage.set_status(OPD, StatusClient.AKTIF, oleh=BY)
    assert (await asker.get(ME)).status_code == 401
    assert (await (await anew(gateway, asker)).get(ME)).status_code == 200


async def test_another_clients_tokens_hold(gateway, manage):
    await gateway.agency("bank")
    asker, other = await gateway.asking(), await gateway.asking("bank")
    gateway.clock.advance(timedelta(seconds=5))
    await manage.log_out(OPD, oleh=BY)
    assert ((await asker.get(ME)).status_code, (await other.get(ME)).status_code) == (401, 200)


async def test_a_rotation_is_noticed_by_the_running_gateway(gateway):
    asker = await gateway.asking()
    jwks = "/.well-known/jwks.json"
    before = (await gateway.http.get(jwks)).json()["keys"]

    async def pause(seconds: float) -> None:
        gateway.clock.advance(timedelta(seconds=seconds))

    rotate = RotateSigningKeys(gateway.parts.signing_keys, gateway.clock, pause)
    fresh = await rotate("ketat", oleh=BY, at_once=True)
    gateway.clock.advance(timedelta(seconds=1))
    keys = (await gateway.http.get(jwks)).json()["keys"]
    assert [key["kid"] for key in keys] == [fresh.kid, before[0]["kid"]]
    assert (await asker.get(ME)).status_code == 200
    assert (await (await anew(gateway, asker)).get(ME)).status_code == 200
    await rotate("ketat", oleh=BY, stolen=True)
    gateway.clock.advance(timedelta(seconds=1))
    assert (await asker.get(ME)).status_code == 401
