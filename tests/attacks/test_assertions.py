"""Client assertions made to be believed: each is refused as a client that proves nothing."""

import hmac
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from joserfc.jwk import import_key

from gateway.infra.oauth.client_keys import public_jwk
from tests.attacks.attacker import GENERIC, KEY, STRANGER, Attacker
from tests.fixtures.oauth import PUBLIC_URL, b64, private_key, sign

DEEP = b"[" * 1200 + b"]" * 1200
HUGE = b"1" + b"0" * 400
Make = Callable[[Attacker], str]


def by_hmac(secret: bytes, alg: str) -> Make:
    """Signed with what everybody may know, as if it were a secret."""

    def make(attacker: Attacker) -> str:
        signed = f"{b64({'alg': alg, 'kid': KEY['kid']})}.{b64(attacker.claims())}"
        digest = hmac.digest(secret, signed.encode(), f"sha{alg[2:]}")
        return f"{signed}.{b64(digest)}"

    return make


def by_stranger(**header: Any) -> Make:
    """Signed by a key that the assertion itself brings or points to."""
    return lambda a: a.assertion(key=STRANGER, header={"kid": None} | header)


def under_alg(alg: str, key: dict[str, Any]) -> Make:
    return lambda a: a.assertion(key=key, header={"alg": alg, "kid": KEY["kid"]})


def unsigned(alg: str, signature: str = "") -> Make:
    head = b64({"alg": alg, "kid": KEY["kid"]})
    return lambda a: f"{head}.{b64(a.claims())}.{signature}"


def header_text(text: bytes) -> Make:
    """Signed by the client's own key, under a header that is written as it stands here."""
    return lambda a: a.sealed(b'{"alg":"ES256",' + text + b"}", a.claims())


def claim_text(name: str, text: bytes) -> Make:
    def make(attacker: Attacker) -> str:
        claims = msgspec.json.encode(attacker.claims(**{name: "DI SINI"}))
        return attacker.sealed({"alg": "ES256"}, claims.replace(b'"DI SINI"', text))

    return make


def as_json(attacker: Attacker) -> str:
    protected, payload, signature = attacker.assertion().split(".")
    return msgspec.json.encode(
        {"payload": payload, "protected": protected, "signature": signature}
    ).decode()


PEM = import_key(public_jwk(KEY)).as_pem(private=False)
CASES: dict[str, Make] = {
    "HS256 keyed with the public JWK": by_hmac(msgspec.json.encode(public_jwk(KEY)), "HS256"),
    "HS256 keyed with the public PEM": by_hmac(PEM, "HS256"),
    "HS512 keyed with the public PEM": by_hmac(PEM, "HS512"),
    "RS256 by another key": under_alg("RS256", private_key("PS256")),
    "PS256 by another key": under_alg("PS256", private_key("PS256")),
    "ES256 in small letters": unsigned("es256", b64(b"x" * 64)),
    "none": unsigned("none"),
    "None": unsigned("None"),
    "nOnE with a signature": unsigned("nOnE", b64(b"x" * 64)),
    "no algorithm": lambda a: f"{b64({'kid': KEY['kid']})}.{b64(a.claims())}.{b64(b'x' * 64)}",
    "zeros for a signature": unsigned("ES256", b64(b"\0" * 64)),
    "its own key": by_stranger(jwk=public_jwk(STRANGER)),
    "its own key under our kid": by_stranger(jwk=public_jwk(STRANGER), kid=KEY["kid"]),
    "its keys elsewhere": by_stranger(jku="https://jahat.contoh/jwks.json"),
    "its certificate elsewhere": by_stranger(x5u="https://jahat.contoh/rantai.pem"),
    "its certificate": by_stranger(x5c=["MIIB"]),
    "its certificate's thumbprint": by_stranger(**{"x5t#S256": "A" * 43}),
    "kid a path": lambda a: a.assertion(header={"kid": "../../../../dev/null"}),
    "kid a statement": lambda a: a.assertion(header={"kid": "' UNION SELECT 'x' --"}),
    "kid a command": lambda a: a.assertion(header={"kid": "|/bin/true"}),
    "kid very long": lambda a: a.assertion(header={"kid": "k" * 3000}),
    "kid not ASCII": lambda a: a.assertion(header={"kid": "\u202e\U0001f511\0"}),
    "kid an object": lambda a: a.sealed({"alg": "ES256", "kid": {"$ne": None}}, a.claims()),
    "critical": lambda a: a.sealed({"alg": "ES256", "crit": ["exp"], "exp": 1}, a.claims()),
    "critical of nothing": lambda a: a.sealed({"alg": "ES256", "crit": []}, a.claims()),
    "compressed": lambda a: a.assertion(header={"zip": "DEF"}),
    "payload not encoded": lambda a: a.sealed({"alg": "ES256", "b64": False}, a.claims()),
    "header over 4 KiB": lambda a: a.assertion(header={"x": "k" * 5000}),
    "over 8 KiB": lambda a: a.assertion(isi="x" * 9000),
    "in JSON": as_json,
    "inside of another": lambda a: sign(a.assertion(), KEY, {"cty": "JWT"}),
    "encrypted": lambda a: a.assertion() + ".AAAA.AAAA",
    "an access token": lambda a: a.token,
    "a DPoP proof": lambda a: a.token_proof(),
    "alg twice, the last is none": header_text(b'"alg":"none"'),
    "header nested deep": header_text(b'"x":' + DEEP),
    "claims nested deep": claim_text("x", DEEP),
    "half a character": claim_text("jti", b'"\\ud800"'),
    "a claim not UTF-8": claim_text("sub", b'"\xff"'),
    "claims in UTF-16": lambda a: a.sealed(
        {"alg": "ES256"}, msgspec.json.encode(a.claims()).decode().encode("utf-16")
    ),
    "sub twice, the last is a stranger": claim_text("x", b'1,"sub":"tak-ada"'),
}


@pytest.mark.parametrize("case", CASES)
async def test_an_assertion_that_proves_nothing(attacker, case):
    answer = await attacker.ask_token(attacker.form(CASES[case](attacker)))
    assert answer.json() == GENERIC
    assert "www-authenticate" not in answer.headers
    await attacker.refused_token(answer, 401, "invalid_client")


@pytest.mark.parametrize("exp", [HUGE, b"1e400"], ids=["400 digits", "beyond all"])
async def test_a_time_that_no_clock_can_have_is_told_to_the_key_s_holder_only(attacker, exp):
    answer = await attacker.ask_token(attacker.form(claim_text("exp", exp)(attacker)))
    assert "exp" in answer.json()["error_description"]
    await attacker.refused_token(answer, 401, "invalid_client")
    head, claims, _ = claim_text("exp", exp)(attacker).split(".")
    forged = f"{head}.{claims}.{b64(b'x' * 64)}"
    assert (await attacker.ask_token(attacker.form(forged))).json() == GENERIC


async def test_the_good_assertion_beside_them(attacker):
    for header in ({}, {"typ": "JWT"}, {"x5t": "A", "x": 1}, {"kid": None}):
        answer = await attacker.ask_token(attacker.form(attacker.assertion(header=header)))
        assert (answer.status_code, answer.json()["token_type"]) == (200, "DPoP")
        assert answer.headers["cache-control"] == "no-store"


async def test_the_last_of_two_equal_members_counts(attacker):
    """RFC 7519 section 4 leaves that or a refusal; every reader here does the same."""
    twice = claim_text("x", b'1,"sub":"tak-ada","sub":"dinkes"')(attacker)
    assert (await attacker.ask_token(attacker.form(twice))).status_code == 200


AUDIENCES: dict[str, Any] = {
    "the token endpoint": f"{PUBLIC_URL}/oauth2/token",
    "the legacy issuer": f"{PUBLIC_URL}/legacy/oauth2",
    "a slash more": f"{PUBLIC_URL}/",
    "in capitals": PUBLIC_URL.upper(),
    "the usual port": f"{PUBLIC_URL}:443",
    "plain HTTP": PUBLIC_URL.replace("https", "http"),
    "another issuer": "https://lain.contoh.go.id",
}


@pytest.mark.parametrize("case", AUDIENCES)
async def test_an_assertion_for_somebody_else(attacker, case):
    assertion = attacker.assertion(aud=AUDIENCES[case])
    answer = await attacker.ask_token(attacker.form(assertion))
    await attacker.refused_token(answer, 401, "invalid_client")
    assert (await attacker.recorded())[3] == "dinkes"


@pytest.mark.parametrize("audience", [[PUBLIC_URL], [PUBLIC_URL, "https://lain.contoh.go.id"], []])
async def test_an_array_is_no_audience(attacker, audience):
    answer = await attacker.ask_token(attacker.form(attacker.assertion(aud=audience)))
    await attacker.refused_token(answer, 401, "invalid_client")
