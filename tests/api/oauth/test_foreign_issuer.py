"""A foreign issuer's tokens meet the same grants as our own, and are believed no further than told."""

import msgspec
import pytest

from gateway.domain.client import StatusClient
from gateway.domain.grant import Kelas, Scope, StatusGrant
from gateway.domain.grant_types import ATRIBUT_KELAS_TINGGI
from gateway.domain.narrowing import RAR_TYPE
from tests.api.oauth.status_calls import Asking
from tests.fixtures.foreign import ISSUER, key_of, public, trusting
from tests.fixtures.gateway_app import SEMUA_ATRIBUT, environment, opened
from tests.fixtures.oauth import PUBLIC_URL, b64, client_of, private_key, sign


@pytest.fixture
async def site(sqlite_url):
    async with trusting(sqlite_url) as made:
        yield made


async def rights(site, token=None) -> dict:
    answer = await site.ask(token)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


async def test_its_token_opens_the_client_s_grant(site):
    told = await rights(site)
    assert (told["client_id"], told["grant_id"]) == ("dinkes", site.grant.grant_id)
    assert told["scopes"] == ["ppks:read"]
    assert site.issuer.paths == {"/realms/pemda/protocol/openid-connect/certs"}


async def test_the_scopes_are_those_that_both_token_and_grant_have(site):
    scope = "email ppks:read systems:read penduduk:verify lain:lain"
    await site.gateway.amend(site.grant, scopes=frozenset((Scope.PPKS_READ, Scope.SYSTEMS_READ)))
    assert (await rights(site, site.token(scope=scope)))["scopes"] == ["ppks:read", "systems:read"]
    assert (await rights(site, site.token(scope=None)))["scopes"] == []
    refused = await site.ask(site.token(scope=None), "/v1/ppks")
    assert refused.json()["code"] == "scope_missing"


async def test_what_it_discloses_is_on_record_like_any_other(site):
    assert (await site.ask(path="/v1/ppks")).status_code == 200
    (row,) = await site.gateway.audited()
    assert (row["client_id"], row["grant_id"]) == ("dinkes", site.grant.grant_id)


async def test_it_is_believed_only_where_it_is_configured(sqlite_url, site):
    async with opened(environment(sqlite_url)) as gateway:
        headers = {"authorization": f"Bearer {site.token()}"}
        assert (await gateway.http.get("/v1/me", headers=headers)).status_code == 401
    assert site.issuer.fetches == 0


async def test_our_own_tokens_are_believed_as_before(site):
    asker = await site.gateway.asking()
    assert (await asker.get("/v1/me")).status_code == 200
    assert site.issuer.fetches == 0


async def test_the_metadata_names_it(site):
    told = (await site.gateway.http.get("/.well-known/oauth-protected-resource")).json()
    assert told["authorization_servers"] == [PUBLIC_URL, ISSUER]


# Which grant


async def test_grants_of_the_high_class_do_not_exist_for_it(site):
    high = await site.gateway.grant(kelas=Kelas.TINGGI)
    assert (await rights(site))["grant_id"] == site.grant.grant_id
    refused = await site.ask(site.token(grant_id=high.grant_id))
    assert (refused.status_code, refused.json()["code"]) == (403, "grant_class")


async def test_of_several_grants_the_token_must_name_one(site):
    other = await site.gateway.grant(kelas=Kelas.RENDAH)
    refused = await site.ask()
    assert (refused.status_code, refused.json()["code"]) == (403, "grant_ambiguous")
    for grant in (site.grant, other):
        named = await rights(site, site.token(grant_id=grant.grant_id))
        assert named["grant_id"] == grant.grant_id
    await site.gateway.amend(other, status=StatusGrant.DITANGGUHKAN)
    assert (await rights(site))["grant_id"] == site.grant.grant_id


async def test_a_client_without_a_grant_in_force_is_let_nowhere(site):
    await site.gateway.amend(site.grant, status=StatusGrant.BERAKHIR)
    for token in (site.token(), site.token(grant_id=site.grant.grant_id)):
        refused = await site.ask(token)
        assert (refused.status_code, refused.json()["code"]) == (403, "grant_not_in_force")


async def test_the_grant_of_another_client_is_no_grant(site):
    await site.gateway.agency("bank")
    grant = await site.gateway.grant("bank", kelas=Kelas.RENDAH)
    for named in (grant.grant_id, "G-TIDAK-ADA"):
        assert (await site.ask(site.token(grant_id=named))).status_code == 401


async def test_a_suspended_client_is_refused_at_once(site):
    assert (await site.ask()).status_code == 200
    changed = await site.gateway.parts.clients.client("dinkes")
    changed = msgspec.structs.replace(changed, status=StatusClient.DITANGGUHKAN)
    await site.gateway.parts.clients.save_client(changed, oleh="CONTOH A")
    assert (await site.ask()).status_code == 401


async def test_details_that_are_meant_for_us_narrow_the_grant(site):
    lain = {"type": "https://lain.contoh", "wilayah": ["64.03"]}
    sempit = {"type": RAR_TYPE, "wilayah": ["64.02.06"], "atribut": ["kode_wilayah"]}
    told = await rights(site, site.token(authorization_details=[lain, sempit]))
    assert (told["wilayah"], told["atribut"]) == (["64.02.06"], ["kode_wilayah"])
    told = await rights(site, site.token(authorization_details=[lain]))
    assert (told["wilayah"], set(told["atribut"])) == (
        ["64.02"],
        SEMUA_ATRIBUT - ATRIBUT_KELAS_TINGGI,
    )
    for details in ([sempit, sempit], [sempit | {"lain": 1}], "semua"):
        refused = await site.ask(site.token(authorization_details=details))
        assert refused.status_code == 401


async def test_a_scope_that_its_details_leave_out_opens_nothing(site):
    await site.gateway.amend(site.grant, scopes=frozenset((Scope.PPKS_READ, Scope.SYSTEMS_READ)))
    sempit = {"type": RAR_TYPE, "actions": ["systems:read"]}
    token = site.token(scope="ppks:read systems:read", authorization_details=[sempit])
    assert (await rights(site, token))["scopes"] == ["systems:read"]
    refused = await site.ask(token, "/v1/ppks")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")


# Which client


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("layanan-dinkes", "dinkes"),
        ("kukar-dinkes", "dinkes"),
        ("kukar-bank-dinkes", None),
        ("kukar-khusus-x", "dinkes"),
        ("dinkes", None),
        ("kukar", None),
        ("layanan-dinkes-2", None),
        ("kukar-*", None),
    ],
)
async def test_its_clients_are_known_by_the_table(sqlite_url, theirs, ours):
    table = '{"layanan-dinkes": "dinkes", "kukar-*": "*", "kukar-khusus-*": "dinkes"}'
    async with trusting(sqlite_url, CLIENTS=table) as site:
        answer = await site.ask(site.token(client_id=theirs))
        assert answer.status_code == (200 if ours else 401)


async def test_another_claim_may_name_the_client(sqlite_url):
    async with trusting(sqlite_url, CLIENT_CLAIM="azp") as site:
        assert (await site.ask()).status_code == 401
        assert (await rights(site, site.token(client_id="lain", azp="dinkes")))[
            "client_id"
        ] == "dinkes"


async def test_a_client_that_is_not_registered_is_refused(site):
    assert (await site.ask(site.token(client_id="bank"))).status_code == 401
    await site.gateway.parts.clients.save_client(client_of("bank"), oleh="CONTOH A")
    assert (await site.ask(site.token(client_id="bank"))).json()["code"] == "grant_not_in_force"


# Which tokens

NOW = 1795230000  # 2026-11-21T03:00:00Z
WRONG = {
    "another audience": {"aud": "https://lain.contoh"},
    "other audiences": {"aud": ["account", f"{PUBLIC_URL}/legacy"]},
    "no audience": {"aud": None},
    "expired": {"exp": NOW},
    "no exp": {"exp": None},
    "exp as text": {"exp": str(NOW + 300)},
    "exp beyond numbers": {"exp": 10**400},
    "not yet": {"nbf": NOW + 60},
    "issued in the future": {"iat": NOW + 60},
    "no iat": {"iat": None},
    "a long life": {"exp": NOW + 3601},
    "issued long ago": {"iat": NOW - 3500},
    "no jti": {"jti": None},
    "an empty jti": {"jti": ""},
    "no client": {"client_id": None},
    "an empty client": {"client_id": ""},
    "a client that is no text": {"client_id": 7},
    "a grant that is no text": {"grant_id": ["G-1"]},
    "scopes in an array": {"scope": ["ppks:read"]},
    "an unknown cnf": {"cnf": {"lain": "x"}},
    "a cnf that is empty": {"cnf": {}},
    "another issuer": {"iss": f"{ISSUER}/"},
    "typ JWT": {"header": {"typ": "JWT"}},
    "no typ": {"header": {"typ": None}},
    "crit": {"header": {"crit": ["kid"]}},
    "an unknown kid": {"header": {"kid": "lain"}},
    "another key under the right kid": {
        "key": key_of("ES256", 8), "header": {"kid": key_of()["kid"]},
    },
    "an algorithm that is not taken": {"key": key_of("Ed25519")},
}  # fmt: skip


async def test_the_moment_of_the_cases_is_that_of_the_clock(site):
    assert int(site.clock().timestamp()) == NOW


@pytest.mark.parametrize("case", WRONG)
async def test_refused_is_a_token_with(site, case):
    site.issuer.document = public(key_of(), key_of("Ed25519"))
    refused = await site.ask(site.token(**WRONG[case]))
    assert (refused.status_code, refused.json()["code"]) == (401, "not_authenticated")
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]
    assert (await site.ask()).status_code == 200


async def test_its_public_key_is_no_secret_of_ours(site):
    shared = {"kty": "oct", "k": b64(public(key_of())), "alg": "HS256", "kid": key_of()["kid"]}
    unsigned = f"{b64({'alg': 'none', 'typ': 'at+jwt'})}.{b64(site.claims())}."
    for token in (site.token(key=shared), unsigned):
        assert (await site.ask(token)).status_code == 401


async def test_a_token_in_our_own_name_needs_our_own_key(site):
    claims = site.claims(iss=PUBLIC_URL, grant_id=site.grant.grant_id, grant_versi=1, sub="dinkes")
    assert (await site.ask(sign(claims, key_of(), {"typ": "at+jwt"}))).status_code == 401


async def test_a_good_token_may_be_written_in_several_ways(site):
    for changes in (
        {"aud": ["account", PUBLIC_URL]},
        {"header": {"typ": "application/AT+JWT"}},
        {"header": {"kid": None}},
        {"header": {"x5t": "lain"}},
        {"iat": NOW + 8, "nbf": NOW + 8.5},
        {"exp": NOW + 0.5},
        {"azp": "lain", "realm_access": {"roles": ["lain"]}},
    ):
        assert (await site.ask(site.token(**changes))).status_code == 200, changes


@pytest.mark.parametrize("alg", ["ES256", "PS256", "RS256", "Ed25519"])
async def test_the_algorithms_are_a_setting(sqlite_url, alg):
    async with trusting(sqlite_url, ALGS=alg) as site:
        keys = [{**key_of(each), "alg": None} for each in ("ES256", "PS256", "Ed25519")]
        site.issuer.document = public(*keys)
        for other in ("ES256", "PS256", "RS256", "Ed25519"):
            answer = await site.ask(site.token(key=key_of(other)))
            assert answer.status_code == (200 if other == alg else 401)


async def test_tokens_like_those_of_keycloak(sqlite_url):
    settings = {
        "TYP": "JWT",
        "ALGS": "RS256",
        "CLIENT_CLAIM": "azp",
        "CLAIMS": '{"typ": "Bearer"}',
        "AUDIENCE": "ppks-gateway",
        "CLIENTS": '{"svc-dinkes": "dinkes"}',
    }
    async with trusting(sqlite_url, **settings) as site:
        document = msgspec.json.decode(public(key_of("PS256")))["keys"][0]
        encryption = {**document, "use": "enc", "kid": "enc", "alg": "RSA-OAEP"}
        document |= {"alg": "RS256", "x5c": ["MII"], "x5t": "x"}
        site.issuer.document = msgspec.json.encode({"keys": [encryption, document]})
        token = {
            "key": key_of("RS256"), "header": {"typ": "JWT"}, "aud": ["ppks-gateway", "account"],
            "azp": "svc-dinkes", "client_id": None, "typ": "Bearer", "acr": "1", "nbf": 0,
        }  # fmt: skip
        assert (await rights(site, site.token(**token)))["client_id"] == "dinkes"
        assert (await site.ask(site.token(**token | {"typ": "ID"}))).status_code == 401
        assert (await site.ask(site.token(**token | {"typ": None}))).status_code == 401


async def test_a_token_bound_to_a_key_is_no_bearer_token(site):
    token = site.token(cnf={"jkt": "x" * 43})
    assert (await site.ask(token)).status_code == 401


# Ours to end, and to tell of


async def test_it_is_not_ours_to_revoke_or_to_tell_of(site):
    token, client = site.token(), Asking(site.gateway.http, site.clock)
    assert (await client.introspect(token)).json() == {"active": False}
    assert (await client.revoke(token)).status_code == 200
    assert site.issuer.fetches == 0
    assert (await site.ask(token)).status_code == 200


async def test_nothing_of_the_token_is_said_in_its_refusal(site):
    refused = await site.ask(site.token(client_id="rahasia-sekali", aud="https://rahasia"))
    assert "rahasia" not in refused.text + str(refused.headers)


async def test_keys_of_clients_are_not_its_keys(site):
    assert (await site.ask(site.token(key=private_key("ES256")))).status_code == 401
