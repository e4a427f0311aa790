"""DPoP proofs at the token endpoint: without a sound one the strict issuer gives nothing."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest

from tests.attacks.attacker import LEGACY, STRANGER, TOKEN, Attacker
from tests.fixtures.dpop import ath_of, bare, jkt_of
from tests.fixtures.oauth import PUBLIC_URL, b64, private_key

Proofs = Sequence[str]


def good(**changes: Any) -> Callable[[Attacker], Proofs]:
    """One proof that is good but for the changes."""
    return lambda a: [a.token_proof(**changes)]


def nested(attacker: Attacker) -> Proofs:
    deep = msgspec.Raw(b"[" * 900 + b"]" * 900)
    return [attacker.token_proof(header={"x": deep})]


def endless(attacker: Attacker) -> Proofs:
    prover = attacker.prover(TOKEN, method="POST")
    claims = msgspec.json.encode(prover.claims(iat=0)).replace(b'"iat":0', b'"iat":1' + b"0" * 400)
    return [attacker.sealed(prover.header(), claims)]


def replayed_at_the_resource(attacker: Attacker) -> Proofs:
    return [attacker.prover("/v1/ppks", attacker.token).proof()]


REFUSED: dict[str, tuple[Callable[[Attacker], Proofs], str]] = {
    "two": (lambda a: [a.token_proof(), a.token_proof()], "several"),
    "the same twice": (lambda a: [a.token_proof()] * 2, "several"),
    "two, joined by a comma": (lambda a: [f"{a.token_proof()}, {a.token_proof()}"], "malformed"),
    "empty": (lambda _: [""], "malformed"),
    "folded": (lambda a: [a.token_proof().replace(".", ".\r\n ", 1)], "malformed"),
    "over 4 KiB": (good(isi="x" * 4000), "malformed"),
    "header nested deep": (nested, "malformed"),
    "a time of 400 digits": (endless, "claims"),
    "an assertion": (lambda a: [a.assertion()], "type"),
    "an access token": (lambda a: [a.token], "type"),
    "typ of an assertion": (good(header={"typ": "client-authentication+jwt"}), "type"),
    "RS256": (good(header={"alg": "RS256"}, signed_by=private_key("PS256")), "algorithm"),
    "none": (
        lambda a: [
            f"{b64({'typ': 'dpop+jwt', 'alg': 'none'})}.{b64(a.prover(TOKEN).claims())}.AAAA"
        ],
        "algorithm",
    ),
    "its key elsewhere": (
        good(header={"jwk": None, "jku": "https://jahat.contoh/jwks.json"}),
        "key",
    ),
    "its private key": (good(header={"jwk": private_key("ES256")}), "private_key"),
    "somebody else's key": (good(header={"jwk": bare(STRANGER)}), "signature"),
    "for GET": (good(htm="GET"), "htm"),
    "for post in small letters": (good(htm="post"), "htm"),
    "for the resource": (replayed_at_the_resource, "htm"),
    "for the legacy endpoint": (good(htu=PUBLIC_URL + LEGACY), "htu"),
    "for another host": (good(htu="https://jahat.contoh" + TOKEN), "htu"),
    "a minute and more ago": (lambda a: [a.token_proof(iat=a.now - 61)], "time"),
    "11 s ahead": (lambda a: [a.token_proof(iat=a.now + 11)], "time"),
    "not yet": (lambda a: [a.token_proof(nbf=a.now + 11)], "time"),
    "ended": (lambda a: [a.token_proof(exp=a.now - 11)], "time"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_proof_that_proves_nothing(attacker, case):
    make, fault = REFUSED[case]
    answer = await attacker.ask_token(proofs=make(attacker))
    alasan = f"invalid_dpop_proof:dpop_{fault}"
    await attacker.refused_token(answer, 400, "invalid_dpop_proof", alasan)


async def test_no_proof_at_all(attacker):
    answer = await attacker.ask_token(proofs=())
    await attacker.refused_token(answer, 400, "invalid_request", "invalid_request:dpop_missing")


async def test_names_that_only_look_like_the_headers(attacker):
    for name in ("dpop_", "d-pop", "x-dpop", "dpop-proof", "http_dpop"):
        answer = await attacker.ask_token(headers=[(name, attacker.token_proof())], proofs=())
        await attacker.refused_token(answer, 400, "invalid_request", "invalid_request:dpop_missing")


@pytest.mark.parametrize("alg", ["ES256", "PS256", "Ed25519"])
async def test_the_good_proof_beside_them(attacker, alg):
    """By any key: the client's own, or one that nobody has seen before."""
    key = private_key(alg, 3)
    proof = attacker.prover(TOKEN, key=key, method="POST").proof()
    answer = await attacker.ask_token(proofs=[proof])
    token = answer.json()["access_token"]
    by_it = attacker.prover(token=token, key=key).proof()
    assert (await attacker.ask(f"DPoP {token}", proofs=[by_it])).status_code == 200
    by_the_client = attacker.prover(token=token).proof()
    refused = await attacker.ask(f"DPoP {token}", proofs=[by_the_client])
    await attacker.refused_resource(refused, "invalid_token")


async def test_members_that_mean_nothing_here_are_ignored(attacker):
    odd = {
        "ath": ath_of(attacker.token),
        "nonce": "x",
        "iss": "x",
        "cnf": {"jkt": jkt_of(STRANGER)},
    }
    proof = attacker.token_proof(header={"kid": "../x", "x5c": ["AA"], "zz": [1]}, **odd)
    answer = await attacker.ask_token(proofs=[proof])
    assert (answer.status_code, answer.json()["token_type"]) == (200, "DPoP")


async def test_a_refused_client_does_not_use_up_the_proof(attacker):
    """Nor does a proof help who has not proved to be a client."""
    proof = attacker.token_proof()
    by_nobody = attacker.form(attacker.assertion(key=STRANGER))
    refused = await attacker.ask_token(by_nobody, proofs=[proof])
    await attacker.refused_token(refused, 401, "invalid_client")
    assert (await attacker.ask_token(proofs=[proof])).status_code == 200
