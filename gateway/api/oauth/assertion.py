"""Client authentication by private_key_jwt (RFC 7523, RFC 10070, FAPI 2.0 section 5.3.2.1)."""

import functools
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey, import_key

from gateway.api.oauth.parts import OAuthParts
from gateway.api.oauth.refusals import Refused, unproven
from gateway.api.oauth.registered import find_registered
from gateway.api.oauth.token_request import TokenRequest
from gateway.domain.client import AuthMethod, Client
from gateway.domain.issuer import ASSERTION_ALGS
from gateway.kit.compact_jws import JwsHeader, UnverifiedJws, read_unverified
from gateway.kit.shallow_json import read_shallow

_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_JWT_TYPES: Final = frozenset((None, "jwt", "client-authentication+jwt"))
_MAX_CHARS: Final = 8192
_FORMS: Final = (
    "iss, sub, aud, jti, exp: wajib; aud satu teks, exp angka / "
    "required; aud one string, exp a number"
)
_LIFE: Final = 300.0
_SKEW: Final = 10.0

_Moment = Annotated[float, msgspec.Meta(ge=0, le=1e11)]


class _Registry(jws.JWSRegistry):
    max_header_length = 4096


# RFC 7515 section 4: unknown header members are ignored; critical ones were refused before.
_REGISTRY: Final = _Registry(algorithms=ASSERTION_ALGS, strict_check_header=False)


class _Subject(msgspec.Struct):
    sub: str


class _Claims(msgspec.Struct, frozen=True, kw_only=True):
    iss: str
    sub: str
    aud: str
    """One string: an array is refused even where it holds our name only."""
    exp: _Moment
    iat: _Moment = 0.0
    nbf: _Moment = 0.0
    jti: Annotated[str, msgspec.Meta(min_length=1)]


class AssertionCheck:
    """Finds out whether an assertion proves its client, once only."""

    def __init__(self, issuer: str, parts: OAuthParts) -> None:
        self._issuer = issuer
        self._parts = parts
        # Made now, for the first unknown client must not take longer than the others.
        _decoys()

    async def __call__(self, request: TokenRequest) -> Client | None:
        """The client, or None where the request brings no assertion. Raises Refused."""
        assertion = request.form.get("client_assertion")
        if assertion is None:
            return None
        if request.form.get("client_assertion_type") != _TYPE:
            raise Refused("invalid_request", f"client_assertion_type: {_TYPE}")
        unverified = _read(assertion)
        named = _decode(unverified.payload, _Subject).sub
        request.named = client = await find_registered(self._parts.clients, named)
        keys = () if client is None else client.kunci_hidup(self._parts.clock())
        signed = _is_signed(assertion, keys, unverified.header)
        if client is None or not signed or not self._may_use(client):
            raise unproven()
        await self._burn(self._check(_claims(unverified.payload), client))
        if request.form.get("client_id", client.client_id) != client.client_id:
            raise Refused("invalid_client", "client_id: bukan / not the client of the assertion")
        return client

    def _may_use(self, client: Client) -> bool:
        return client.auth is AuthMethod.PRIVATE_KEY_JWT and client.aktif(self._parts.clock())

    def _check(self, claims: _Claims, client: Client) -> _Claims:
        """From here on the caller holds the client's key and may be told what is wrong."""
        now = self._parts.clock().timestamp()
        if claims.iss != client.client_id:
            raise Refused("invalid_client", "iss, sub: harus / must be the client_id")
        if claims.aud != self._issuer:
            raise Refused("invalid_client", "aud: harus / must be the issuer, one string")
        if not now < claims.exp <= now + _LIFE + _SKEW:
            raise Refused("invalid_client", "exp: lewat atau / past or over 5 minutes ahead")
        if max(claims.iat, claims.nbf) > now + _SKEW:
            raise Refused("invalid_client", "iat, nbf: di masa depan / in the future")
        return claims

    async def _burn(self, claims: _Claims) -> None:
        # To another instance whose clock is behind, the assertion holds for a while longer.
        ttl = claims.exp - self._parts.clock().timestamp() + _SKEW
        key = f"assertion|{self._issuer}|{claims.sub}|{claims.jti}"
        if not await self._parts.replay.first_use(key, ttl):
            raise Refused("invalid_client", "jti: sudah dipakai / used before")


def _read(assertion: str) -> UnverifiedJws:
    try:
        unverified = read_unverified(assertion, max_chars=_MAX_CHARS)
    except ValueError:
        raise unproven() from None
    header = unverified.header
    typ = header.typ and header.typ.lower().removeprefix("application/")
    if header.alg not in ASSERTION_ALGS or typ not in _JWT_TYPES:
        raise unproven()
    return unverified


def _decode(payload: bytes, kind: type[Any]) -> Any:
    try:
        return read_shallow(payload, kind)
    except ValueError:
        raise unproven() from None


def _claims(payload: bytes) -> _Claims:
    """Of an assertion whose signature is right: its client may be told what is missing."""
    try:
        return read_shallow(payload, _Claims)
    except ValueError:
        raise Refused("invalid_client", _FORMS) from None


def _is_signed(assertion: str, registered: Sequence[Mapping[str, Any]], header: JwsHeader) -> bool:
    """Checks exactly one signature, whoever the client and whatever its keys are.

    Only registered keys count; a key that the assertion itself brings is never looked at.
    """
    jwk = _registered_key(registered, header)
    try:
        key = import_key(dict(jwk or _decoys()[header.alg]))
        jws.deserialize_compact(assertion, key, registry=_REGISTRY)
    except (JoseError, ValueError, TypeError):
        return False
    return jwk is not None


def _registered_key(
    registered: Sequence[Mapping[str, Any]], header: JwsHeader
) -> Mapping[str, Any] | None:
    fitting = [
        key
        for key in registered
        if key.get("alg") == header.alg and header.kid in (None, key.get("kid"))
    ]
    return fitting[0] if len(fitting) == 1 else None


@functools.cache
def _decoys() -> Mapping[str, dict[str, Any]]:
    """Keys that nobody holds, checked in place of those that an unknown client does not have."""
    keys: Mapping[str, Key] = {
        "ES256": ECKey.generate_key("P-256"),
        "PS256": RSAKey.generate_key(2048),
        "Ed25519": OKPKey.generate_key("Ed25519"),
    }
    return {alg: dict(key.as_dict(private=False)) for alg, key in keys.items()}
