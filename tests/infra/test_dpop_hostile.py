"""Proofs made to be mistaken for good ones."""

import base64
import zlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from gateway.domain.proof import DpopInvalid, ProofFault
from gateway.infra.oauth.dpop import DpopProofs
from gateway.infra.oauth.replay import MemoryReplaySet
from gateway.kit.clock import ManualClock
from tests.fixtures.dpop import Prover, bare, seal
from tests.fixtures.oauth import PUBLIC_URL, START, b64, private_key

PATH = "/v1/ppks"
EC, RSA, ED = (private_key(alg) for alg in ("ES256", "PS256", "Ed25519"))
CLOCK = ManualClock(START)


def prover(key: dict[str, Any] = EC) -> Prover:
    return Prover(CLOCK, "GET", PUBLIC_URL + PATH, key=key)


async def fault_of(proof: str) -> ProofFault | None:
    proofs = DpopProofs(PUBLIC_URL, MemoryReplaySet(), CLOCK)
    try:
        await proofs.check([proof], method="GET", path=PATH)
    except DpopInvalid as invalid:
        return invalid.fault
    return None


def forged(header: object, signature: bytes = b"x" * 64, claims: object = None) -> str:
    return f"{b64(header)}.{b64(prover().claims() if claims is None else claims)}.{b64(signature)}"


def by_public_key(alg: str) -> str:
    """An HMAC keyed with what everybody may know."""
    octets = {"kty": "oct", "k": b64(msgspec.json.encode(bare(EC))), "alg": alg, "kid": "x"}
    return seal(prover().header(alg=alg), prover().claims(), octets)


def with_member(name: str, value: object, key: dict[str, Any] = EC) -> str:
    return prover(key).proof(header={"jwk": bare(key) | {name: value}})


def without_member(name: str, key: dict[str, Any] = EC) -> str:
    jwk = {member: value for member, value in bare(key).items() if member != name}
    return prover(key).proof(header={"jwk": jwk})


def weak_rsa() -> str:
    with pytest.warns(match="2048"):
        made = RSAKey.generate_key(1024).as_dict(private=True)
    header = {"typ": "dpop+jwt", "alg": "PS256", "jwk": bare(made)}
    return forged(header, b"x" * 128)


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")


def padded(text: str) -> str:
    return b64(b"\0" + raw(text))


def cut_elsewhere() -> str:
    """The same point, but for where one coordinate ends and the other begins."""
    both = raw(EC["x"]) + raw(EC["y"])
    return prover().proof(header={"jwk": bare(EC) | {"x": b64(both[:31]), "y": b64(both[31:])}})


KEYS: dict[str, Callable[[], str]] = {
    "a symmetric key": lambda: with_member("kty", "oct"),
    "no key but a kid": lambda: prover().proof(header={"jwk": None, "kid": EC["kid"]}),
    "no key but its address": lambda: prover().proof(header={"jwk": None, "jku": "https://jahat.contoh/jwks"}),
    "no key but a certificate": lambda: prover().proof(header={"jwk": None, "x5c": ["AAAA"]}),
    "an EC key for PS256": lambda: forged(prover().header(alg="PS256")),
    "an RSA key for ES256": lambda: forged(prover(RSA).header(alg="ES256")),
    "an EC key for Ed25519": lambda: forged(prover().header(alg="Ed25519")),
    "an Ed25519 key for ES256": lambda: forged(prover(ED).header(alg="ES256")),
    "a key of another curve": lambda: forged(prover().header(jwk=ECKey.generate_key("P-384", private=False).as_dict())),
    "secp256k1": lambda: forged(prover().header(jwk=ECKey.generate_key("secp256k1", private=False).as_dict())),
    "Ed448": lambda: forged(prover(ED).header(alg="EdDSA", jwk=OKPKey.generate_key("Ed448", private=False).as_dict())),
    "a key for encryption": lambda: forged(prover(ED).header(jwk=OKPKey.generate_key("X25519", private=False).as_dict())),
    "a point off the curve": lambda: with_member("y", EC["x"]),
    "the point at infinity": lambda: forged(prover().header(jwk=bare(EC) | {"x": b64(b"\0" * 32), "y": b64(b"\0" * 32)})),
    "a coordinate too short": lambda: with_member("x", b64(b"x" * 31)),
    "a coordinate too long": lambda: with_member("x", padded(EC["x"])),
    "coordinates cut elsewhere": cut_elsewhere,
    "another spelling of a coordinate": lambda: with_member("x", EC["x"] + "="),
    "a coordinate that is a number": lambda: with_member("x", 7),
    "a coordinate that is a list": lambda: with_member("x", [EC["x"]]),
    "no y": lambda: without_member("y"),
    "no crv": lambda: without_member("crv"),
    "no kty": lambda: without_member("kty"),
    "no exponent": lambda: without_member("e", RSA),
    "an empty key": lambda: prover().proof(header={"jwk": {}}),
    "RSA of 1024 bits": weak_rsa,
    "RSA of 4104 bits": lambda: with_member("n", b64(b"\xff" * 513), RSA),
    "RSA with a zero before": lambda: with_member("n", padded(RSA["n"]), RSA),
    "RSA with an exponent of 1": lambda: with_member("e", b64(b"\x01"), RSA),
    "RSA that says it is EC": lambda: with_member("kty", "EC", RSA),
    "RSA with a long exponent": lambda: with_member("e", b64(b"\1" + b"\0" * 7 + b"\1"), RSA),
    "RSA with an endless exponent": lambda: with_member("e", RSA["n"], RSA),
}  # fmt: skip


@pytest.mark.parametrize("case", KEYS)
async def test_a_key_that_does_not_count(case):
    assert await fault_of(KEYS[case]()) is ProofFault.KEY


@pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
@pytest.mark.parametrize("value", ["AA", None, []])
async def test_no_private_member_may_stand_in_the_key(member, value):
    assert await fault_of(with_member(member, value)) is ProofFault.PRIVATE_KEY


@pytest.mark.parametrize("key", [RSA, ED], ids=["RSA", "Ed25519"])
async def test_no_private_key_may_stand_in_the_header(key):
    assert await fault_of(prover(key).proof(header={"jwk": key})) is ProofFault.PRIVATE_KEY


ALGORITHMS: dict[str, Callable[[], str]] = {
    "none, signed": lambda: forged(prover().header(alg="none")),
    "none in capitals": lambda: forged(prover().header(alg="NONE")),
    "HS256 keyed with the public key": lambda: by_public_key("HS256"),
    "HS512 keyed with the public key": lambda: by_public_key("HS512"),
    "RS256": lambda: prover(RSA).proof(header={"alg": "RS256"}),
    "RS512": lambda: prover(RSA).proof(header={"alg": "RS512"}),
    "PS512": lambda: prover(RSA).proof(header={"alg": "PS512"}),
    "ES384": lambda: forged(prover().header(alg="ES384")),
    "es256 in small letters": lambda: forged(prover().header(alg="es256")),
    "an algorithm for encryption": lambda: forged(prover().header(alg="ECDH-ES")),
    "nothing": lambda: forged(prover().header(alg="")),
}


@pytest.mark.parametrize("case", ALGORITHMS)
async def test_an_algorithm_that_is_not_offered(case):
    assert await fault_of(ALGORITHMS[case]()) is ProofFault.ALGORITHM


def der_signed() -> str:
    """The signature in the form that other protocols give it."""
    signed, _, signature = prover().proof().rpartition(".")
    halves = raw(signature)[:32], raw(signature)[32:]
    return (
        f"{signed}.{b64(encode_dss_signature(*(int.from_bytes(half, 'big') for half in halves)))}"
    )


def zeros_between() -> str:
    """Both numbers of the signature, the second with zeros before it."""
    signed, _, signature = prover().proof().rpartition(".")
    return f"{signed}.{b64(raw(signature)[:32] + bytes(2) + raw(signature)[32:])}"


def without_salt() -> str:
    """PSS as the algorithm's definition does not have it."""
    signed = prover(RSA).proof().rpartition(".")[0]
    key = import_key({name: value for name, value in RSA.items() if name not in {"alg", "use"}})
    padding = PSS(MGF1(SHA256()), 0)
    return f"{signed}.{b64(key.private_key.sign(signed.encode(), padding, SHA256()))}"


SIGNATURES: dict[str, Callable[[], str]] = {
    "another key's under this key": lambda: prover().proof(signed_by=private_key("ES256", 2)),
    "all zero": lambda: forged(prover().header(), b"\0" * 64),
    "zero and one": lambda: forged(prover().header(), b"\0" * 63 + b"\1"),
    "too short": lambda: forged(prover().header(), b"x" * 63),
    "too long": lambda: prover().proof() + "AAAA",
    "in DER": der_signed,
    "zeros between its numbers": zeros_between,
    "PSS without salt": without_salt,
    "PKCS 1.5 under PS256": lambda: f"{b64(prover(RSA).header())}.{prover(RSA).proof(header={'alg': 'RS256'}).partition('.')[2]}",
    "empty bytes of RSA": lambda: forged(prover(RSA).header(), b"\0" * 256),
    "Ed25519 of zeros": lambda: forged(prover(ED).header(), b"\0" * 64),
    "over other claims": lambda: ".".join((prover().proof().split(".")[0], b64(prover().claims(htm="PUT")), prover().proof().split(".")[2])),
}  # fmt: skip


@pytest.mark.parametrize("case", SIGNATURES)
async def test_a_signature_that_is_not_the_keys(case):
    assert await fault_of(SIGNATURES[case]()) is ProofFault.SIGNATURE


def compressed() -> str:
    packed = zlib.compress(msgspec.json.encode(prover().claims()))
    return forged(prover().header(zip="DEF"), claims=packed)


MALFORMED: dict[str, Callable[[], str]] = {
    "nothing": lambda: "",
    "a word": lambda: "bukan-jwt",
    "two joined by a comma": lambda: f"{prover().proof()}, {prover().proof()}",
    "two joined by a comma alone": lambda: f"{prover().proof()},{prover().proof()}",
    "five parts": lambda: prover().proof() + ".a.b",
    "no signature": lambda: prover().proof().rpartition(".")[0] + ".",
    "a signature that is no base64": lambda: prover().proof().rpartition(".")[0] + ".A",
    "padding": lambda: prover().proof() + "==",
    "white space": lambda: prover().proof().replace(".", ". ", 1),
    "a line break at the end": lambda: prover().proof() + "\n",
    "in quotation marks": lambda: f'"{prover().proof()}"',
    "not ASCII": lambda: prover().proof() + "é",
    "JSON serialization": lambda: msgspec.json.encode({"payload": "e30", "signatures": []}).decode(),
    "header no object": lambda: forged(["alg"]),
    "header no JSON": lambda: forged(b"\xff\xfe"),
    "alg no text": lambda: forged(prover().header(alg=7)),
    "typ no text": lambda: forged(prover().header(typ=["dpop+jwt"])),
    "jwk no object": lambda: prover().proof(header={"jwk": "EC"}),
    "jwk a list of keys": lambda: prover().proof(header={"jwk": [bare(EC)]}),
    "critical extension": lambda: prover().proof(header={"crit": ["tx_id"], "tx_id": 1}),
    "critical extension that is known": lambda: forged(prover().header(crit=["jwk"])),
    "unencoded payload": lambda: forged(prover().header(b64=False, crit=["b64"])),
    "compressed": compressed,
    "oversize by a claim": lambda: prover().proof(isi="x" * 4000),
    "oversize by the header": lambda: prover().proof(header={"isi": "x" * 4000}),
    "oversize by the key": lambda: with_member("isi", "x" * 4000),
    "oversize by dots": lambda: "a." * 3000,
}  # fmt: skip


@pytest.mark.parametrize("case", MALFORMED)
async def test_what_is_no_well_formed_proof(case):
    assert await fault_of(MALFORMED[case]()) is ProofFault.MALFORMED


@pytest.mark.parametrize(
    "typ",
    ["JWT", "at+jwt", "client-authentication+jwt", "dpop", "", "application/jwt", "xdpop+jwt"],
)
async def test_another_kind_of_jwt_is_no_proof(typ):
    assert await fault_of(prover().proof(header={"typ": typ})) is ProofFault.TYPE


CLAIMS: dict[str, dict[str, object]] = {
    "jti empty": {"jti": ""},
    "jti no text": {"jti": 7},
    "htm a list": {"htm": ["GET"]},
    "htu no text": {"htu": 7},
    "iat as text": {"iat": "1795230000"},
    "iat true": {"iat": True},
    "nbf as text": {"nbf": "0"},
    "exp as text": {"exp": "9999999999"},
    "ath no text": {"ath": 7},
}


@pytest.mark.parametrize("case", CLAIMS)
async def test_claims_of_another_kind(case):
    assert await fault_of(prover().proof(**CLAIMS[case])) is ProofFault.CLAIMS


@pytest.mark.parametrize("claims", [[], 1, None, "teks", b"bukan JSON", b"\xff", b'{"iat":1e999}'])
async def test_claims_that_are_no_object(claims):
    payload = claims if isinstance(claims, bytes) else msgspec.json.encode(claims)
    assert await fault_of(seal(prover().header(), payload, EC)) is ProofFault.CLAIMS


async def test_a_kid_is_of_no_account():
    for kid in (EC["kid"], private_key("ES256", 2)["kid"], "../../etc/passwd", "' OR 1=1", 7):
        expected = None if isinstance(kid, str) else ProofFault.MALFORMED
        assert await fault_of(prover().proof(header={"kid": kid})) is expected


@given(st.text(max_size=60) | st.binary(max_size=120).map(lambda raw: raw.decode("latin-1")))
async def test_no_garbage_is_more_than_a_refusal(garbage):
    assert await fault_of(garbage) is not None


@given(head=st.binary(max_size=60), payload=st.binary(max_size=60), tail=st.binary(max_size=80))
async def test_no_garbage_in_three_parts_is_more_than_a_refusal(head, payload, tail):
    assert await fault_of(f"{b64(head)}.{b64(payload)}.{b64(tail)}") is not None


@given(at=st.integers(min_value=0), to=st.sampled_from("ABCDwxyz0189-_."))
async def test_whatever_is_changed_of_a_proof_it_proves_nothing(at, to):
    proof = prover().proof(jti="satu")
    # Of the last character only two bits count.
    place = at % (len(proof) - 1)
    changed = proof[:place] + to + proof[place + 1 :]
    if changed != proof:
        assert await fault_of(changed) is not None
