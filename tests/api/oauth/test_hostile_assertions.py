"""Assertions that prove nothing, prove too much, or come twice."""

import base64
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.infra.oauth.client_keys import public_jwk
from tests.api.oauth.bench import GENERIC, Bench
from tests.fixtures.oauth import PUBLIC_URL, b64, grant_of, private_key, sign

STRANGER = private_key("ES256", 2)


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
    "no iss": (lambda b: b.assertion(b.claims(iss=None)), "iss"),
    "no aud": (lambda b: b.assertion(b.claims(aud=None)), "aud"),
    "audience in an array": (lambda b: b.assertion(b.claims(aud=[PUBLIC_URL])), "aud one string"),
    "audiences": (lambda b: b.assertion(b.claims(aud=[PUBLIC_URL, "https://lain.contoh"])), "aud one string"),
    "no exp": (lambda b: b.assertion(b.claims(exp=None)), "exp"),
    "exp as text": (lambda b: b.assertion(b.claims(exp="9999999999")), "exp a number"),
    "exp true": (lambda b: b.assertion(b.claims(exp=True)), "exp a number"),
    "no jti": (lambda b: b.assertion(b.claims(jti=None)), "jti"),
    "empty jti": (lambda b: b.assertion(b.claims(jti="")), "jti"),
    "jti no text": (lambda b: b.assertion(b.claims(jti=7)), "jti"),
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


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(head=st.binary(max_size=60), payload=st.binary(max_size=60), tail=st.binary(max_size=80))
async def test_no_garbage_is_more_than_a_refusal(bench, head, payload, tail):
    answer = await bench.strict_token(f"{b64(head)}.{b64(payload)}.{b64(tail)}")
    assert (answer.status_code, answer.json()) == (401, GENERIC)
