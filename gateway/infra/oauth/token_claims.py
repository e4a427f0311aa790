"""What an access token says, read strictly: a token that says less, or it oddly, is refused."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, TypeVar

import msgspec

from gateway.domain.errors import NotAuthenticated
from gateway.domain.issuer import IssuerProfile
from gateway.domain.narrowing import Penyempitan
from gateway.domain.ports_auth import AccessToken
from gateway.kit.compact_jws import UnverifiedJws, read_unverified
from gateway.kit.shallow_json import read_shallow

MAX_TOKEN_CHARS: Final = 4096
_SKEW: Final = timedelta(seconds=10)

_Read = TypeVar("_Read")
_Text = Annotated[str, msgspec.Meta(min_length=1)]


class Claims(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The claims of RFC 9068 section 2.2, and the grant that the token stands for."""

    iss: _Text
    sub: _Text
    client_id: _Text
    aud: str | list[str]
    iat: int
    exp: int
    nbf: int | None = None
    jti: _Text
    scope: str
    grant_id: _Text
    grant_versi: int
    cnf: dict[str, str] | None = None
    # Read strictly: what a newer instance narrows by, this one must not take for nothing.
    authorization_details: Annotated[tuple[Penyempitan, ...], msgspec.Meta(max_length=1)] = ()


class _Named(msgspec.Struct):
    iss: str


def read_token(token: str) -> UnverifiedJws:
    """The parts of a token. Raises NotAuthenticated where it is none, or too long to be ours."""
    try:
        return read_unverified(token, max_chars=MAX_TOKEN_CHARS)
    except ValueError:
        raise refused("bukan token / not a token") from None


def read_issuer(token: str) -> str:
    """Who the token says has made it: not to be believed before the signature is checked."""
    return _decode(read_token(token).payload, _Named).iss


def read_claims(payload: bytes) -> Claims:
    """The claims. Raises NotAuthenticated where one is missing or of another kind."""
    return _decode(payload, Claims)


def accept(claims: Claims, profile: IssuerProfile, now: datetime) -> AccessToken:
    """What a soundly signed token says, if it holds here and now. Raises NotAuthenticated."""
    audience = [claims.aud] if isinstance(claims.aud, str) else claims.aud
    if claims.iss != profile.issuer or profile.audience not in audience:
        raise refused("bukan untuk tujuan ini / meant for another audience")
    if claims.sub != claims.client_id:
        raise refused("klaim tidak cocok / claims do not agree")
    if claims.exp <= now.timestamp():
        raise refused("kedaluwarsa / expired")
    if max(claims.iat, claims.nbf or 0) > (now + _SKEW).timestamp():
        raise refused("belum berlaku / not yet valid")
    return AccessToken(
        issuer=claims.iss,
        client_id=claims.client_id,
        grant_id=claims.grant_id,
        grant_versi=claims.grant_versi,
        scopes=frozenset(claims.scope.split()),
        sempit=next(iter(claims.authorization_details), None),
        cnf=claims.cnf,
        jti=claims.jti,
        iat=datetime.fromtimestamp(claims.iat, UTC),
        exp=datetime.fromtimestamp(claims.exp, UTC),
    )


def refused(why: str) -> NotAuthenticated:
    """The refusal of a token; `why` holds nothing of the token itself."""
    return NotAuthenticated(f"token tidak berlaku / not valid: {why}", oauth_error="invalid_token")


def _decode(payload: bytes, kind: type[_Read]) -> _Read:
    try:
        return read_shallow(payload, kind)
    except ValueError:
        raise refused("klaim tidak utuh / claims incomplete") from None
