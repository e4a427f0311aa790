"""Makes thousands of DPoP proofs in a hurry, by several processes; each is good once."""

import base64
import hashlib
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, Final

import msgspec
from joserfc import jws
from joserfc.jwk import import_key

from bench.serving.cores import use_every_core
from gateway.infra.oauth.client_keys import check_public_jwk, public_jwk

_PUBLIC: Final = ("kty", "crv", "x", "y")
_TYPES: Final = {"dpop": "dpop+jwt", "assertion": "client-authentication+jwt"}


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """JWTs by one ES256 key: claims that all of them have; each gets a `jti` of its own."""

    key: dict[str, Any]
    kind: str
    """`dpop` or `assertion`."""
    claims: dict[str, Any]


def proof_for(
    key: Mapping[str, Any], htu: str, token: str | None = None, *, method: str = "POST"
) -> Wanted:
    """Proofs for requests at one address, made now."""
    claims: dict[str, Any] = {"htm": method, "htu": htu, "iat": int(time.time())}
    if token is not None:
        claims["ath"] = _b64(hashlib.sha256(token.encode()).digest())
    return Wanted(key=dict(key), kind="dpop", claims=claims)


def assertion_for(key: Mapping[str, Any], client_id: str, issuer: str) -> Wanted:
    """Client assertions for one issuer, good for a minute."""
    now = int(time.time())
    who = {"iss": client_id, "sub": client_id, "aud": issuer}
    return Wanted(key=dict(key), kind="assertion", claims={**who, "iat": now, "exp": now + 60})


def make(wanted: Wanted, count: int) -> list[str]:
    """So many of them."""
    processes = max(1, min(os.cpu_count() or 1, count // 500))
    shares = [count // processes + (number < count % processes) for number in range(processes)]
    if processes == 1:
        return list(_make(wanted, count))
    with ProcessPoolExecutor(
        processes, mp_context=get_context("forkserver"), initializer=use_every_core
    ) as pool:
        made = pool.map(_make_list, [wanted] * processes, shares)
        return [proof for share in made for proof in share]


def _make_list(wanted: Wanted, count: int) -> list[str]:
    return list(_make(wanted, count))


def _make(wanted: Wanted, count: int) -> Iterator[str]:
    key = import_key({name: text for name, text in wanted.key.items() if name not in _HINTS})
    sign = jws.JWSRegistry.algorithms["ES256"].sign
    head = _b64(msgspec.json.encode(_header(wanted)))
    for _ in range(count):
        claims = msgspec.json.encode({**wanted.claims, "jti": secrets.token_urlsafe(16)})
        signed = f"{head}.{_b64(claims)}"
        yield f"{signed}.{_b64(sign(signed.encode(), key))}"


_HINTS: Final = frozenset(("alg", "use"))


def _header(wanted: Wanted) -> dict[str, Any]:
    public = check_public_jwk(public_jwk(wanted.key))
    named = (
        {"jwk": {name: public[name] for name in _PUBLIC}}
        if wanted.kind == "dpop"
        else {"kid": public["kid"]}
    )
    return {"alg": public["alg"], "typ": _TYPES[wanted.kind], **named}


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
