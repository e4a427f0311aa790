"""Token requests that the endpoints refuse, and how."""

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from joserfc import jws

from gateway.domain.audit import HasilAudit
from gateway.domain.client import StatusClient
from gateway.domain.grant import StatusGrant
from tests.api.oauth.bench import FORM, GENERIC
from tests.fixtures.oauth import PUBLIC_URL, grant_of, private_key

STRANGER = private_key("ES256", 2)


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


async def test_unknown_and_known_clients_cost_the_same_hashing(bench, monkeypatch):
    """One computation each, whoever asks: counted, since clocks lie on busy machines."""
    await bench.legacy_token(("tak-ada", "x"))
    runs = counted(monkeypatch, hashlib, "scrypt")
    counts = []
    for one in [("tak-ada", bench.secret), ("dinkes", "x"), ("demo", "x"), ("demo", bench.secret)]:
        runs.clear()
        await bench.legacy_token(one)
        counts.append(len(runs))
    assert counts == [1, 1, 1, 1]


async def test_unknown_and_known_clients_cost_the_same_checking_of_signatures(bench, monkeypatch):
    runs = counted(monkeypatch, jws, "deserialize_compact")
    counts = []
    for name, changes in [
        ("tak-ada", {}),
        ("dinkes", {"key": STRANGER}),
        ("dinkes", {"header": {"kid": "x"}}),
        ("demo", {}),
        ("dinkes", {"key": private_key("PS256")}),
    ]:
        runs.clear()
        await bench.strict_token(bench.assertion(bench.claims(iss=name, sub=name), **changes))
        counts.append(len(runs))
    assert counts == [1] * 5


def counted(monkeypatch, module, name):
    """The calls of a library's function, which still does its work."""
    runs: list[str] = []
    real = getattr(module, name)

    def counting(*words: Any, **named: Any) -> Any:
        runs.append(name)
        return real(*words, **named)

    monkeypatch.setattr(module, name, counting)
    return runs


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
