"""Proofs for one request: what counts, and for what reason the others do not."""

import asyncio
from datetime import timedelta

import pytest
from joserfc.jwk import ECKey, RSAKey, import_key

from gateway.domain.errors import Unavailable
from gateway.domain.proof import PROOF_ALGS, DpopInvalid, ProofFault
from gateway.infra.oauth.client_keys import new_private_jwk, sign_proof
from gateway.infra.oauth.dpop import DpopProofs
from gateway.infra.oauth.dpop_keys import read_key
from gateway.infra.oauth.replay import MemoryReplaySet
from gateway.kit.clock import ManualClock
from tests.fixtures.dpop import Prover, bare, jkt_of
from tests.fixtures.dpop_cases import CONFORMANCE, MODULES
from tests.fixtures.oauth import PUBLIC_URL, START, private_key

PATH = "/v1/ppks"
TOKEN = "eyJ.token.contoh"


class Door:
    """Checks proofs for one request with one token, which is bound to the prover's key."""

    def __init__(self) -> None:
        self.clock = ManualClock(START)
        self.replay = MemoryReplaySet(clock=lambda: self.clock().timestamp())
        self.proofs = DpopProofs(PUBLIC_URL, self.replay, self.clock)
        self.prover = Prover(self.clock, "GET", PUBLIC_URL + PATH, TOKEN)

    async def try_all(self, *requests: list[str]) -> ProofFault | None:
        """The fault of the last request; those before it must have none."""
        *before, last = requests
        for proofs in before:
            assert await self.fault(proofs) is None
        return await self.fault(last)

    async def fault(self, proofs: list[str], path: str = PATH) -> ProofFault | None:
        try:
            jkt = await self.proofs.check(
                proofs, method="GET", path=path, token=TOKEN, jkt=self.prover.jkt
            )
        except DpopInvalid as invalid:
            return invalid.fault
        assert jkt == self.prover.jkt
        return None


@pytest.fixture
def door():
    return Door()


@pytest.mark.parametrize("case", CONFORMANCE | MODULES)
async def test_the_certification_suites_cases(door, case):
    make, fault = (CONFORMANCE | MODULES)[case]
    assert await door.try_all(*make(door.prover)) is fault


async def test_31_no_proof_at_all(door):
    assert await door.fault([]) is ProofFault.MISSING


async def test_what_is_wrong_is_said_without_the_proof(door):
    proof = door.prover.proof(htm="PUT", jti="rahasia")
    with pytest.raises(DpopInvalid) as raised:
        await door.proofs.check([proof], method="GET", path=PATH)
    assert (raised.value.status, raised.value.oauth_error) == (401, "invalid_dpop_proof")
    assert "htm" in raised.value.detail
    for unspoken in ("eyJ", "rahasia", "PUT"):
        assert unspoken not in str(raised.value)


async def test_at_the_token_endpoint_the_key_is_yet_to_be_known(door):
    prover = Prover(door.clock, "POST", f"{PUBLIC_URL}/oauth2/token")
    for claims in ({}, {"ath": "apa saja"}):
        jkt = await door.proofs.check([prover.proof(**claims)], method="POST", path="/oauth2/token")
        assert jkt == jkt_of(prover.key)


@pytest.mark.parametrize("alg", [*PROOF_ALGS, "EdDSA"])
@pytest.mark.parametrize("typ", ["dpop+jwt", "DPoP+JWT", "application/dpop+jwt"])
async def test_every_offered_algorithm_is_taken(door, alg, typ):
    key = private_key("Ed25519" if alg == "EdDSA" else alg)
    prover = Prover(door.clock, "GET", PUBLIC_URL + PATH, key=key)
    proof = prover.proof(header={"alg": alg, "typ": typ})
    assert await door.proofs.check([proof], method="GET", path=PATH) == jkt_of(key)


@pytest.mark.parametrize("alg", PROOF_ALGS)
async def test_what_the_gateways_own_client_signs_is_taken(door, alg):
    key = new_private_jwk(alg)
    proof = sign_proof(key, "GET", PUBLIC_URL + PATH, door.clock, TOKEN)
    jkt = await door.proofs.check(
        [proof], method="GET", path=PATH, token=TOKEN, jkt=import_key(bare(key)).thumbprint()
    )
    assert jkt == key["kid"]


async def test_the_largest_key_that_counts_fits_into_a_proof(door):
    made = RSAKey.generate_key(4096).as_dict(private=True) | {"alg": "PS256", "kid": "besar"}
    prover = Prover(door.clock, "GET", PUBLIC_URL + PATH, TOKEN, made)
    jkt = await door.proofs.check(
        [prover.proof()], method="GET", path=PATH, token=TOKEN, jkt=prover.jkt
    )
    assert jkt == prover.jkt


async def test_a_proof_has_at_most_4096_characters(door):
    proofs = {
        len(proof): proof for proof in (door.prover.proof(jti="x" * n) for n in range(2650, 2850))
    }
    longest = max(length for length in proofs if length <= 4096)
    assert longest >= 4095
    assert await door.fault([proofs[longest]]) is None
    shortest = min(length for length in proofs if length > 4096)
    assert await door.fault([proofs[shortest]]) is ProofFault.MALFORMED


async def test_coordinates_that_begin_with_a_zero_are_numbers_like_others(door):
    while True:
        made = ECKey.generate_key("P-256").as_dict(private=True)
        if made["x"].startswith("A"):
            break
    key = made | {"alg": "ES256", "kid": "nol"}
    prover = Prover(door.clock, "GET", PUBLIC_URL + PATH, key=key)
    assert await door.proofs.check([prover.proof()], method="GET", path=PATH) == prover.jkt


MOMENTS = {
    "iat 60 s ago": ({"iat": -60}, True),
    "iat 61 s ago": ({"iat": -61}, False),
    "iat 10 s ahead": ({"iat": 10}, True),
    "iat 11 s ahead": ({"iat": 11}, False),
    "iat 61 s ahead": ({"iat": 61}, False),
    "iat with a fraction": ({"iat": -0.5}, True),
    "nbf 10 s ahead": ({"nbf": 10}, True),
    "nbf 11 s ahead": ({"nbf": 11}, False),
    "nbf long ago of a proof from the future": ({"nbf": -9999, "iat": 11}, False),
    "nbf long ago": ({"nbf": -9999}, True),
    "exp 10 s ago": ({"exp": -10}, True),
    "exp 11 s ago": ({"exp": -11}, False),
    "exp in an hour": ({"exp": 3600}, True),
    "exp in an hour of a proof two minutes old": ({"exp": 3600, "iat": -120}, False),
}


@pytest.mark.parametrize("case", MOMENTS)
async def test_clocks_may_differ_by_ten_seconds_and_a_proof_lives_sixty(door, case):
    steps, good = MOMENTS[case]
    proof = door.prover.proof(**{name: door.prover.now + step for name, step in steps.items()})
    assert await door.fault([proof]) is (None if good else ProofFault.TIME)


async def test_a_proof_is_refused_as_long_as_it_could_be_replayed(door):
    proof = door.prover.proof(iat=door.prover.now + 10)
    assert await door.fault([proof]) is None
    for _ in range(7):
        door.clock.advance(timedelta(seconds=10))
        assert await door.fault([proof]) is ProofFault.REPLAYED
    door.clock.advance(timedelta(seconds=1))
    assert await door.fault([proof]) is ProofFault.TIME


async def test_of_many_at_once_one_is_first(door):
    proof = door.prover.proof()
    faults = await asyncio.gather(*(door.fault([proof]) for _ in range(30)))
    assert faults.count(None) == 1
    assert faults.count(ProofFault.REPLAYED) == 29


async def test_another_holder_may_happen_to_use_the_same_jti(door):
    other = Prover(door.clock, "GET", PUBLIC_URL + PATH, TOKEN, private_key("Ed25519"))
    assert await door.fault([door.prover.proof(jti="satu")]) is None
    assert await door.proofs.check([other.proof(jti="satu")], method="GET", path=PATH) == other.jkt


async def test_only_a_good_proof_uses_its_jti_up(door):
    stranger = private_key("ES256", 2)
    spoilt = (
        door.prover.proof(jti="satu", signed_by=stranger),
        door.prover.proof(jti="satu", htm="PUT"),
        door.prover.proof(jti="satu", htu=f"{PUBLIC_URL}/lain"),
        door.prover.proof(jti="satu", ath="lain"),
        door.prover.proof(jti="satu", iat=door.prover.now - 300),
    )
    for proof in spoilt:
        assert await door.fault([proof]) is not None
    assert await door.fault([door.prover.proof(jti="satu")]) is None


async def test_nothing_is_proved_while_the_replay_set_cannot_serve(door):
    away = DpopProofs(PUBLIC_URL, MemoryReplaySet(most=0), door.clock)
    with pytest.raises(Unavailable) as raised:
        await away.check([door.prover.proof()], method="GET", path=PATH)
    assert (raised.value.status, raised.value.code) == (503, "replay_set_unavailable")


async def test_a_nonce_that_the_gateway_never_gave_is_ignored(door):
    assert await door.fault([door.prover.proof(nonce="apa saja")]) is None


async def test_a_known_key_is_not_read_again(door):
    read_key.cache_clear()
    for _ in range(3):
        assert await door.fault([door.prover.proof()]) is None
    for _ in range(2):
        assert await door.fault([door.prover.proof(header={"jwk": None})]) is ProofFault.KEY
    told = read_key.cache_info()
    assert (told.hits, told.misses, told.currsize) == (2, 3, 1)
