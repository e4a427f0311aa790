"""What the token endpoints give to clients that do everything right."""

from datetime import timedelta

import pytest

from gateway.domain.audit import HasilAudit
from gateway.domain.grant import Kelas, Scope
from tests.fixtures.dpop import jkt_of
from tests.fixtures.oauth import PUBLIC_URL, grant_of, private_key


async def test_a_client_with_a_key_gets_a_token_for_its_one_grant(bench):
    answer = await bench.strict_token()
    body = answer.json()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/json"
    assert body | {"access_token": ""} == {
        "access_token": "",
        "token_type": "DPoP",
        "expires_in": 300,
        "scope": "penduduk:read ppks:read",
        "grant_id": "G-1",
    }
    token = await bench.verifier.verify(body["access_token"])
    assert (token.issuer, token.client_id) == (PUBLIC_URL, "dinkes")
    assert (token.grant_id, token.grant_versi) == ("G-1", 1)
    assert token.scopes == {"ppks:read", "penduduk:read"}
    assert token.exp - token.iat == timedelta(seconds=300)
    assert token.cnf == {"jkt": jkt_of(private_key("ES256"))}


@pytest.mark.parametrize("alg", ["ES256", "PS256", "Ed25519"])
async def test_assertions_of_every_offered_algorithm_are_taken(bench, alg):
    await bench.add_key_client("bank", alg)
    await bench.clients.append_grant(grant_of("bank", "G-9"), oleh="CONTOH A")
    claims = bench.claims(iss="bank", sub="bank")
    answer = await bench.strict_token(bench.assertion(claims, key=private_key(alg)))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "typ",
    [None, "JWT", "jwt", "client-authentication+jwt", "application/client-authentication+jwt"],
)
async def test_the_types_that_a_client_assertion_may_bear_are_taken(bench, typ):
    answer = await bench.strict_token(bench.assertion(header={"typ": typ}))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "claims", [{"iat": None}, {"iat": 10}, {"nbf": 10}, {"nbf": -100}, {"exp": 300}, {"exp": 300.5}]
)
async def test_clocks_may_differ_by_ten_seconds(bench, claims):
    now = int(bench.clock().timestamp())
    moved = {name: None if step is None else now + step for name, step in claims.items()}
    claims = bench.claims(**{"exp": now + 60} | moved)
    assert (await bench.strict_token(bench.assertion(claims))).status_code == 200


async def test_unknown_header_members_are_ignored(bench):
    answer = await bench.strict_token(bench.assertion(header={"x-contoh": 1}))
    assert answer.status_code == 200


async def test_a_client_with_one_key_need_not_name_it(bench):
    answer = await bench.strict_token(bench.assertion(header={"kid": None}))
    assert answer.status_code == 200


async def test_a_client_with_two_keys_chooses_by_algorithm(bench):
    await bench.add_key_client("bank", "ES256", "Ed25519")
    await bench.clients.append_grant(grant_of("bank", "G-9"), oleh="CONTOH A")
    for alg in ("ES256", "Ed25519"):
        claims = bench.claims(iss="bank", sub="bank")
        assertion = bench.assertion(claims, key=private_key(alg), header={"kid": None})
        assert (await bench.strict_token(assertion)).status_code == 200


async def test_the_client_id_may_be_named_beside_the_assertion(bench):
    assert (await bench.strict_token(client_id="dinkes")).status_code == 200


async def test_a_client_with_a_secret_gets_a_token_of_the_legacy_issuer(bench):
    answer = await bench.legacy_token()
    assert answer.status_code == 200
    token = await bench.verifier.verify(answer.json()["access_token"])
    assert token.issuer == f"{PUBLIC_URL}/legacy/oauth2"
    assert (token.client_id, token.grant_id) == ("demo", "G-2")


async def test_the_secret_may_stand_in_the_form(bench):
    form = {"grant_type": "client_credentials", "client_id": "demo", "client_secret": bench.secret}
    answer = await bench.post("/legacy/oauth2/token", form)
    assert answer.status_code == 200


async def test_both_live_secrets_work_until_they_end(bench):
    second = await bench.manage.add_secret("demo", lifetime=timedelta(days=20), oleh="CONTOH A")
    for secret in (bench.secret, second.secret.reveal()):
        assert (await bench.legacy_token(("demo", secret))).status_code == 200
    bench.clock.advance(timedelta(days=10))
    assert (await bench.legacy_token(("demo", bench.secret))).status_code == 401
    assert (await bench.legacy_token(("demo", second.secret.reveal()))).status_code == 200


async def test_a_token_ends_with_its_grant(bench):
    bench.clock.now = grant_of("dinkes", "G-1").berlaku_sampai - timedelta(seconds=40)
    answer = await bench.strict_token()
    assert answer.json()["expires_in"] == 40
    bench.clock.advance(timedelta(seconds=41))
    assert (await bench.strict_token()).json()["error"] == "unauthorized_client"


async def test_scope_narrows_the_token(bench):
    answer = await bench.strict_token(scope="ppks:read")
    assert answer.json()["scope"] == "ppks:read"
    token = await bench.verifier.verify(answer.json()["access_token"])
    assert token.scopes == {"ppks:read"}


async def test_of_several_grants_one_must_be_named(bench):
    other = grant_of("dinkes", "G-3", scopes=frozenset((Scope.PPKS_READ,)), tujuan="P-LAIN")
    await bench.clients.append_grant(other, oleh="CONTOH A")
    refused = await bench.strict_token()
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")
    assert "grant_id" in refused.json()["error_description"]
    named = await bench.strict_token(grant_id="G-3")
    assert (named.json()["grant_id"], named.json()["scope"]) == ("G-3", "ppks:read")
    only_one_fits = await bench.strict_token(scope="penduduk:read")
    assert only_one_fits.json()["grant_id"] == "G-1"


async def test_the_legacy_issuer_serves_low_class_grants_only(bench):
    await bench.clients.append_grant(grant_of("demo", "G-4", kelas=Kelas.TINGGI), oleh="CONTOH A")
    assert (await bench.legacy_token()).json()["grant_id"] == "G-2"
    assert (await bench.legacy_token(grant_id="G-4")).json()["error"] == "invalid_request"


async def test_an_empty_parameter_counts_as_omitted(bench):
    assert (await bench.strict_token(scope="", grant_id="")).status_code == 200


async def test_every_token_is_on_record_before_it_leaves(bench):
    await bench.strict_token()
    (entry,) = bench.audit.entries
    assert (entry.peristiwa, entry.hasil) == ("token.terbit", HasilAudit.DIBERIKAN)
    assert (entry.client_id, entry.grant_id, entry.grant_versi) == ("dinkes", "G-1", 1)
    assert (entry.nomor_pks, entry.tujuan) == ("PKS/001/2026", "P-BANSOS")
    bench.audit.away = True
    answer = await bench.strict_token()
    assert (answer.status_code, answer.json()) == (503, {"code": "audit_unavailable"})


async def test_no_log_line_holds_a_token_or_a_secret(bench, caplog):
    caplog.set_level("DEBUG")
    answers = [
        await bench.strict_token(),
        await bench.legacy_token(),
        await bench.legacy_token(("demo", "wrong.secret")),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 401]
    for unspoken in ("eyJ", bench.secret, "wrong.secret"):
        assert unspoken not in caplog.text
