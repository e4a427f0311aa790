"""A foreign issuer's public keys (RFC 7517): read from its document, found by name."""

import base64
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key

FOREIGN_ALGS: Final[tuple[str, ...]] = ("ES256", "ES384", "PS256", "RS256", "Ed25519")
"""Signature algorithms that can be checked; all of them are asymmetric."""

_MOST_KEYS: Final = 100
_RSA_BITS: Final = range(2048, 4096 + 1)
_ALGS_OF_KIND: Final[Mapping[tuple[Any, Any], frozenset[str]]] = {
    ("EC", "P-256"): frozenset(("ES256",)),
    ("EC", "P-384"): frozenset(("ES384",)),
    ("RSA", None): frozenset(("PS256", "RS256")),
    ("OKP", "Ed25519"): frozenset(("Ed25519",)),
}
_PUBLIC_MEMBERS: Final = ("kty", "crv", "x", "y", "n", "e")


class _Document(msgspec.Struct, frozen=True):
    keys: list[dict[str, Any]]


class _PublicKey:
    __slots__ = ("algs", "key", "kid")

    def __init__(self, kid: str | None, algs: frozenset[str], key: Key) -> None:
        self.kid = kid
        self.algs = algs
        self.key = key


class KeySet:
    """The keys of one document that can check signatures."""

    def __init__(self, keys: tuple[_PublicKey, ...]) -> None:
        self._keys = keys

    def find(self, kid: str | None, alg: str) -> Key | None:
        """The one key of this name for this algorithm; without a name, the only one that fits."""
        fitting = [one.key for one in self._keys if alg in one.algs and kid in (None, one.kid)]
        return fitting[0] if len(fitting) == 1 else None


def read_key_set(document: bytes | str) -> KeySet:
    """The usable keys of a JWKS. Raises ValueError where it is none, or has none, or too many.

    Keys for encryption, of other kinds, or too weak are passed over, as RFC 7517 has it.
    """
    try:
        told = msgspec.json.decode(document, type=_Document).keys
    except msgspec.MsgspecError:
        raise ValueError("not a JWKS") from None
    if len(told) > _MOST_KEYS:
        raise ValueError(f"more than {_MOST_KEYS} keys")
    usable = tuple(key for jwk in told if (key := _usable(jwk)) is not None)
    if not usable:
        raise ValueError("no key that can check a signature")
    return KeySet(usable)


def _usable(jwk: Mapping[str, Any]) -> _PublicKey | None:
    algs = _algs(jwk)
    if not algs or jwk.get("use", "sig") != "sig":
        return None
    try:
        # Before the import, for the library only warns of weak keys.
        if jwk["kty"] == "RSA" and _bits(jwk["n"]) not in _RSA_BITS:
            return None
        key = import_key({name: jwk[name] for name in _PUBLIC_MEMBERS if name in jwk})
    except (JoseError, KeyError, ValueError, TypeError):
        return None
    kid = jwk.get("kid")
    return _PublicKey(kid if isinstance(kid, str) else None, algs, key)


def _algs(jwk: Mapping[str, Any]) -> frozenset[str]:
    kind = (str(jwk.get("kty")), jwk.get("crv") and str(jwk["crv"]))
    algs = _ALGS_OF_KIND.get(kind, frozenset())
    return algs & {str(jwk["alg"])} if "alg" in jwk else algs


def _bits(number: str) -> int:
    raw = base64.urlsafe_b64decode(number + "=" * (-len(number) % 4))
    return int.from_bytes(raw, "big").bit_length()
