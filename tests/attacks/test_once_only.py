"""What is good once is good once: repeated, at the same moment, and against strangers who spoil it."""

import asyncio
import secrets

import pytest

from tests.attacks.attacker import RESOURCE, STRANGER, TOKEN, Attacker
from tests.fixtures.oauth import b64

AT_ONCE = 20


async def test_of_twenty_equal_assertions_one_is_good(attacker):
    form = attacker.form()
    answers = await asyncio.gather(*(attacker.ask_token(form) for _ in range(AT_ONCE)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * (AT_ONCE - 1)


async def test_of_twenty_assertions_with_one_jti_one_is_good(attacker):
    jti = secrets.token_urlsafe(16)
    forms = [attacker.form(attacker.assertion(jti=jti)) for _ in range(AT_ONCE)]
    answers = await asyncio.gather(*map(attacker.ask_token, forms))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * (AT_ONCE - 1)


async def test_of_twenty_equal_proofs_for_a_token_one_is_good(attacker):
    proofs = [attacker.token_proof()]
    answers = await asyncio.gather(*(attacker.ask_token(proofs=proofs) for _ in range(AT_ONCE)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * (AT_ONCE - 1)
    errors = {answer.json()["error"] for answer in answers if answer.status_code == 400}
    assert errors == {"invalid_dpop_proof"}


async def test_of_twenty_equal_proofs_at_the_resource_one_is_good(attacker):
    proofs = [attacker.prover(token=attacker.token).proof()]
    answers = await asyncio.gather(*(attacker.ask(proofs=proofs) for _ in range(AT_ONCE)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * (AT_ONCE - 1)


async def test_the_same_jti_in_another_proof_of_the_same_key(attacker):
    """Resigned, for another method or path: the key and the name are what counts."""
    jti = secrets.token_urlsafe(16)
    first = await attacker.ask_token(proofs=[attacker.token_proof(jti=jti)])
    assert first.status_code == 200
    again = attacker.prover(RESOURCE, attacker.token).proof(jti=jti)
    await attacker.refused_resource(await attacker.ask(proofs=[again]), "invalid_dpop_proof")


def stolen_name(attacker: Attacker, jti: str) -> list[str]:
    """Assertions that bring a client's jti, by somebody who is not the client."""
    signed = attacker.assertion(jti=jti)
    return [
        attacker.assertion(jti=jti, key=STRANGER),
        f"{b64({'alg': 'none'})}.{b64(attacker.claims(jti=jti))}.",
        f"{b64({'alg': 'ES256'})}.{b64(attacker.claims(jti=jti))}.{b64(b'x' * 64)}",
        signed[:-8] + "AAAAAAAA",
    ]


async def test_strangers_cannot_use_up_the_jti_of_an_assertion(attacker):
    jti = secrets.token_urlsafe(16)
    for assertion in stolen_name(attacker, jti):
        answer = await attacker.ask_token(attacker.form(assertion))
        await attacker.refused_token(answer, 401, "invalid_client")
    good = await attacker.ask_token(attacker.form(attacker.assertion(jti=jti)))
    assert good.status_code == 200


async def test_strangers_cannot_use_up_the_jti_of_a_proof(attacker):
    """A key of one's own has names of its own; under the victim's key one cannot sign."""
    prover, stranger = attacker.prover(token=attacker.token), attacker.prover(key=STRANGER)
    jti = secrets.token_urlsafe(16)
    spoilt = [
        stranger.proof(jti=jti),
        prover.proof(jti=jti, signed_by=STRANGER),
        prover.proof(jti=jti, htm="PUT"),
        prover.proof(jti=jti, iat=attacker.now - 100),
        prover.proof(jti=jti, ath="A" * 43),
    ]
    for proof in spoilt:
        assert (await attacker.ask(proofs=[proof])).status_code == 401
    assert (await attacker.ask(proofs=[prover.proof(jti=jti)])).status_code == 200


ASSERTIONS = {"iat": (-3600, 10), "nbf": (-3600, 10), "exp": (1, 310)}
PROOFS = {"iat": (-60, 10), "nbf": (-3600, 10), "exp": (-10, 3600)}
"""Seconds from now between which each time is taken."""


@pytest.mark.parametrize("claim", ASSERTIONS)
async def test_clocks_that_differ_from_an_assertions(attacker, claim):
    earliest, latest = ASSERTIONS[claim]
    for seconds in (earliest, 8, latest):
        form = attacker.form(attacker.assertion(**{claim: attacker.now + seconds}))
        assert (await attacker.ask_token(form)).status_code == 200
    for seconds in (latest + 1, latest + 61, *((earliest - 1,) if claim == "exp" else ())):
        form = attacker.form(attacker.assertion(**{claim: attacker.now + seconds}))
        await attacker.refused_token(await attacker.ask_token(form), 401, "invalid_client")


@pytest.mark.parametrize("where", [TOKEN, RESOURCE])
@pytest.mark.parametrize("claim", PROOFS)
async def test_clocks_that_differ_from_a_proofs(attacker, claim, where):
    async def status(seconds: float) -> int:
        changes = {claim: attacker.now + seconds}
        if where == TOKEN:
            return (await attacker.ask_token(proofs=[attacker.token_proof(**changes)])).status_code
        proof = attacker.prover(token=attacker.token).proof(**changes)
        return (await attacker.ask(proofs=[proof])).status_code

    earliest, latest = PROOFS[claim]
    refusal = 400 if where == TOKEN else 401
    assert [await status(seconds) for seconds in (earliest, 0, 8, latest)] == [200] * 4
    beyond = {"iat": (earliest - 1, latest + 1), "nbf": (latest + 1,), "exp": (earliest - 1,)}
    assert {await status(seconds) for seconds in beyond[claim]} == {refusal}
