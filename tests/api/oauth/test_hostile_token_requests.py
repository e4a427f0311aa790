"""What the token endpoints refuse, and how."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.domain.audit import HasilAudit
from gateway.domain.client import StatusClient
from gateway.domain.grant import StatusGrant
from gateway.infra.client_keys import new_private_jwk, public_jwk
from tests.api.oauth.bench import FORM, Bench
from tests.fixtures.oauth import PUBLIC_URL, grant_of, private_key, sign

GENERIC = {
    "error": "invalid_client",
    "error_description": "autentikasi client gagal / client authentication failed",
}
STRANGER = private_key("ES256", 2)


def b64(value: Any) -> str:
    raw = value if isinstance(value, bytes) else msgspec.json.encode(value)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unsigned(bench: Bench, alg: str) -> str:
    return f"{b64({'alg': alg, 'kid': private_key('ES256')['kid']})}.{b64(bench.claims())}."


def hmac_with_public_key(bench: Bench) -> str:
    public = msgspec.json.encode(public_jwk(private_key("ES256")))
    key = {"kty": "oct", "k": b64(public), "alg": "HS256", "kid": private_key("ES256")["kid"]}
    return sign(bench.claims(), key)


def with_rsa(bench: Bench, alg: str) -> str:
    return bench.assertion(
        key=private_key("PS256"), header={"alg": alg, "kid": private_key("ES256")["kid"]}
    )


UNPROVEN: dict[str, Callable[[Bench], str]] = {
    "alg none": lambda b: unsigned(b, "none"),
    "alg none in capitals": lambda b: unsigned(b, "NONE"),
    "no signature": lambda b: b.assertion().rpartition(".")[0] + ".",
    "alg HS256 keyed with the public key": hmac_with_public_key,
    "alg RS256": lambda b: with_rsa(b, "RS256"),
    "another algorithm than the key's": lambda b: with_rsa(b, "PS256"),
    "a stranger's key": lambda b: b.assertion(key=STRANGER),
    "a stranger's key under the client's kid": lambda b: b.assertion(key={**STRANGER, "kid": private_key("ES256")["kid"]}),
    "an unknown kid": lambda b: b.assertion(header={"kid": "lain"}),
    "a kid that is a path": lambda b: b.assertion(header={"kid": "../../etc/passwd"}),
    "a kid that is SQL": lambda b: b.assertion(header={"kid": "x' OR '1'='1"}),
    "a kid that is no text": lambda b: f"{b64({'alg': 'ES256', 'kid': 7})}.{b64(b.claims())}.{b64(b'x' * 64)}",
    "a key of its own in the header": lambda b: b.assertion(key=STRANGER, header={"jwk": public_jwk(STRANGER), "kid": None}),
    "a key location in the header": lambda b: b.assertion(key=STRANGER, header={"jku": "https://jahat.contoh/jwks.json"}),
    "critical extension": lambda b: b.assertion(header={"crit": ["kid"]}),
    "unencoded payload": lambda _: f"{b64({'alg': 'ES256', 'b64': False, 'crit': ['b64']})}.x.{b64(b'x' * 64)}",
    "compressed": lambda b: b.assertion(header={"zip": "DEF"}),
    "type of an access token": lambda b: b.assertion(header={"typ": "at+jwt"}),
    "type of a DPoP proof": lambda b: b.assertion(header={"typ": "dpop+jwt"}),
    "header not an object": lambda b: f"{b64(['alg'])}.{b64(b.claims())}.{b64(b'x' * 64)}",
    "not a JWT": lambda _: "bukan-jwt",
    "five parts": lambda b: b.assertion() + ".a.b",
    "white space inside": lambda b: b.assertion().replace(".", ".\n", 1),
    "oversize": lambda b: b.assertion(b.claims(isi="x" * 9000)),
    "no sub": lambda b: b.assertion(b.claims(sub=None)),
    "sub no text": lambda b: b.assertion(b.claims(sub=["dinkes"])),
    "sub with a null character": lambda b: b.assertion(b.claims(sub="dinkes\0", iss="dinkes\0")),
    "sub unknown": lambda b: b.assertion(b.claims(sub="tak-ada", iss="tak-ada")),
    "no iss": lambda b: b.assertion(b.claims(iss=None)),
    "no aud": lambda b: b.assertion(b.claims(aud=None)),
    "audience in an array": lambda b: b.assertion(b.claims(aud=[PUBLIC_URL])),
    "audiences": lambda b: b.assertion(b.claims(aud=[PUBLIC_URL, "https://lain.contoh"])),
    "no exp": lambda b: b.assertion(b.claims(exp=None)),
    "exp as text": lambda b: b.assertion(b.claims(exp="9999999999")),
    "exp true": lambda b: b.assertion(b.claims(exp=True)),
    "no jti": lambda b: b.assertion(b.claims(jti=None)),
    "empty jti": lambda b: b.assertion(b.claims(jti="")),
    "jti no text": lambda b: b.assertion(b.claims(jti=7)),
    "claims not an object": lambda _: sign([1], private_key("ES256")),
}  # fmt: skip


@pytest.mark.parametrize("case", UNPROVEN)
async def test_an_assertion_that_proves_nothing_is_refused_without_a_reason(bench, case):
    answer = await bench.strict_token(UNPROVEN[case](bench))
    assert (answer.status_code, answer.json()) == (401, GENERIC)
    assert answer.headers["cache-control"] == "no-store"
    assert "www-authenticate" not in answer.headers


def at(bench: Bench, seconds: float) -> float:
    return int(bench.clock().timestamp()) + seconds


EXPLAINED: dict[str, tuple[Callable[[Bench], str], str]] = {
    "iss of another": (lambda b: b.assertion(b.claims(iss="demo")), "iss"),
    "audience is the token endpoint": (lambda b: b.assertion(b.claims(aud=f"{PUBLIC_URL}/oauth2/token")), "aud"),
    "audience is the legacy issuer": (lambda b: b.assertion(b.claims(aud=f"{PUBLIC_URL}/legacy/oauth2")), "aud"),
    "audience with a slash more": (lambda b: b.assertion(b.claims(aud=f"{PUBLIC_URL}/")), "aud"),
    "audience is the Host header": (lambda b: b.assertion(b.claims(aud="http://inside:8000")), "aud"),
    "expired now": (lambda b: b.assertion(b.claims(exp=at(b, 0))), "exp"),
    "expired 5 minutes ago": (lambda b: b.assertion(b.claims(exp=at(b, -300))), "exp"),
    "good for an hour": (lambda b: b.assertion(b.claims(exp=at(b, 3600))), "exp"),
    "good for 6 minutes": (lambda b: b.assertion(b.claims(exp=at(b, 360))), "exp"),
    "iat 61 s ahead": (lambda b: b.assertion(b.claims(iat=at(b, 61))), "iat"),
    "nbf 61 s ahead": (lambda b: b.assertion(b.claims(nbf=at(b, 61))), "nbf"),
}  # fmt: skip


@pytest.mark.parametrize("case", EXPLAINED)
async def test_the_holder_of_the_key_is_told_what_is_wrong(bench, case):
    make, word = EXPLAINED[case]
    answer = await bench.strict_token(make(bench))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert word in answer.json()["error_description"]


async def test_an_assertion_is_good_for_one_token(bench):
    assertion = bench.assertion()
    assert (await bench.strict_token(assertion)).status_code == 200
    again = await bench.strict_token(assertion)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    resigned = bench.assertion(
        bench.claims(
            jti=msgspec.json.decode(base64.urlsafe_b64decode(assertion.split(".")[1] + "=="))["jti"]
        )
    )
    assert (await bench.strict_token(resigned)).status_code == 401


async def test_a_stranger_cannot_use_up_a_clients_jti(bench):
    claims = bench.claims(jti="satu")
    assert (await bench.strict_token(bench.assertion(claims, key=STRANGER))).status_code == 401
    assert (await bench.strict_token(bench.assertion(claims))).status_code == 200


async def test_two_clients_may_happen_to_use_the_same_jti(bench):
    await bench.add_key_client("bank", "ES256")
    await bench.clients.append_grant(grant_of("bank", "G-9"), oleh="CONTOH A")
    first = await bench.strict_token(bench.assertion(bench.claims(jti="satu")))
    second = await bench.strict_token(
        bench.assertion(bench.claims(jti="satu", iss="bank", sub="bank"))
    )
    assert (first.status_code, second.status_code) == (200, 200)


async def test_nothing_is_issued_while_the_replay_set_cannot_serve(bench):
    bench.replay._most = 0
    answer = await bench.strict_token()
    assert (answer.status_code, answer.json()) == (503, {"code": "replay_set_unavailable"})


async def test_another_client_named_beside_the_assertion_is_refused(bench):
    answer = await bench.strict_token(client_id="demo")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("key", ["the client's", "a stranger's"])
@pytest.mark.parametrize("state", ["suspended", "revoked", "expired", "unknown", "has a secret"])
async def test_clients_that_may_not_are_answered_like_clients_that_do_not_exist(bench, state, key):
    name = {"unknown": "tak-ada", "has a secret": "demo", "expired": "usang"}.get(state, "dinkes")
    await bench.add_key_client("usang", "ES256", berakhir=bench.clock() + timedelta(days=1))
    if state in {"suspended", "revoked"}:
        status = {"suspended": StatusClient.DITANGGUHKAN, "revoked": StatusClient.DICABUT}[state]
        await bench.set_status("dinkes", status)
    bench.clock.advance(timedelta(days=2))
    signing = private_key("ES256") if key == "the client's" else STRANGER
    answer = await bench.strict_token(
        bench.assertion(bench.claims(iss=name, sub=name), key=signing)
    )
    assert (answer.status_code, answer.json()) == (401, GENERIC)


async def test_the_legacy_endpoint_answers_every_failure_alike(bench):
    second = await bench.manage.add_secret("demo", lifetime=timedelta(days=1), oleh="CONTOH A")
    expired = second.secret.reveal()
    bench.clock.advance(timedelta(days=2))
    secret_id = bench.secret.partition(".")[0]
    tries = [
        ("tak-ada", bench.secret),
        ("tak\0ada", bench.secret),
        ("dinkes", bench.secret),
        ("demo", "salah"),
        ("demo", f"{secret_id}.salah"),
        ("demo", bench.secret + "x"),
        ("demo", expired),
        ("DEMO", bench.secret),
    ]
    answers = [await bench.legacy_token(one) for one in tries]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.content for answer in answers} == {msgspec.json.encode(GENERIC)}
    challenges = {answer.headers["www-authenticate"] for answer in answers}
    assert challenges == {'Basic realm="ppks-gateway", charset="UTF-8"'}
    await bench.set_status("demo", StatusClient.DITANGGUHKAN)
    suspended = await bench.legacy_token()
    assert (suspended.status_code, suspended.json()) == (401, GENERIC)


async def test_unknown_and_known_clients_cost_the_same_work(bench, monkeypatch):
    """One scrypt computation each, whoever asks: counted, since clocks lie on busy machines."""
    import gateway.kit.secret_hash as hashing

    runs: list[str] = []
    scrypt = hashing._scrypt
    monkeypatch.setattr(hashing, "_scrypt", lambda *about: runs.append("run") or scrypt(*about))
    await bench.legacy_token(("tak-ada", "x"))
    counts = []
    for one in [("tak-ada", bench.secret), ("dinkes", "x"), ("demo", "x"), ("demo", bench.secret)]:
        runs.clear()
        await bench.legacy_token(one)
        counts.append(len(runs))
    assert counts == [1, 1, 1, 1]


BASIC: dict[str, str] = {
    "not base64": "Basic !!!",
    "no colon": "Basic " + base64.b64encode(b"demo").decode(),
    "empty": "Basic",
    "another scheme": "Bearer abc",
    "not UTF-8": "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
    "escaped not UTF-8": "Basic " + base64.b64encode(b"demo:%ff").decode(),
}


@pytest.mark.parametrize("case", BASIC)
async def test_an_unreadable_authorization_header_is_refused(bench, case):
    answer = await bench.post(
        "/legacy/oauth2/token", {"grant_type": "client_credentials"}, authorization=BASIC[case]
    )
    assert (answer.status_code, answer.json()) == (401, GENERIC)


async def test_basic_credentials_are_form_encoded_before_they_are_joined(bench):
    pair = f"%64emo:{bench.secret.replace('.', '%2E')}"
    header = "Basic " + base64.b64encode(pair.encode()).decode()
    answer = await bench.post(
        "/legacy/oauth2/token", {"grant_type": "client_credentials"}, authorization=header
    )
    assert answer.status_code == 200


async def test_a_secret_is_of_no_use_at_the_strict_endpoint(bench):
    form = {"grant_type": "client_credentials"}
    in_form = await bench.post(
        "/oauth2/token", form | {"client_id": "demo", "client_secret": bench.secret}
    )
    assert (in_form.status_code, in_form.json()) == (401, GENERIC)
    header = "Basic " + base64.b64encode(f"demo:{bench.secret}".encode()).decode()
    in_header = await bench.post("/oauth2/token", form, authorization=header)
    assert (in_header.status_code, in_header.json()) == (401, GENERIC)
    # RFC 6749 section 5.2: who tried with the header is answered with a header.
    assert in_header.headers["www-authenticate"].startswith("Basic realm=")


async def test_an_assertion_is_of_no_use_at_the_legacy_endpoint(bench):
    for audience in (PUBLIC_URL, f"{PUBLIC_URL}/legacy/oauth2"):
        form = bench.form(bench.assertion(bench.claims(aud=audience)))
        answer = await bench.post("/legacy/oauth2/token", form)
        assert (answer.status_code, answer.json()) == (401, GENERIC)


async def test_without_its_switch_nothing_of_the_legacy_issuer_exists(bench):
    async with bench.connect(legacy=False) as http:
        for path in (
            "/legacy/oauth2/token",
            "/legacy/oauth2/jwks.json",
            "/.well-known/oauth-authorization-server/legacy/oauth2",
        ):
            assert (await http.get(path)).status_code == 404


MALFORMED: dict[str, Callable[[dict[str, str]], tuple[bytes, dict[str, str]]]] = {
    "repeated parameter": lambda f: (urlencode(f).encode() + b"&scope=ppks%3Aread&scope=ppks%3Aread", {}),
    "repeated unknown parameter": lambda f: (urlencode(f).encode() + b"&a=1&a=2", {}),
    "repeated assertion": lambda f: (urlencode([*f.items(), ("client_assertion", "x")]).encode(), {}),
    "repeated without a value": lambda f: (urlencode(f).encode() + b"&scope=&scope=", {}),
    "assertion and secret": lambda f: (urlencode(f | {"client_id": "demo", "client_secret": "x"}).encode(), {}),
    "assertion and header": lambda f: (urlencode(f).encode(), {"authorization": "Basic ZGVtbzp4"}),
    "assertion and bearer": lambda f: (urlencode(f).encode(), {"authorization": "Bearer x"}),
    "JSON": lambda f: (msgspec.json.encode(f), {"content-type": "application/json"}),
    "JSON said to be a form": lambda f: (msgspec.json.encode(f), {}),
    "multipart": lambda f: (urlencode(f).encode(), {"content-type": "multipart/form-data; boundary=x"}),
    "no content type": lambda f: (urlencode(f).encode(), {"content-type": ""}),
    "not UTF-8": lambda f: (urlencode(f).encode() + b"&x=\xff", {}),
    "escaped not UTF-8": lambda f: (urlencode(f).encode() + b"&x=%ff", {}),
    "hundreds of parameters": lambda f: (urlencode(f | {f"p{n}": "1" for n in range(200)}).encode(), {}),
    "no grant type": lambda f: (urlencode({k: v for k, v in f.items() if k != "grant_type"}).encode(), {}),
    "nothing": lambda _: (b"", {}),
    "no assertion type": lambda f: (urlencode({k: v for k, v in f.items() if k != "client_assertion_type"}).encode(), {}),
    "another assertion type": lambda f: (urlencode(f | {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"}).encode(), {}),
}  # fmt: skip


@pytest.mark.parametrize("case", MALFORMED)
async def test_a_malformed_request_is_an_invalid_request(bench, case):
    body, headers = MALFORMED[case](bench.form())
    answer = await bench.post("/oauth2/token", body, **headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert answer.headers["cache-control"] == "no-store"
    assert bench.audit.entries[-1].alasan == "invalid_request"


async def test_two_authorization_headers_are_refused(bench):
    header = "Basic " + base64.b64encode(f"demo:{bench.secret}".encode()).decode()
    answer = await bench.http.post(
        "/legacy/oauth2/token",
        content=b"grant_type=client_credentials",
        headers=[("content-type", FORM), ("authorization", header), ("authorization", header)],
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_secrets_in_header_and_form_at_once_are_refused(bench):
    form = {"client_id": "demo", "client_secret": bench.secret}
    answer = await bench.legacy_token(**form)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_form_of_more_than_16_kib_is_refused(bench):
    answer = await bench.strict_token(isi="x" * 17_000)
    assert (answer.status_code, answer.json()["error"]) == (413, "invalid_request")


async def test_parameters_in_the_url_are_refused(bench):
    answer = await bench.http.post("/oauth2/token?scope=ppks:read", data=bench.form())
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("path", ["/oauth2/token", "/legacy/oauth2/token"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_tokens_are_given_by_post_only(bench, method, path):
    assert (await bench.http.request(method, path)).status_code == 405


@pytest.mark.parametrize(
    "grant_type", ["password", "refresh_token", "authorization_code", 'a"\\\r\nX-Jahat: 1']
)
async def test_other_grant_types_are_unsupported_and_not_echoed(bench, grant_type):
    form = bench.form() | {"grant_type": grant_type}
    answer = await bench.post("/oauth2/token", form)
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")
    assert grant_type not in answer.text


@pytest.mark.parametrize(
    "scope",
    [
        "admin",
        "ppks:read admin",
        "penduduk:verify",
        "ppks:read  ppks:read",
        "PPKS:READ",
        "ppks:read\n",
    ],
)
async def test_scopes_that_are_unknown_or_not_granted_are_invalid(bench, scope):
    answer = await bench.strict_token(scope=scope)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    "status", [StatusGrant.DRAFT, StatusGrant.DITANGGUHKAN, StatusGrant.BERAKHIR]
)
async def test_a_grant_that_is_not_active_gives_no_token(bench, status):
    await bench.clients.append_grant(
        grant_of("dinkes", "G-1", versi=2, status=status), oleh="CONTOH A"
    )
    unnamed, named = await bench.strict_token(), await bench.strict_token(grant_id="G-1")
    assert (unnamed.status_code, unnamed.json()["error"]) == (400, "unauthorized_client")
    assert (named.status_code, named.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("moment", [timedelta(days=-2), timedelta(days=31)])
async def test_a_grant_before_or_after_its_time_gives_no_token(bench, moment):
    await bench.add_key_client("bank", "ES256")
    late = grant_of(
        "bank",
        "G-9",
        berlaku_dari=bench.clock() - moment - timedelta(days=1),
        berlaku_sampai=bench.clock() - moment,
    )
    await bench.clients.append_grant(late, oleh="CONTOH A")
    if moment < timedelta(0):
        bench.clock.advance(moment)
    answer = await bench.strict_token(bench.assertion(bench.claims(iss="bank", sub="bank")))
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")


async def test_another_clients_grant_cannot_be_told_from_one_that_does_not_exist(bench):
    foreign = await bench.strict_token(grant_id="G-2")
    missing = await bench.strict_token(grant_id="G-404")
    assert (foreign.status_code, foreign.content) == (missing.status_code, missing.content)
    assert foreign.json()["error"] == "invalid_request"


async def test_refusals_are_on_record_without_names_that_nobody_bears(bench):
    await bench.strict_token(bench.assertion(key=STRANGER))
    await bench.legacy_token(("9901010101900001", "rahasia"))
    known, unknown = bench.audit.entries
    assert (known.peristiwa, known.hasil, known.alasan) == (
        "token.tolak",
        HasilAudit.DITOLAK,
        "invalid_client",
    )
    assert (known.client_id, unknown.client_id) == ("dinkes", None)
    assert b"9901" not in msgspec.json.encode(bench.audit.entries)
    bench.audit.away = True
    assert (await bench.legacy_token(("demo", "salah"))).status_code == 503


def test_keys_are_made_for_each_algorithm():
    for alg in ("ES256", "PS256", "Ed25519"):
        assert {"d"} <= new_private_jwk(alg).keys()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(head=st.binary(max_size=60), payload=st.binary(max_size=60), tail=st.binary(max_size=80))
async def test_no_garbage_is_more_than_a_refusal(bench, head, payload, tail):
    answer = await bench.strict_token(f"{b64(head)}.{b64(payload)}.{b64(tail)}")
    assert (answer.status_code, answer.json()) == (401, GENERIC)
