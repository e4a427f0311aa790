"""A token that its client has revoked opens nothing any more, wherever it is shown."""

import json
from contextlib import AsyncExitStack

import pytest

from gateway.domain.audit import HasilAudit
from tests.api.oauth.status_calls import Asking, proof
from tests.fixtures.gateway_app import Asker, Gateway, build, environment, opened
from tests.fixtures.logs import written_log
from tests.fixtures.oauth import PUBLIC_URL, private_key, sign
from tests.fixtures.redis_alone import lone_redis


def client(gateway: Gateway, client_id: str = "dinkes") -> Asking:
    return Asking(gateway.http, gateway.clock, client_id)


def of_bench(bench) -> Asking:
    return Asking(bench.http, bench.clock)


async def test_a_revoked_token_is_refused_from_the_next_request_on(gateway):
    asker = await gateway.asking()
    assert (await asker.get("/v1/me")).status_code == 200
    answer = await client(gateway).revoke(asker.token)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["cache-control"] == "no-store"
    refused = await asker.get("/v1/me")
    assert (refused.status_code, refused.json()["code"]) == (401, "not_authenticated")
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]


async def test_the_refusal_of_a_revoked_token_is_on_record_with_its_client(gateway):
    asker = await gateway.asking()
    await client(gateway).revoke(asker.token)
    await asker.get("/v1/ppks")
    (row,) = await gateway.audited()
    assert (row["hasil"], row["client_id"], row["alasan"]) == (
        HasilAudit.DITOLAK, "dinkes", "not_authenticated",
    )  # fmt: skip


async def test_only_the_revoked_token_is_refused(gateway):
    asker = await gateway.asking()
    other = await gateway.token(asker.grant)
    await client(gateway).revoke(asker.token)
    assert (
        await Asker(gateway.http, other, asker.grant, gateway.clock).get("/v1/me")
    ).status_code == 200


async def test_what_one_instance_revoked_another_refuses_at_once(sqlite_url, redis_url):
    environ = environment(sqlite_url, GATEWAY_REDIS_URL=redis_url)
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(opened(environ))
        other = build(environ)
        stack.push_async_callback(other.close)
        asker = await one.asking()
        there = asker.through(other.http)
        # Both have verified it and remember so.
        for instance in (asker, there):
            assert (await instance.get("/v1/me")).status_code == 200
        assert (await client(one).revoke(asker.token)).status_code == 200
        for instance in (there, asker):
            assert (await instance.get("/v1/me")).status_code == 401
        assert (await client(other).introspect(asker.token)).json() == {"active": False}


async def test_where_nobody_can_tell_what_was_revoked_no_token_is_accepted(sqlite_url):
    with lone_redis() as redis:
        async with opened(environment(sqlite_url, GATEWAY_REDIS_URL=redis.url)) as gateway:
            asker = await gateway.asking()
            assert (await asker.get("/v1/me")).status_code == 200
            redis.kill()
            for refused in (await asker.get("/v1/me"), await asker.get("/v1/ppks")):
                assert refused.json()["code"] == "replay_set_unavailable"
                assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
            answer = await client(gateway).revoke(asker.token)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def test_the_log_tells_in_one_line_for_each_answer_that_redis_is_away(sqlite_url):
    with lone_redis() as redis:
        async with opened(environment(sqlite_url, GATEWAY_REDIS_URL=redis.url)) as gateway:
            asker = await gateway.asking()
            redis.kill()
            with written_log() as written:
                answers = [await asker.get("/v1/me") for _ in range(3)]
                lines = [json.loads(line) for line in written().splitlines()]
    told = [line for line in lines if line["level"] == "error"]
    assert [(line["event"], line["request_id"]) for line in told] == [
        ("redis_away", answer.headers["x-request-id"]) for answer in answers
    ]
    assert all("connect" in line["said"].lower() for line in told), told
    assert "Traceback" not in written()


async def test_a_revocation_that_cannot_be_kept_is_not_confirmed(bench):
    token = (await bench.strict_token()).json()["access_token"]
    bench.revocations._most = 0
    answer = await of_bench(bench).revoke(token)
    assert (answer.status_code, answer.json()) == (503, {"code": "revocations_unavailable"})


async def test_a_revocation_that_cannot_be_recorded_is_not_confirmed(bench):
    token = (await bench.strict_token()).json()["access_token"]
    bench.audit.away = True
    answer = await of_bench(bench).revoke(token)
    assert (answer.status_code, answer.json()) == (503, {"code": "audit_unavailable"})


@pytest.mark.parametrize("token", ["bukan-token", "a.b.c", "x" * 5000, "é"])
async def test_a_token_that_nobody_knows_counts_as_revoked(bench, token):
    answer = await of_bench(bench).revoke(token)
    assert (answer.status_code, answer.content) == (200, b"")
    assert bench.audit.entries[-1].hasil is HasilAudit.TIDAK_DITEMUKAN


async def test_a_token_that_has_run_out_counts_as_revoked(bench):
    body = (await bench.strict_token()).json()
    bench.clock.now = bench.clock().replace(hour=23)
    assert (await of_bench(bench).revoke(body["access_token"])).status_code == 200


async def test_a_token_forged_in_a_client_s_name_revokes_nothing(bench):
    token = (await bench.strict_token()).json()["access_token"]
    true = await bench.verifier.verify(token)
    claims = {
        "iss": PUBLIC_URL, "sub": "dinkes", "client_id": "dinkes", "aud": PUBLIC_URL, "iat": 1,
        "exp": int(true.exp.timestamp()), "jti": true.jti, "scope": "", "grant_id": "G-1",
        "grant_versi": 1,
    }  # fmt: skip
    forged = sign(claims, private_key("ES256", 2), {"typ": "at+jwt"})
    assert (await of_bench(bench).revoke(forged)).status_code == 200
    assert not await bench.revocations.is_revoked(true.jti)


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "apa_saja"])
async def test_a_hint_makes_no_difference(bench, hint):
    token = (await bench.strict_token()).json()["access_token"]
    answer = await of_bench(bench).revoke(token, token_type_hint=hint)
    assert answer.status_code == 200
    assert await bench.revocations.is_revoked((await bench.verifier.verify(token)).jti)


async def test_the_token_of_another_client_is_not_revoked_and_the_client_is_told(bench):
    await bench.add_key_client("bank", "ES256")
    token = (await bench.strict_token()).json()["access_token"]
    answer = await Asking(bench.http, bench.clock, "bank").revoke(token)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert not await bench.revocations.is_revoked((await bench.verifier.verify(token)).jti)
    entry = bench.audit.entries[-1]
    assert (entry.client_id, entry.hasil, entry.alasan) == (
        "bank", HasilAudit.DITOLAK, "invalid_grant",
    )  # fmt: skip


async def test_a_client_that_does_not_prove_itself_revokes_nothing(bench):
    token = (await bench.strict_token()).json()["access_token"]
    stale = proof(bench.clock)
    assert (await bench.http.post("/oauth2/revoke", data=stale | {"token": "x"})).is_success
    wrong = sign(bench.claims(), private_key("ES256", 2))
    for form in ({}, stale, bench.form(wrong), bench.form(client_id="bank")):
        answer = await bench.http.post("/oauth2/revoke", data=form | {"token": token})
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert not await bench.revocations.is_revoked((await bench.verifier.verify(token)).jti)


async def test_an_assertion_for_the_endpoint_s_own_address_is_refused(bench):
    claims = bench.claims(aud=f"{PUBLIC_URL}/oauth2/revoke")
    form = bench.form(bench.assertion(claims)) | {"token": "x"}
    answer = await bench.http.post("/oauth2/revoke", data=form)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_a_request_without_a_token_is_refused(bench):
    for form in ({}, {"token": ""}):
        answer = await of_bench(bench).send("/oauth2/revoke", form)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
        assert "token" in answer.json()["error_description"]


async def test_the_second_issuer_s_tokens_are_revoked_at_its_own_endpoint(bench):
    token = (await bench.legacy_token()).json()["access_token"]
    path, form = "/legacy/oauth2/revoke", {"token": token}
    refused = await bench.http.post(path, data=form, auth=("demo", "salah.salah"))
    assert (refused.status_code, refused.headers["www-authenticate"][:5]) == (401, "Basic")
    answer = await bench.http.post(path, data=form, auth=("demo", bench.secret))
    assert answer.status_code == 200
    assert await bench.revocations.is_revoked((await bench.verifier.verify(token)).jti)


async def test_a_gateway_without_the_second_issuer_has_none_of_its_endpoints(bench):
    async with bench.connect(legacy=False) as http:
        for name in ("revoke", "introspect"):
            answer = await http.post(f"/legacy/oauth2/{name}", data={"token": "x"})
            assert answer.status_code == 404


async def test_a_revocation_is_on_record_with_its_grant(bench):
    token = (await bench.strict_token()).json()["access_token"]
    await of_bench(bench).revoke(token)
    entry = bench.audit.entries[-1]
    assert (entry.peristiwa, entry.hasil) == ("token.cabut", HasilAudit.DIBERIKAN)
    assert (entry.client_id, entry.grant_id, entry.grant_versi) == ("dinkes", "G-1", 1)
