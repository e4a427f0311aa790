"""Access tokens as RFC 9068 has them (`at+jwt`, ES256): issue them, and check them strictly."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from gateway.domain.grant import Grant, Scope
from gateway.domain.issuer import IssuerProfile
from gateway.domain.narrowing import Penyempitan
from gateway.domain.ports_auth import AccessToken, IssuedToken
from gateway.domain.signing import ALG, TOKEN_LIFE
from gateway.infra.oauth.foreign_tokens import ForeignIssuer
from gateway.infra.oauth.signing import SigningKeys
from gateway.infra.oauth.token_cache import TokenCache
from gateway.infra.oauth.token_claims import (
    MAX_TOKEN_CHARS,
    Claims,
    accept,
    read_claims,
    read_issuer,
    read_token,
    refused,
)
from gateway.kit.clock import Clock

_TYPE: Final = "at+jwt"
_JTI_BYTES: Final = 20
# The library's own registry would allow HS256 and RS256 as well.
_REGISTRY: Final = jws.JWSRegistry(algorithms=[ALG])


class Issuer:
    """One issuer: implements `TokenIssuer`, and checks tokens of its own."""

    def __init__(self, profile: IssuerProfile, keys: SigningKeys, clock: Clock) -> None:
        self._profile = profile
        self._keys = keys
        self._clock = clock

    @property
    def profile(self) -> IssuerProfile:
        """Who it is."""
        return self._profile

    async def issue(
        self,
        grant: Grant,
        scopes: frozenset[Scope],
        *,
        sempit: Penyempitan | None = None,
        cnf: Mapping[str, str] | None = None,
    ) -> IssuedToken:
        """A token for one grant, for 300 s or until the grant ends, whichever is first."""
        signing = await self._keys.current(self._profile.nama)
        now = self._clock()
        issued, ends = _seconds(now), _seconds(min(now + TOKEN_LIFE, grant.berakhir_pada))
        claims = Claims(
            iss=self._profile.issuer,
            sub=grant.client_id,
            client_id=grant.client_id,
            aud=self._profile.audience,
            iat=issued,
            exp=ends,
            jti=secrets.token_urlsafe(_JTI_BYTES),
            scope=" ".join(sorted(scopes)),
            grant_id=grant.grant_id,
            grant_versi=grant.versi,
            cnf=None if cnf is None else dict(cnf),
            authorization_details=() if sempit is None else (sempit,),
        )
        header = {"alg": ALG, "typ": _TYPE, "kid": signing.kid}
        token = jws.serialize_compact(
            header, msgspec.json.encode(claims), signing.key, registry=_REGISTRY
        )
        return IssuedToken(token=token, expires_in=ends - issued, scopes=scopes)

    async def jwks(self) -> Sequence[dict[str, Any]]:
        """The public keys as JWKs."""
        return await self._keys.shown(self._profile.nama)

    async def verify(self, token: str) -> AccessToken:
        """What a token of this issuer for its audience says. Raises NotAuthenticated."""
        parsed = read_token(token)
        if (parsed.header.alg, parsed.header.typ) != (ALG, _TYPE):
            raise refused("bukan token akses / not an access token")
        key = await self._key(parsed.header.kid)
        if key is None:
            raise refused("kunci tidak dikenal / unknown key")
        _check_signature(token, key)
        return accept(read_claims(parsed.payload), self._profile, self._clock())

    async def believes(self, kid: str | None) -> bool:
        """Whether tokens under a key of this name may be genuine still."""
        return await self._key(kid) is not None

    async def _key(self, kid: str | None) -> ECKey | None:
        return None if kid is None else await self._keys.believed(self._profile.nama, kid)


class Verifier:
    """Checks tokens of several issuers, each by its own rules; implements `TokenVerifier`.

    Only our own are remembered: a foreign token must not outlive its issuer's key here.
    """

    def __init__(
        self,
        issuers: Iterable[Issuer],
        clock: Clock,
        cache: TokenCache | None = None,
        foreign: ForeignIssuer | None = None,
    ) -> None:
        self._issuers = {issuer.profile.issuer: issuer for issuer in issuers}
        self._foreign = foreign
        self._clock = clock
        self._cache = TokenCache() if cache is None else cache

    async def verify(self, token: str) -> AccessToken:
        """What a sound token says. Raises NotAuthenticated; Unavailable without its keys."""
        if len(token) > MAX_TOKEN_CHARS or not token.isascii():
            raise refused("bukan token / not a token")
        known = self._cache.get(token, self._clock())
        if known is not None and await self._issuers[known.token.issuer].believes(known.kid):
            return known.token
        name = read_issuer(token)
        if self._foreign is not None and name == self._foreign.profile.issuer:
            return await self._foreign.verify(token)
        issuer = self._issuers.get(name)
        if issuer is None:
            raise refused("penerbit tidak dikenal / unknown issuer")
        verified = await issuer.verify(token)
        self._cache.put(token, verified, read_token(token).header.kid)
        return verified


def _check_signature(token: str, key: ECKey) -> None:
    try:
        jws.deserialize_compact(token, key, registry=_REGISTRY)
    except (JoseError, ValueError):
        raise refused("tanda tangan salah / wrong signature") from None


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
