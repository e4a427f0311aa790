"""The behaviours of the certification plan for machine clients (FAPI 2.0, private_key_jwt, DPoP).

The plan's own suite is not run here; each case is named as there, and asked over HTTP.
"""

import httpx
import pytest

from gateway.domain.proof import ProofFault
from tests.attacks.attacker import GENERIC, RESOURCE, Attacker
from tests.fixtures.dpop_cases import CONFORMANCE, MODULES
from tests.fixtures.oauth import PUBLIC_URL, private_key

ALGS = {"PS256", "ES256", "EdDSA", "Ed25519"}


async def answers(attacker: Attacker, case: str) -> list[httpx.Response]:
    make, _ = (CONFORMANCE | MODULES)[case]
    prover = attacker.prover(token=attacker.token)
    return [await attacker.ask(proofs=list(proofs)) for proofs in make(prover)]


async def judge(attacker: Attacker, case: str, answer: httpx.Response) -> None:
    _, fault = (CONFORMANCE | MODULES)[case]
    if fault is None:
        assert answer.status_code == 200, answer.text
        return
    error = "invalid_token" if fault is ProofFault.OTHER_KEY else "invalid_dpop_proof"
    await attacker.refused_resource(answer, error, fault=f"dpop_{fault}")


@pytest.mark.parametrize("case", CONFORMANCE | MODULES)
async def test_dpop_case_at_the_resource(attacker, case):
    await judge(attacker, case, (await answers(attacker, case))[-1])


async def test_dpop_cases_01_and_31_to_33_the_request_around_the_proof(attacker):
    """In the suite's order: all the cases before on one token, and a good proof still works."""
    in_capitals = attacker.prover(token=attacker.token).proof()
    first = await attacker.ask(proofs=(), headers=[("DPOP", in_capitals)])
    assert first.status_code == 200, "01 the header's name in capitals"
    for case in CONFORMANCE:
        for answer in await answers(attacker, case):
            assert answer.status_code in {200, 401}
    await attacker.refused_resource(await attacker.ask(proofs=()), "invalid_dpop_proof")  # 31
    as_bearer = await attacker.ask(f"Bearer {attacker.token}", proofs=())  # 32
    await attacker.refused_resource(as_bearer, "invalid_token", "not_authenticated")
    assert (await attacker.ask()).status_code == 200, "33 a good proof after all the others"


async def test_access_token_type_header_case_sensitivity(attacker):
    for scheme in ("DPoP", "dpop", "DPOP", "dPOp"):
        assert (await attacker.ask(f"{scheme} {attacker.token}")).status_code == 200


async def test_discovery(attacker):
    answer = await attacker.http.get("/.well-known/oauth-authorization-server")
    told = answer.json()
    assert told["issuer"] == PUBLIC_URL
    assert told["grant_types_supported"] == ["client_credentials"]
    assert told["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    for name in ("dpop_signing_alg", "token_endpoint_auth_signing_alg"):
        assert ALGS.issuperset(told[f"{name}_values_supported"])
    for name in ("token", "revocation", "introspection"):
        assert told[f"{name}_endpoint"].startswith(f"{PUBLIC_URL}/")
    keys = (await attacker.http.get(told["jwks_uri"].removeprefix(PUBLIC_URL))).json()["keys"]
    assert len({key["kid"] for key in keys}) == len(keys)
    assert not [key for key in keys if {"d", "x5u", "jku"} & key.keys()]


async def test_happy_flow(attacker):
    answer = await attacker.ask_token()
    told = answer.json()
    assert (answer.status_code, told["token_type"]) == (200, "DPoP")
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    assert 0 < told["expires_in"] <= 300
    assert not {"refresh_token", "id_token"} & told.keys()
    token = told["access_token"]
    proofs = [attacker.prover(token=token).proof()]
    assert (await attacker.ask(f"DPoP {token}", proofs=proofs)).status_code == 200


async def test_holder_of_key_required(attacker):
    answer = await attacker.ask_token(proofs=())
    await attacker.refused_token(answer, 400, "invalid_request", "invalid_request:dpop_missing")


async def test_client_assertion_required(attacker):
    form = {"grant_type": "client_credentials", "client_id": "dinkes"}
    answer = await attacker.ask_token(form)
    assert answer.json() == GENERIC
    await attacker.refused_token(answer, 401, "invalid_client")


async def test_client_id_in_token_endpoint(attacker):
    answer = await attacker.ask_token(attacker.form(client_id="lain"))
    await attacker.refused_token(answer, 401, "invalid_client")


ASSERTIONS = {
    "signed with RS256": lambda a: a.assertion(key=private_key("PS256"), header={"alg": "RS256"}),
    "exp 5 minutes past": lambda a: a.assertion(exp=a.now - 300),
    "wrong audience": lambda a: a.assertion(aud="https://lain.contoh.go.id"),
    "token endpoint as audience": lambda a: a.assertion(aud=f"{PUBLIC_URL}/oauth2/token"),
    "no sub": lambda a: a.assertion(sub=None),
    "no iss": lambda a: a.assertion(iss=None),
    "no jti": lambda a: a.assertion(jti=None),
    "iat more than a minute ahead": lambda a: a.assertion(iat=a.now + 61),
}


@pytest.mark.parametrize("case", ASSERTIONS)
async def test_client_assertion(attacker, case):
    answer = await attacker.ask_token(attacker.form(ASSERTIONS[case](attacker)))
    await attacker.refused_token(answer, 401, "invalid_client")


async def test_client_assertion_up_to_10_seconds_ahead(attacker):
    for seconds in (0, 8, 10):
        ahead = {"iat": attacker.now + seconds, "nbf": attacker.now + seconds}
        answer = await attacker.ask_token(attacker.form(attacker.assertion(**ahead)))
        assert answer.status_code == 200


async def test_the_proof_at_the_resource_is_for_its_path_and_query(attacker):
    """RFC 9449 section 4.2: `htu` is without query, whatever the request asks for."""
    answer = await attacker.ask(path=f"{RESOURCE}?limit=1")
    assert (answer.status_code, len(answer.json()["items"])) == (200, 1)
