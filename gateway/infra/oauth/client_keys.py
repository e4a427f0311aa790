"""Clients' keys as JWKs (RFC 7517): make one, check a public one, sign with one."""

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey, import_key

from gateway.domain.errors import BadInput
from gateway.domain.issuer import ASSERTION_ALGS
from gateway.kit.clock import Clock

_RSA_BITS: Final = (2048, 4096)
_ASSERTION_LIFE: Final = 60
_ALG_OF_KIND: Final[Mapping[tuple[Any, Any], str]] = {
    ("EC", "P-256"): "ES256",
    ("RSA", None): "PS256",
    ("OKP", "Ed25519"): "Ed25519",
}
_MAKERS: Final[Mapping[str, Callable[[], Key]]] = {
    "ES256": lambda: ECKey.generate_key("P-256"),
    "PS256": lambda: RSAKey.generate_key(_RSA_BITS[0]),
    "Ed25519": lambda: OKPKey.generate_key("Ed25519"),
}
_PUBLIC_MEMBERS: Final = ("kty", "crv", "x", "y", "n", "e")
# The JOSE header of a proof holds a key, for which the library's usual limit is too narrow.
_REGISTRY: Final = jws.JWSRegistry(algorithms=ASSERTION_ALGS)
_REGISTRY.max_header_length = 4096
_PRIVATE_MEMBERS: Final = frozenset(("d", "p", "q", "dp", "dq", "qi", "oth", "k"))


def new_private_jwk(alg: str = "ES256") -> dict[str, Any]:
    """A fresh private key for one of ASSERTION_ALGS, with `kid`, `alg` and `use`."""
    key = _MAKERS[alg]()
    return {**key.as_dict(private=True), "kid": key.thumbprint(), "alg": alg, "use": "sig"}


def public_jwk(jwk: Mapping[str, Any]) -> dict[str, Any]:
    """The public half of a key, without its private members."""
    return {name: value for name, value in jwk.items() if name not in _PRIVATE_MEMBERS}


def check_public_jwk(jwk: Mapping[str, Any]) -> dict[str, Any]:
    """The key as it is to be registered: public members, `alg`, `use` and `kid` only.

    Without a `kid` the key is named by its thumbprint (RFC 7638). Raises BadInput for a private
    key, a kind of key that no assertion may be signed with, and a key that is too weak or broken.
    """
    if _PRIVATE_MEMBERS & jwk.keys():
        raise BadInput("kunci privat tidak boleh dikirim / this is a private key: give the public")
    kind = (str(jwk.get("kty")), jwk.get("crv") and str(jwk["crv"]))
    alg = _ALG_OF_KIND.get(kind)
    if alg is None or jwk.get("alg", alg) != alg or jwk.get("use", "sig") != "sig":
        raise BadInput(
            "kunci harus EC P-256 (ES256), RSA (PS256) atau / or Ed25519, use sig: "
            + ", ".join(ASSERTION_ALGS)
        )
    plain = {name: jwk[name] for name in _PUBLIC_MEMBERS if name in jwk}
    key = _import(plain)
    kid = jwk.get("kid") or key.thumbprint()
    if not isinstance(kid, str) or len(kid) > 200:
        raise BadInput("kid: teks, paling panjang 200 / text of at most 200 characters")
    return {**plain, "kid": kid, "alg": alg, "use": "sig"}


def sign_assertion(
    private_jwk: Mapping[str, Any], client_id: str, issuer: str, now: datetime
) -> str:
    """A client assertion (RFC 7523) for one issuer, good for a minute. Raises BadInput."""
    checked = check_public_jwk(public_jwk(private_jwk))
    moment = int(now.timestamp())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": issuer,
        "jti": secrets.token_urlsafe(16),
        "iat": moment,
        "exp": moment + _ASSERTION_LIFE,
    }
    header = {"alg": checked["alg"], "kid": checked["kid"], "typ": "client-authentication+jwt"}
    return _sign(private_jwk, header, claims)


def sign_proof(
    private_jwk: Mapping[str, Any], htm: str, htu: str, clock: Clock, token: str | None = None
) -> str:
    """A DPoP proof (RFC 9449) for one request, with a `token` for that token. Raises BadInput."""
    checked = check_public_jwk(public_jwk(private_jwk))
    claims = {
        "jti": secrets.token_urlsafe(16),
        "htm": htm,
        "htu": htu,
        "iat": int(clock().timestamp()),
    }
    if token is not None:
        digest = hashlib.sha256(token.encode()).digest()
        claims["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    plain = {name: checked[name] for name in _PUBLIC_MEMBERS if name in checked}
    header = {"alg": checked["alg"], "typ": "dpop+jwt", "jwk": plain}
    return _sign(private_jwk, header, claims)


def _sign(private_jwk: Mapping[str, Any], header: dict[str, Any], claims: Mapping[str, Any]) -> str:
    try:
        key = import_key(dict(private_jwk))
        return jws.serialize_compact(header, msgspec.json.encode(claims), key, registry=_REGISTRY)
    except (JoseError, ValueError, TypeError):
        raise BadInput("kunci privat tidak dapat dipakai / the private key is unusable") from None


def _import(plain: dict[str, Any]) -> Key:
    try:
        # Before the import, for the library only warns of weak keys.
        if plain["kty"] == "RSA" and not _RSA_BITS[0] <= _bits(plain["n"]) <= _RSA_BITS[1]:
            raise BadInput("kunci RSA harus 2048 sampai 4096 bit / RSA keys have 2048 to 4096 bits")
        return import_key(plain)
    except (JoseError, KeyError, ValueError, TypeError):
        raise BadInput("kunci tidak dapat dibaca / the key cannot be read") from None


def _bits(number: str) -> int:
    raw = base64.urlsafe_b64decode(number + "=" * (-len(number) % 4))
    return int.from_bytes(raw, "big").bit_length()
