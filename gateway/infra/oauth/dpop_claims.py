"""What a DPoP proof says: whether it is for this request, this token and this moment."""

import base64
import hashlib
from datetime import datetime
from typing import Annotated, Final

import msgspec

from gateway.domain.proof import DpopInvalid, ProofFault
from gateway.kit.same_uri import normal_address
from gateway.kit.shallow_json import read_shallow

SKEW: Final = 10.0
"""Seconds by which the clocks of client and gateway may differ."""
_OLDEST: Final = 60.0

_Moment = Annotated[float, msgspec.Meta(ge=0, le=1e11)]


class ProofClaims(msgspec.Struct, frozen=True, kw_only=True):
    """The claims that the gateway acts on; others are ignored.

    A `nonce` is among the others, since the gateway gives none out.
    """

    jti: Annotated[str, msgspec.Meta(min_length=1)]
    htm: str
    htu: str
    iat: _Moment
    nbf: _Moment | None = None
    exp: _Moment | None = None
    ath: str | None = None


def read_claims(payload: bytes) -> ProofClaims:
    """The claims. Raises DpopInvalid where one is missing or of another kind."""
    try:
        return read_shallow(payload, ProofClaims)
    except ValueError:
        raise DpopInvalid(ProofFault.CLAIMS) from None


def check_request(claims: ProofClaims, method: str, address: str) -> None:
    """Raises DpopInvalid where they are for another request; `address` is in its one spelling."""
    if claims.htm != method:
        raise DpopInvalid(ProofFault.METHOD)
    if claims.htu == address:
        return
    try:
        same = normal_address(claims.htu) == address
    except ValueError:
        same = False
    if not same:
        raise DpopInvalid(ProofFault.ADDRESS)


def check_time(claims: ProofClaims, now: datetime) -> float:
    """For how many seconds the claims hold. Raises DpopInvalid where they do not now."""
    moment = now.timestamp()
    earliest = claims.iat if claims.nbf is None else max(claims.iat, claims.nbf)
    latest = claims.iat + _OLDEST
    if claims.exp is not None:
        latest = min(latest, claims.exp + SKEW)
    if earliest > moment + SKEW or latest < moment:
        raise DpopInvalid(ProofFault.TIME)
    return latest - moment


def check_token(claims: ProofClaims, token: str) -> None:
    """Raises DpopInvalid where they are for another token."""
    digest = hashlib.sha256(token.encode()).digest()
    if claims.ath != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
        raise DpopInvalid(ProofFault.TOKEN)
