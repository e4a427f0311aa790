"""Limits: of a client's requests, and of refusals to those whom nobody knows."""

import asyncio
import hashlib
import threading
from itertools import islice

import pytest

from gateway.domain.client import AuthMethod
from tests.fixtures.gateway_app import environment, opened
from tests.fixtures.oauth import PUBLIC_URL

PER_MINUTE = 60
FLOOD, FEW = 30, 6
PATIENCE = 10
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
    assert 1 <= int(last.headers["retry-after"]) <= 61
    assert len(await gateway.audited()) == PER_MINUTE


NO_PROOF = {"grant_type": "client_credentials", "token": "sampah"}
WRONG_SECRET = NO_PROOF | {"client_id": "lama", "client_secret": "x"}
UNPROVEN = {
    "a token without proof": ("/oauth2/token", NO_PROOF, 401),
    "a token by half a form": ("/oauth2/token", {"x": "y"}, 400),
    "a token by a known client's wrong secret": ("/legacy/oauth2/token", WRONG_SECRET, 401),
    "a revocation": ("/oauth2/revoke", NO_PROOF, 401),
    "a revocation at the second issuer": ("/legacy/oauth2/revoke", WRONG_SECRET, 401),
    "an introspection": ("/oauth2/introspect", NO_PROOF, 401),
    "an introspection without a form": ("/oauth2/introspect", {}, 400),
}


@pytest.mark.parametrize("what", UNPROVEN)
async def test_a_flood_from_nobody_at_the_issuers_is_slowed_and_fills_no_audit_log(gateway, what):
    path, form, status = UNPROVEN[what]
    await gateway.agency("lama", auth=AuthMethod.CLIENT_SECRET, jwks=())
    answers = [await gateway.http.post(path, data=form) for _ in range(PER_MINUTE + 5)]
    assert [each.status_code for each in answers] == [status] * PER_MINUTE + [429] * 5
    last = answers[-1]
    assert last.json()["code"] == "rate_limited"
    assert 1 <= int(last.headers["retry-after"]) <= 61
    assert len(await gateway.audited(tokens=True)) == PER_MINUTE


async def test_a_flood_of_wrong_secrets_holds_nobody_up(gateway, monkeypatch):
    """Each costs 16 MiB and a processor for a while, and only two are checked at a time."""
    await gateway.agency("lama", auth=AuthMethod.CLIENT_SECRET, jwks=())
    for _ in range(PER_MINUTE):
        await gateway.http.get("/v1/ppks")
    runs, real, may_go_on = [], hashlib.scrypt, threading.Event()

    def counted(*args, **words) -> bytes:
        runs.append(args)
        assert may_go_on.wait(PATIENCE)
        return real(*args, **words)

    monkeypatch.setattr(hashlib, "scrypt", counted)
    path = "/legacy/oauth2/token"
    asking = [asyncio.create_task(gateway.http.post(path, data=WRONG_SECRET)) for _ in range(FLOOD)]
    for refused in islice(asyncio.as_completed(asking, timeout=PATIENCE), FLOOD - FEW):
        await refused
    may_go_on.set()
    assert {answer.status_code for answer in await asyncio.gather(*asking)} == {429}
    assert len(runs) <= FEW
    async with gateway.from_address("192.0.2.2") as other:
        assert (await other.post(path, data=WRONG_SECRET)).status_code == 401


async def test_one_flood_at_several_doors_is_one_flood(gateway):
    for _ in range(PER_MINUTE // 2):
        assert (await gateway.http.post("/oauth2/token", data=NO_PROOF)).status_code == 401
        assert (await gateway.http.get("/v1/ppks")).status_code == 401
    assert (await gateway.http.post("/oauth2/revoke", data=NO_PROOF)).status_code == 429
    assert (await gateway.http.get("/v1/ppks")).status_code == 429


async def test_whoever_proves_itself_is_served_and_refused_by_name_whatever_others_do(gateway):
    for _ in range(PER_MINUTE + 1):
        await gateway.http.post("/oauth2/token", data=NO_PROOF)
    asker = await gateway.asking()
    assert (await asker.get("/v1/me")).status_code == 200
    with pytest.raises(AssertionError, match="invalid_scope"):
        await gateway.token(asker.grant, scope="sampah")
    rows = await gateway.audited(tokens=True)
    assert [(row["client_id"], row["alasan"]) for row in rows[-1:]] == [("dinkes", "invalid_scope")]


async def test_the_addresses_of_one_ipv6_network_are_one_caller(gateway):
    for number in range(PER_MINUTE):
        async with gateway.from_address(f"2001:db8::{number:x}:1") as http:
            assert (await http.get("/v1/ppks")).status_code == 401
    async with gateway.from_address("2001:db8::ffff:ffff:ffff:ffff") as http:
        assert (await http.get("/v1/ppks")).status_code == 429
    async with gateway.from_address("2001:db8:0:1::1") as http:
        assert (await http.get("/v1/ppks")).status_code == 401


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
