"""Tokens as the API takes them: each request anew, client and grant as they are now."""

import base64
from datetime import timedelta

import msgspec
import pytest
from httpx import Response

from gateway.application.admin.manage_clients import ManageClients
from gateway.domain.client import AuthMethod, StatusClient
from gateway.domain.grant import Kelas, Scope, StatusGrant
from gateway.infra.crypto import Keyring
from gateway.infra.oauth.signing import SigningKeys
from gateway.infra.oauth.tokens import Issuer
from tests.fixtures.dpop import Possession, jkt_of
from tests.fixtures.gateway_people import SATU
from tests.fixtures.oauth import PUBLIC_URL, private_key

HOLDER = {"jkt": jkt_of(private_key("ES256"))}
METADATA = f'resource_metadata="{PUBLIC_URL}/.well-known/oauth-protected-resource"'


async def asked(gateway, *authorization: str):
    headers = [("authorization", value) for value in authorization]
    return await gateway.http.get("/v1/ppks", headers=headers)


async def held(gateway, token: str):
    """Asked with the token and a proof by the agency's key."""
    return await gateway.http.get("/v1/ppks", auth=Possession(gateway.clock, token))


def challenge(scheme: str, parameters: str) -> str:
    own = {"DPoP": 'algs="ES256 PS256 Ed25519", '}.get(scheme, "")
    return f"{scheme} {parameters}{own}{METADATA}"


def refused(answer, scheme=None, error='error="invalid_token", '):
    """Where no scheme could be read, both are offered."""
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"
    offered = [scheme] if scheme else ["DPoP", "Bearer"]
    assert answer.headers["www-authenticate"] == ", ".join(
        challenge(each, error) for each in offered
    )


async def test_without_a_token_the_answer_says_where_tokens_come_from(gateway):
    refused(await asked(gateway), error="")
    (row,) = await gateway.audited()
    assert (row["peristiwa"], row["hasil"], row["alasan"], row["client_id"]) == (
        "GET /v1/ppks",
        "ditolak",
        "not_authenticated",
        None,
    )


@pytest.mark.parametrize(
    "authorization", ["Bearer", "Bearer ", "Basic ZGVtbzpkZW1v", "Token abc", "abc", ""]
)
async def test_an_authorization_that_is_no_bearer_token_is_an_invalid_request(
    gateway, authorization
):
    refused(await asked(gateway, authorization), error='error="invalid_request", ')


async def test_two_authorizations_are_refused_even_where_one_is_good(gateway):
    asker = await gateway.asking()
    good = f"DPoP {asker.token}"
    refused(await asked(gateway, good, good), error='error="invalid_request", ')


@pytest.mark.parametrize(
    "token", ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "é", "x" * 5000, "a b"]
)
async def test_what_is_no_token_is_refused(gateway, token):
    for scheme in ("Bearer", "DPoP"):
        refused(await asked(gateway, f"{scheme} ".encode() + token.encode()), scheme)


async def test_the_scheme_is_read_without_regard_to_case(gateway):
    asker = await gateway.asking()
    assert (await asker.get("/v1/ppks", authorization=f"dpop {asker.token}")).status_code == 200


@pytest.mark.parametrize("part", [0, 1, 2])
async def test_a_token_that_was_changed_is_refused(gateway, part):
    asker = await gateway.asking()
    assert (await asker.get("/v1/me")).status_code == 200
    parts = asker.token.split(".")
    middle = len(parts[part]) // 2
    flipped = "A" if parts[part][middle] != "A" else "B"
    parts[part] = parts[part][:middle] + flipped + parts[part][middle + 1 :]
    refused(await held(gateway, ".".join(parts)), "DPoP")


async def test_a_token_without_a_signature_is_refused(gateway):
    asker = await gateway.asking()
    _, payload, _ = asker.token.split(".")
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').decode().rstrip("=")
    refused(await held(gateway, f"{head}.{payload}."), "DPoP")


async def test_a_token_ends_after_300_seconds(gateway):
    asker = await gateway.asking()
    gateway.clock.advance(timedelta(seconds=299))
    assert (await asker.get("/v1/me")).status_code == 200
    gateway.clock.advance(timedelta(seconds=1))
    refused(await asker.get("/v1/me"), "DPoP")


async def test_a_token_of_another_gateway_is_refused(gateway):
    grant = await gateway.grant()
    profile = gateway.parts.issuers[0].profile
    keys = SigningKeys(
        gateway.parts.database, Keyring({"lain": b"x" * 32}, b"y" * 32), gateway.clock
    )
    for changes in ({"issuer": "https://lain.contoh.go.id"}, {"nama": "lain"}):
        other = Issuer(msgspec.structs.replace(profile, **changes), keys, gateway.clock)
        token = (await other.issue(grant, frozenset(Scope), cnf=HOLDER)).token
        refused(await held(gateway, token), "DPoP")


async def test_each_issuer_answers_for_its_own_audience_alone(gateway):
    grant = await gateway.grant(kelas=Kelas.RENDAH)
    strict, legacy = gateway.parts.issuers
    for issuer, other, cnf in ((strict, legacy, HOLDER), (legacy, strict, None)):
        profile = msgspec.structs.replace(issuer.profile, audience=other.profile.audience)
        crossed = Issuer(profile, issuer._keys, gateway.clock)

        async def ask(issuer, cnf=cnf) -> Response:
            token = (await issuer.issue(grant, frozenset(Scope), cnf=cnf)).token
            return await (held(gateway, token) if cnf else asked(gateway, f"Bearer {token}"))

        refused(await ask(crossed), "DPoP" if cnf else "Bearer")
        assert (await ask(issuer)).status_code == 200


async def test_a_token_of_the_second_issuer_does_not_serve_a_sensitive_grant(gateway):
    grant = await gateway.grant(kelas=Kelas.TINGGI)
    token = (await gateway.parts.issuers[1].issue(grant, frozenset(Scope))).token
    answer = await asked(gateway, f"Bearer {token}")
    assert (answer.status_code, answer.json()["code"]) == (403, "grant_class")


async def test_a_client_with_a_secret_is_served_under_its_less_sensitive_grant(gateway):
    manage = ManageClients(gateway.parts.clients, gateway.clock)
    await gateway.agency("demo", auth=AuthMethod.CLIENT_SECRET, jwks=())
    made = await manage.add_secret("demo", lifetime=timedelta(days=1), oleh="CONTOH A")
    await gateway.grant("demo", kelas=Kelas.RENDAH)
    answer = await gateway.http.post(
        "/legacy/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=("demo", made.secret.reveal()),
    )
    shown = await asked(gateway, f"Bearer {answer.json()['access_token']}")
    assert (shown.status_code, len(shown.json()["items"])) == (200, 5)


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/v1/ppks", "ppks:read"),
        ("GET", "/v1/ppks/01a1fc00-0000-7000-8000-000000000000", "ppks:read"),
        ("POST", "/v1/ppks/search", "ppks:read"),
        ("POST", "/v1/penduduk/lookup", "penduduk:read"),
        ("POST", "/v1/penduduk/verify", "penduduk:verify"),
        ("GET", "/v1/systems", "systems:read"),
    ],
)
async def test_a_token_without_the_scope_is_told_which_one_it_lacks(gateway, method, path, scope):
    grant = await gateway.grant()
    asker = await gateway.asker(grant, scope=" ".join(grant.scopes - {scope}))
    answer = await (asker.get(path) if method == "GET" else asker.post(path, {"nik": SATU.nik}))
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    expected = challenge("DPoP", f'error="insufficient_scope", scope="{scope}", ')
    assert answer.headers["www-authenticate"] == expected
    (row,) = await gateway.audited()
    assert (row["alasan"], row["client_id"]) == ("scope_missing", "dinkes")
    assert (row["grant_id"], row["tujuan"]) == (grant.grant_id, "P-BANSOS")


async def test_a_scope_that_the_grant_has_lost_is_lost_to_tokens_that_are_about(gateway):
    asker = await gateway.asking()
    await gateway.amend(asker.grant, scopes=frozenset((Scope.SYSTEMS_READ,)))
    assert (await asker.get("/v1/ppks")).status_code == 403
    assert (await asker.get("/v1/me")).json()["data"]["scopes"] == ["systems:read"]


@pytest.mark.parametrize("status", [StatusGrant.BERAKHIR, StatusGrant.DITANGGUHKAN])
async def test_a_grant_that_ends_while_its_token_lives_serves_no_longer(gateway, status):
    asker = await gateway.asking()
    assert (await asker.get("/v1/ppks")).status_code == 200
    await gateway.amend(asker.grant, status=status)
    answer = await asker.get("/v1/ppks")
    assert (answer.status_code, answer.json()["code"]) == (403, "grant_not_in_force")
    row = (await gateway.audited())[-1]
    assert (row["alasan"], row["client_id"], row["grant_id"]) == (
        "grant_not_in_force",
        "dinkes",
        asker.grant.grant_id,
    )


async def test_a_grant_whose_time_was_cut_short_serves_no_longer(gateway):
    asker = await gateway.asking()
    await gateway.amend(asker.grant, berlaku_sampai=gateway.clock())
    assert (await asker.get("/v1/ppks")).json()["code"] == "grant_not_in_force"


async def test_a_grant_given_to_another_client_does_not_serve_the_first(gateway):
    grant = await gateway.grant()
    foreign = msgspec.structs.replace(grant, client_id="lain")
    await gateway.agency("lain")
    token = (await gateway.parts.issuers[0].issue(foreign, frozenset(Scope), cnf=HOLDER)).token
    refused(await held(gateway, token), "DPoP")


@pytest.mark.parametrize("status", [StatusClient.DITANGGUHKAN, StatusClient.DICABUT])
async def test_a_client_that_is_suspended_is_out_at_once(gateway, status):
    asker = await gateway.asking()
    client = await gateway.parts.clients.client("dinkes")
    changed = msgspec.structs.replace(client, status=status)
    await gateway.parts.clients.save_client(changed, oleh="CONTOH A")
    refused(await asker.get("/v1/ppks"), "DPoP")
    (row,) = await gateway.audited()
    assert (row["client_id"], row["grant_id"]) == ("dinkes", asker.grant.grant_id)


async def test_a_client_whose_registration_ran_out_is_out(gateway):
    end = gateway.clock() + timedelta(seconds=60)
    await gateway.agency("lain", auth=AuthMethod.PRIVATE_KEY_JWT, berakhir_pada=end)
    asker = await gateway.asking("lain")
    assert (await asker.get("/v1/me")).status_code == 200
    gateway.clock.advance(timedelta(seconds=60))
    refused(await asker.get("/v1/me"), "DPoP")


async def test_me_tells_what_the_token_may_do(gateway):
    grant = await gateway.grant(atribut=frozenset(("nik",)), atribut_cocok=frozenset())
    asker = await gateway.asker(grant, scope="ppks:read")
    data = (await asker.get("/v1/me")).json()["data"]
    assert {
        name: data[name] for name in ("client_id", "grant_id", "scopes", "atribut", "wilayah")
    } == {
        "client_id": "dinkes",
        "grant_id": grant.grant_id,
        "scopes": ["ppks:read"],
        "atribut": ["nik"],
        "wilayah": ["64.02"],
    }
    assert await gateway.audited() == []
