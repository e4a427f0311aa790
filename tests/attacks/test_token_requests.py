"""Token requests that are malformed, ask for too much, or prove too much at once."""

import base64
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from tests.attacks.attacker import FORM, GENERIC, LEGACY, TOKEN, Attacker, Headers
from tests.fixtures.oauth import PUBLIC_URL

Body = bytes | Mapping[str, str]
BASIC = "Basic " + base64.b64encode(b"dinkes:rahasia").decode()


def encoded(attacker: Attacker, tail: bytes = b"", **more: str) -> bytes:
    return urlencode(attacker.form(**more)).encode() + tail


def less(attacker: Attacker, name: str) -> dict[str, str]:
    return {key: text for key, text in attacker.form().items() if key != name}


BODIES: dict[str, Callable[[Attacker], Body]] = {
    "a parameter twice": lambda a: encoded(a, b"&scope=ppks%3Aread&scope=ppks%3Aread"),
    "the assertion twice": lambda a: encoded(a, b"&client_assertion=x"),
    "an escaped name twice": lambda a: encoded(a, b"&%73cope=x&scope=x"),
    "an unknown parameter twice": lambda a: encoded(a, b"&x=1&x=2"),
    "a percent sign alone": lambda a: encoded(a, b"&x=%"),
    "half an escape": lambda a: encoded(a, b"&x=%2"),
    "an escape of no digits": lambda a: encoded(a, b"&x=%zz"),
    "a broken name": lambda a: encoded(a, b"&%=1"),
    "not UTF-8": lambda a: encoded(a, b"&x=\xff\xfe"),
    "escaped, not UTF-8": lambda a: encoded(a, b"&x=%c0%af"),
    "half a character, escaped": lambda a: encoded(a, b"&x=%ed%a0%80"),
    "a name without a value": lambda a: encoded(a, b"&x"),
    "nothing between": lambda a: encoded(a, b"&&x=1"),
    "33 parameters": lambda a: encoded(a, **{f"p{number}": "1" for number in range(29)}),
    "nothing": lambda _: b"",
    "zeros": lambda _: bytes(64),
    "JSON": lambda a: msgspec.json.encode(a.form()),
    "gzip": lambda _: b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
    "no grant type": lambda a: less(a, "grant_type"),
    "an empty grant type": lambda a: a.form(grant_type=""),
    "no assertion type": lambda a: less(a, "client_assertion_type"),
    "the type of a SAML assertion": lambda a: a.form(
        client_assertion_type="urn:ietf:params:oauth:client-assertion-type:saml2-bearer"
    ),
    "a secret besides": lambda a: a.form(client_id="dinkes", client_secret="x"),
    "another's grant": lambda a: a.form(grant_id="G-LAIN"),
    "a grant with a zero": lambda a: a.form(grant_id=a.grant.grant_id + "\0"),
}


@pytest.mark.parametrize("case", BODIES)
async def test_a_form_that_is_not_one_sound_request(attacker, case):
    answer = await attacker.ask_token(BODIES[case](attacker))
    await attacker.refused_token(answer, 400, "invalid_request")


HEADERS: dict[str, Headers] = {
    "Basic besides": [("authorization", BASIC)],
    "Bearer besides": [("authorization", "Bearer x")],
    "two Basics besides": [("authorization", BASIC), ("authorization", BASIC)],
    "JSON": [("content-type", "application/json")],
    "multipart": [("content-type", "multipart/form-data; boundary=x")],
    "text": [("content-type", "text/plain")],
    "no type": [("content-type", "")],
    "two types in one": [("content-type", f"{FORM}, application/json")],
    "UTF-16": [("content-type", f"{FORM}; charset=utf-16")],
    "Latin": [("content-type", f"{FORM}; charset=iso-8859-1")],
    "UTF-7": [("content-type", f"{FORM};charset=utf-7")],
}


@pytest.mark.parametrize("case", HEADERS)
async def test_a_form_under_headers_that_do_not_fit(attacker, case):
    answer = await attacker.ask_token(headers=HEADERS[case])
    await attacker.refused_token(answer, 400, "invalid_request")


@pytest.mark.parametrize(
    "content_type", [FORM, FORM.upper(), f"{FORM};charset=UTF-8", f'{FORM}; charset="utf-8"']
)
async def test_the_good_request_beside_them(attacker, content_type):
    answer = await attacker.ask_token(headers=[("content-type", content_type)])
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("target", [f"{TOKEN}?scope=ppks:read", f"{TOKEN}?x", f"{LEGACY}?a=1"])
async def test_parameters_in_the_url(attacker, target):
    answer = await attacker.ask_token(target=target)
    assert answer.status_code == 400
    assert answer.headers["cache-control"] == "no-store"


async def test_a_body_that_is_too_large(attacker):
    answer = await attacker.ask_token(attacker.form(x="x" * 20_000))
    await attacker.refused_token(answer, 413, "invalid_request")


@pytest.mark.parametrize("path", [TOKEN, LEGACY, "/oauth2/introspect", "/oauth2/revoke"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "SELUNDUP"])
async def test_another_method(attacker, method, path):
    answer = await attacker.http.request(method, path)
    assert answer.status_code == 405
    assert "POST" in answer.headers["allow"]
    assert answer.headers["cache-control"] == "no-store"


NARROW = {"type": "https://ppks-gateway/rar/ppks"}
WISHES: dict[str, tuple[dict[str, str], str]] = {
    "an unknown scope": ({"scope": "admin"}, "invalid_scope"),
    "a scope in capitals": ({"scope": "PPKS:READ"}, "invalid_scope"),
    "two spaces": ({"scope": "ppks:read  ppks:read"}, "invalid_scope"),
    "a tab between": ({"scope": "ppks:read\tppks:read"}, "invalid_scope"),
    "a scope with a zero": ({"scope": "ppks:read\0"}, "invalid_scope"),
    "a pattern of scopes": ({"scope": "ppks:*"}, "invalid_scope"),
    "another resource": ({"resource": "https://lain.contoh.go.id"}, "invalid_target"),
    "a resource below": ({"resource": f"{PUBLIC_URL}/v1"}, "invalid_target"),
    "a resource with a fragment": ({"resource": f"{PUBLIC_URL}#x"}, "invalid_target"),
    "the legacy audience": ({"resource": f"{PUBLIC_URL}/legacy"}, "invalid_target"),
}
DETAILS: dict[str, Any] = {
    "more area": [NARROW | {"wilayah": ["64"]}],
    "another area": [NARROW | {"wilayah": ["65.01"]}],
    "an area that looks alike": [NARROW | {"wilayah": ["64.020"]}],
    "an area with a zero": [NARROW | {"wilayah": ["64.02\0"]}],
    "more attributes": [NARROW | {"atribut": ["nik", "rahasia"]}],
    "more actions": [NARROW | {"actions": ["admin"]}],
    "an unknown member": [NARROW | {"tujuan": "P-LAIN"}],
    "another type": [{"type": "https://lain.contoh/rar"}],
    "no type": [{"wilayah": ["64.02"]}],
    "two objects": [NARROW, NARROW],
    "no object": [],
    "not an array": NARROW,
    "nested deep": "[" * 800 + "]" * 800,
    "too long": [NARROW | {"wilayah": ["64.02"] * 400}],
    "not JSON": "[{]",
}


@pytest.mark.parametrize("case", WISHES)
async def test_a_wish_that_is_not_granted(attacker, case):
    wish, error = WISHES[case]
    answer = await attacker.ask_token(attacker.form(**wish))
    await attacker.refused_token(answer, 400, error)
    assert (await attacker.recorded())[3] == "dinkes"


@pytest.mark.parametrize(
    "grant_type",
    [
        "password",
        "refresh_token",
        "authorization_code",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "Client_Credentials",
        'a"\\\r\nX-Jahat: 1',
    ],
)
async def test_another_grant_type(attacker, grant_type):
    answer = await attacker.ask_token(attacker.form(grant_type=grant_type))
    await attacker.refused_token(answer, 400, "unsupported_grant_type")
    assert grant_type not in answer.text


@pytest.mark.parametrize("case", DETAILS)
async def test_authorization_details_only_ever_narrow(attacker, case):
    told = DETAILS[case]
    text = told if isinstance(told, str) else msgspec.json.encode(told).decode()
    answer = await attacker.ask_token(attacker.form(authorization_details=text))
    await attacker.refused_token(answer, 400, "invalid_authorization_details")


async def test_wishes_that_are_granted(attacker):
    details = msgspec.json.encode([NARROW | {"wilayah": ["64.02.06"]}]).decode()
    form = attacker.form(scope="ppks:read", resource=PUBLIC_URL, authorization_details=details)
    answer = await attacker.ask_token(form)
    assert (answer.status_code, answer.json()["scope"]) == (200, "ppks:read")
    assert "refresh_token" not in answer.json()


@pytest.mark.parametrize("named", ["demo", "DINKES", "dinkes ", "tak-ada"])
async def test_another_client_named_beside_the_assertion(attacker, named):
    answer = await attacker.ask_token(attacker.form(client_id=named))
    await attacker.refused_token(answer, 401, "invalid_client")


async def test_the_same_client_named_beside_the_assertion(attacker):
    assert (await attacker.ask_token(attacker.form(client_id="dinkes"))).status_code == 200


@pytest.mark.parametrize("client_id", ["dinkes", "tak-ada", "di\0nkes"])
async def test_nobody_gets_from_one_issuer_to_the_other(attacker, client_id):
    """The name of a client with a key is as good at the legacy endpoint as no name at all."""
    secret = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "x"}
    for target in (LEGACY, TOKEN):
        answer = await attacker.ask_token(secret, target=target)
        assert answer.json() == GENERIC
        await attacker.refused_token(answer, 401, "invalid_client")
    crossed = await attacker.ask_token(target=LEGACY)
    await attacker.refused_token(crossed, 401, "invalid_client")


@pytest.mark.parametrize("path", [TOKEN, LEGACY])
async def test_the_interaction_id_of_fapi_comes_back(attacker, path):
    told = "c770aef3-6784-41f7-8e0e-ff5f97bddb3a"
    for shown, expected in ((told, told), (f"{told}\t", None), ("x" * 36, None)):
        headers = [("x-fapi-interaction-id", shown)]
        answer = await attacker.ask_token(b"x", headers, target=path)
        assert answer.headers.get("x-fapi-interaction-id") == expected
    good = await attacker.ask(headers=[("x-fapi-interaction-id", told)])
    assert (good.status_code, good.headers["x-fapi-interaction-id"]) == (200, told)
