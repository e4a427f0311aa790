"""Checks DPoP proofs (RFC 9449 section 4.3), at the token endpoint as before every resource."""

import base64
from collections.abc import Sequence
from typing import Final

from gateway.domain.ports_auth import ReplaySet
from gateway.domain.proof import DpopInvalid, ProofFault
from gateway.infra.oauth.dpop_claims import (
    SKEW,
    ProofClaims,
    check_request,
    check_time,
    check_token,
    read_claims,
)
from gateway.infra.oauth.dpop_keys import read_key
from gateway.kit.clock import Clock
from gateway.kit.compact_jws import read_unverified
from gateway.kit.same_uri import normal_origin, normal_path

_MAX_CHARS: Final = 4096


class DpopProofs:
    """The `Proofs` port. Addresses are made of `public_url`, never of what a request says."""

    def __init__(self, public_url: str, replay: ReplaySet, clock: Clock) -> None:
        self._origin = normal_origin(public_url)
        self._replay = replay
        self._clock = clock

    async def check(
        self,
        proofs: Sequence[str],
        *,
        method: str,
        path: str,
        token: str | None = None,
        jkt: str | None = None,
    ) -> str:
        """The thumbprint of the key that made the one proof. Raises DpopInvalid, Unavailable."""
        proof = _only(proofs)
        payload, signature = _read(proof)
        key = read_key(proof.partition(".")[0])
        if jkt is not None and key.jkt != jkt:
            raise DpopInvalid(ProofFault.OTHER_KEY)
        key.check(signature, proof.rpartition(".")[0].encode())
        claims = read_claims(payload)
        check_request(claims, method, self._address(path))
        if token is not None:
            check_token(claims, token)
        await self._once(key.jkt, claims)
        return key.jkt

    def _address(self, path: str) -> str:
        try:
            return self._origin + normal_path(path)
        except ValueError:
            raise DpopInvalid(ProofFault.ADDRESS) from None

    async def _once(self, jkt: str, claims: ProofClaims) -> None:
        # Another instance's clock may be behind; to it the proof still holds for a while longer.
        ttl = check_time(claims, self._clock()) + SKEW
        if not await self._replay.first_use(f"dpop|{jkt}|{claims.jti}", ttl):
            raise DpopInvalid(ProofFault.REPLAYED)


def _only(proofs: Sequence[str]) -> str:
    if not proofs:
        raise DpopInvalid(ProofFault.MISSING)
    if len(proofs) > 1:
        raise DpopInvalid(ProofFault.SEVERAL)
    return proofs[0]


def _read(proof: str) -> tuple[bytes, bytes]:
    """Payload and signature of a well-formed JWS."""
    try:
        unverified = read_unverified(proof, max_chars=_MAX_CHARS)
        signature = proof.rpartition(".")[2]
        return unverified.payload, base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    except ValueError:
        raise DpopInvalid(ProofFault.MALFORMED) from None
