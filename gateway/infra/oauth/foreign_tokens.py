"""Checks the tokens of a foreign issuer, as strictly as our own, by what its profile says."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from msgspec import UNSET, UnsetType

from gateway.domain.foreign_issuer import ForeignIssuerProfile
from gateway.domain.narrowing import Penyempitan
from gateway.domain.ports_auth import AccessToken
from gateway.infra.oauth.foreign_keys import KeySource
from gateway.infra.oauth.token_claims import read_token, refused
from gateway.kit.clock import Clock
from gateway.kit.compact_jws import JwsHeader, UnverifiedJws
from gateway.kit.shallow_json import read_shallow

_SKEW: Final = timedelta(seconds=10)
_HEADER_BYTES: Final = 4096
_BINDINGS: Final = frozenset(("jkt", "x5t#S256"))

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Moment = Annotated[float, msgspec.Meta(ge=0, le=1e11)]
_Told = dict[str, Any]


class _Claims(msgspec.Struct, frozen=True, kw_only=True):
    iss: str
    aud: str | list[str]
    iat: _Moment
    exp: _Moment
    nbf: _Moment = 0.0
    jti: _Text
    scope: str = ""
    cnf: dict[str, str] | UnsetType = UNSET
    authorization_details: list[_Told] = []


class ForeignIssuer:
    """One foreign issuer: implements `TokenVerifier` for its tokens."""

    def __init__(
        self, profile: ForeignIssuerProfile, keys: KeySource, clock: Clock, rar_type: str
    ) -> None:
        self.profile = profile
        self._keys = keys
        self._clock = clock
        self._rar_type = rar_type
        # RFC 7515 section 4: unknown header members are ignored; critical ones were refused before.
        self._registry = jws.JWSRegistry(algorithms=profile.algs, strict_check_header=False)
        self._registry.max_header_length = _HEADER_BYTES

    async def verify(self, token: str) -> AccessToken:
        """What a sound token says. Raises NotAuthenticated; Unavailable without the keys."""
        unverified = read_token(token)
        self._check_header(unverified.header)
        await self._check_signature(token, unverified.header)
        told, claims = _read(unverified)
        self._check_claims(told, claims)
        sempit = self._narrowing(claims.authorization_details)
        return AccessToken(
            issuer=claims.iss,
            client_id=self._client_id(told),
            grant_id=_named(told, self.profile.grant_claim),
            grant_versi=None,
            scopes=_scopes(claims.scope, sempit),
            sempit=sempit,
            cnf=self._bound_to(claims.cnf),
            jti=claims.jti,
            iat=datetime.fromtimestamp(claims.iat, UTC),
            exp=datetime.fromtimestamp(claims.exp, UTC),
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._keys.close()

    def _check_header(self, header: JwsHeader) -> None:
        typ = (header.typ or "").lower().removeprefix("application/")
        if header.alg not in self.profile.algs or typ not in self.profile.typ:
            raise refused("bukan token akses / not an access token")

    async def _check_signature(self, token: str, header: JwsHeader) -> None:
        key = await self._keys.find(header.kid, header.alg)
        if key is None:
            raise refused("kunci tidak dikenal / unknown key")
        try:
            jws.deserialize_compact(token, key, registry=self._registry)
        except (JoseError, ValueError):
            raise refused("tanda tangan salah / wrong signature") from None

    def _check_claims(self, told: _Told, claims: _Claims) -> None:
        profile, now = self.profile, self._clock()
        audience = [claims.aud] if isinstance(claims.aud, str) else claims.aud
        if claims.iss != profile.issuer or profile.audience not in audience:
            raise refused("bukan untuk tujuan ini / meant for another audience")
        if any(told.get(name) != value for name, value in profile.required.items()):
            raise refused("klaim tidak cocok / claims do not agree")
        if claims.exp <= now.timestamp():
            raise refused("kedaluwarsa / expired")
        if max(claims.iat, claims.nbf) > (now + _SKEW).timestamp():
            raise refused("belum berlaku / not yet valid")
        if claims.exp - claims.iat > profile.max_life.total_seconds():
            raise refused("berlaku terlalu lama / lives too long")

    def _bound_to(self, cnf: dict[str, str] | UnsetType) -> dict[str, str] | None:
        if isinstance(cnf, UnsetType):
            if self.profile.sender_constrained:
                raise refused("tidak terikat kunci / not bound to a key")
            return None
        if not _BINDINGS & cnf.keys():
            raise refused("cnf tidak dikenal / unknown kind of cnf")
        return cnf

    def _client_id(self, told: _Told) -> str:
        theirs = _named(told, self.profile.client_claim)
        ours = None if theirs is None else self.profile.client_id(theirs)
        if ours is None:
            raise refused("klien tidak dikenal / unknown client")
        return ours

    def _narrowing(self, details: list[_Told]) -> Penyempitan | None:
        """The detail that is meant for us, if there is one; others are for other resources."""
        ours = [detail for detail in details if detail.get("type") == self._rar_type]
        if len(ours) > 1:
            raise refused("authorization_details")
        try:
            return msgspec.convert(ours[0], Penyempitan) if ours else None
        except msgspec.ValidationError:
            raise refused("authorization_details") from None


def _read(unverified: UnverifiedJws) -> tuple[_Told, _Claims]:
    try:
        told = read_shallow(unverified.payload, _Told)
        return told, msgspec.convert(told, _Claims)
    except ValueError:
        raise refused("klaim tidak utuh / claims incomplete") from None


def _scopes(scope: str, sempit: Penyempitan | None) -> frozenset[str]:
    """What the claim names; where the details name scopes too, what both name."""
    told = frozenset(scope.split())
    if sempit is None or isinstance(sempit.actions, UnsetType):
        return told
    return told.intersection(sempit.actions)


def _named(told: _Told, claim: str) -> str | None:
    """A name in a claim, or None where there is no such claim. Raises NotAuthenticated."""
    if claim not in told:
        return None
    try:
        return msgspec.convert(told[claim], _Text)
    except msgspec.ValidationError:
        raise refused("klaim tidak cocok / claims do not agree") from None
