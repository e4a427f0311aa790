"""The key that a DPoP proof brings in its header: which keys count, and what they signed.

Signatures are checked with the cryptographic library itself: through the JOSE library a proof costs
a quarter more, mostly for reading the same header again, which is remembered here instead.
"""

import base64
import functools
import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from gateway.domain.proof import DpopInvalid, ProofFault
from gateway.kit.shallow_json import read_shallow

_TYPE: Final = "dpop+jwt"
_PRIVATE_MEMBERS: Final = frozenset(("d", "p", "q", "dp", "dq", "qi", "oth", "k"))
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]+")
_COORDINATE: Final = 32
_RSA_BITS: Final = range(2048, 4096 + 1)
# A longer one is allowed and never met; it would only make each check cost as much as signing.
_MOST_EXPONENT_BITS: Final = 33
_MOST_KEYS: Final = 2048
_ECDSA: Final = ECDSA(SHA256())
_PSS: Final = PSS(MGF1(SHA256()), PSS.DIGEST_LENGTH)

_Jwk = Mapping[str, Any]
_Verify = Callable[[bytes, bytes], None]
"""Takes signature and what was signed; raises InvalidSignature."""


class ProofKey:
    """A public key of a proof and its thumbprint (RFC 7638)."""

    __slots__ = ("_verify", "jkt")

    def __init__(self, jkt: str, verify: _Verify) -> None:
        self.jkt = jkt
        self._verify = verify

    def check(self, signature: bytes, signed: bytes) -> None:
        """Raises DpopInvalid where this key did not sign that."""
        try:
            self._verify(signature, signed)
        except InvalidSignature:
            raise DpopInvalid(ProofFault.SIGNATURE) from None


class _Header(msgspec.Struct, frozen=True, kw_only=True):
    typ: str = ""
    alg: str
    jwk: dict[str, Any] = {}


@functools.lru_cache(_MOST_KEYS)
def read_key(header: str) -> ProofKey:
    """The key of an encoded proof header, by which it is remembered. Raises DpopInvalid.

    Only a header that passes every check is remembered.
    """
    told = _read(header)
    if told.typ.lower().removeprefix("application/") != _TYPE:
        raise DpopInvalid(ProofFault.TYPE)
    kind = _KINDS.get(told.alg)
    if kind is None:
        raise DpopInvalid(ProofFault.ALGORITHM)
    if _PRIVATE_MEMBERS & told.jwk.keys():
        raise DpopInvalid(ProofFault.PRIVATE_KEY)
    members, verifier = kind
    try:
        required = {name: told.jwk[name] for name in members}
        return ProofKey(_thumbprint(required), verifier(required))
    except (KeyError, TypeError, ValueError):
        raise DpopInvalid(ProofFault.KEY) from None


def _read(header: str) -> _Header:
    try:
        return read_shallow(_bytes(header), _Header)
    except ValueError:
        raise DpopInvalid(ProofFault.MALFORMED) from None


def _p256(jwk: _Jwk) -> _Verify:
    _must_be(jwk, kty="EC", crv="P-256")
    x, y = _canonical(jwk["x"]), _canonical(jwk["y"])
    if len(x) != _COORDINATE or len(y) != _COORDINATE:
        raise ValueError("coordinates have 32 bytes")
    key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), b"\x04" + x + y)

    def verify(signature: bytes, signed: bytes) -> None:
        if len(signature) != 2 * _COORDINATE:
            raise InvalidSignature
        r, s = signature[:_COORDINATE], signature[_COORDINATE:]
        der = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
        key.verify(der, signed, _ECDSA)

    return verify


def _rsa(jwk: _Jwk) -> _Verify:
    _must_be(jwk, kty="RSA")
    n, e = _number(jwk["n"]), _number(jwk["e"])
    if n.bit_length() not in _RSA_BITS or e.bit_length() > _MOST_EXPONENT_BITS:
        raise ValueError("2048 to 4096 bits, and a small exponent")
    key = RSAPublicNumbers(e, n).public_key()
    return lambda signature, signed: key.verify(signature, signed, _PSS, SHA256())


def _ed25519(jwk: _Jwk) -> _Verify:
    _must_be(jwk, kty="OKP", crv="Ed25519")
    return Ed25519PublicKey.from_public_bytes(_canonical(jwk["x"])).verify


_KINDS: Final[Mapping[str, tuple[tuple[str, ...], Callable[[_Jwk], _Verify]]]] = {
    # Members in the order in which the thumbprint wants them.
    "ES256": (("crv", "kty", "x", "y"), _p256),
    "PS256": (("e", "kty", "n"), _rsa),
    "Ed25519": (("crv", "kty", "x"), _ed25519),
    "EdDSA": (("crv", "kty", "x"), _ed25519),
}


def _must_be(jwk: _Jwk, **members: str) -> None:
    if any(jwk[name] != value for name, value in members.items()):
        raise ValueError("another kind of key")


def _thumbprint(required: _Jwk) -> str:
    digest = hashlib.sha256(msgspec.json.encode(required)).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _canonical(text: str) -> bytes:
    """A member's bytes; one key must not have several spellings, and so several thumbprints."""
    raw = _bytes(text)
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise ValueError("not the one spelling of base64url")
    return raw


def _number(text: str) -> int:
    raw = _canonical(text)
    if raw[0] == 0:
        raise ValueError("a number begins with a zero")
    return int.from_bytes(raw, "big")


def _bytes(text: str) -> bytes:
    if _BASE64URL.fullmatch(text) is None:
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
