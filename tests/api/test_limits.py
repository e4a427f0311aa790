"""Limits: of a client's requests, and of refusals to those whom nobody knows."""

import pytest

from tests.fixtures.gateway_app import environment, opened
from tests.fixtures.oauth import PUBLIC_URL

PER_MINUTE = 60
NAMELESS = {
    "no token": ("GET", "/v1/ppks", 401),
    "a bad token": ("GET", "/v1/me", 401),
    "a doubled slash": ("GET", f"{PUBLIC_URL}//v1/ppks", 401),
    "no such path": ("GET", "/v1/tidak-ada", 404),
    "no such method": ("DELETE", "/v1/ppks", 405),
    "a number in the URL": ("GET", "/v1/ppks/9901010101900001", 400),
    "an unknown parameter": ("GET", "/v1/ppks?x=1", 400),
    "an unknown channel": ("POST", "/hooks/tidak-ada", 404),
    "an unsigned delivery": ("POST", "/hooks/simasos", 403),
}


@pytest.fixture
async def strict_gateway(sqlite_url):
    """A gateway that lets each client ask three times a minute."""
    async with opened(environment(sqlite_url, GATEWAY_RATE_PER_MINUTE="3")) as gateway:
        yield gateway


@pytest.mark.parametrize("what", NAMELESS)
async def test_a_flood_from_nobody_is_slowed_and_fills_no_audit_log(gateway, what):
    method, path, status = NAMELESS[what]
    headers = {"authorization": "Bearer tebakan"} if what == "a bad token" else {}
    answers = [
        await gateway.http.request(method, path, headers=headers) for _ in range(PER_MINUTE + 5)
    ]
    statuses = [answer.status_code for answer in answers]
    assert statuses == [status] * PER_MINUTE + [429] * 5
    last = answers[-1]
    assert last.json()["code"] == "rate_limited"
    assert 1 <= int(last.headers["retry-after"]) <= 60
    assert len(await gateway.audited()) == PER_MINUTE


async def test_one_address_does_not_slow_another_nor_a_client_with_a_token(gateway):
    for _ in range(PER_MINUTE + 1):
        await gateway.http.get("/v1/ppks")
    async with gateway.from_address("192.0.2.2") as other:
        assert (await other.get("/v1/ppks")).status_code == 401
    asker = await gateway.asking()
    assert (await asker.get("/v1/ppks")).status_code == 200


async def test_a_flood_under_a_grant_that_has_ended_is_slowed_too(gateway):
    asker = await gateway.asking()
    await gateway.amend(asker.grant, berlaku_sampai=gateway.clock())
    statuses = [(await asker.get("/v1/ppks")).status_code for _ in range(PER_MINUTE + 1)]
    assert statuses == [403] * PER_MINUTE + [429]


async def test_a_client_is_told_what_is_left_of_its_minute(strict_gateway):
    asker = await strict_gateway.asking()
    answers = [await asker.get("/v1/me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    told = [answer.headers["ratelimit-remaining"] for answer in answers]
    assert told == ["2", "1", "0", "0"]
    assert {answer.headers["ratelimit-limit"] for answer in answers} == {"3"}
    assert all(0 <= int(answer.headers["ratelimit-reset"]) <= 120 for answer in answers)
    assert int(answers[-1].headers["retry-after"]) >= 1
    (row,) = await strict_gateway.audited()
    assert (row["alasan"], row["client_id"]) == ("rate_limited", "dinkes")


async def test_all_grants_of_a_client_share_its_minute_and_another_client_has_its_own(
    strict_gateway,
):
    for _ in range(3):
        assert (await (await strict_gateway.asking()).get("/v1/me")).status_code == 200
    assert (await (await strict_gateway.asking()).get("/v1/me")).status_code == 429
    await strict_gateway.agency("lain")
    assert (await (await strict_gateway.asking("lain")).get("/v1/me")).status_code == 200


@pytest.mark.parametrize("path", ["/health/live", "/openapi.json", "/metrics"])
async def test_what_needs_no_token_has_no_limit(gateway, path):
    statuses = {(await gateway.http.get(path)).status_code for _ in range(PER_MINUTE + 5)}
    assert statuses == {200}
