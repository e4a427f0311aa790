"""Who holds a token: binds new ones to their holder, and lets nobody else use them."""

from collections.abc import Mapping
from enum import StrEnum

from gateway.domain.errors import NotAuthenticated
from gateway.domain.ports_auth import AccessToken
from gateway.domain.proof import JKT, X5T, Certificates, Proofs, Shown
from gateway.kit.struct import Quiet


class Scheme(StrEnum):
    """How a token is presented (RFC 6750, RFC 9449), in the case of the `Authorization` header."""

    BEARER = "Bearer"
    DPOP = "DPoP"


class Presented(Quiet, frozen=True, kw_only=True):
    """A token as a request brings it."""

    scheme: Scheme
    text: str


class Holder:
    """Checks proofs of possession, at the token endpoint as before every resource."""

    def __init__(self, proofs: Proofs, certificates: Certificates) -> None:
        self._proofs = proofs
        self._certificates = certificates

    async def binding(self, shown: Shown) -> Mapping[str, str]:
        """What a new token is to be bound to: a key by its proof, else a certificate.

        Raises DpopInvalid, CertificateInvalid; Unavailable.
        """
        if not shown.proofs:
            thumbprint = self._certificates.thumbprint(shown.certificates, shown.peer)
            if thumbprint is not None:
                return {X5T: thumbprint}
        return {JKT: await self._proofs.check(shown.proofs, method=shown.method, path=shown.path)}

    async def check(self, token: AccessToken, presented: Presented, shown: Shown) -> None:
        """Raises NotAuthenticated where the request is not the holder's; Unavailable."""
        cnf = token.cnf or {}
        if scheme_of(token) is not presented.scheme:
            right = scheme_of(token)
            raise _refused(f"token ini memakai skema {right} / this token needs the scheme {right}")
        if cnf.keys() == {JKT}:
            await self._proofs.check(
                shown.proofs,
                method=shown.method,
                path=shown.path,
                token=presented.text,
                jkt=cnf[JKT],
            )
        elif cnf.keys() == {X5T}:
            if self._certificates.thumbprint(shown.certificates, shown.peer) != cnf[X5T]:
                raise _refused("bukan sertifikat token ini / not the certificate of this token")
        elif token.cnf is not None:
            raise _refused("terikat dengan cara yang tidak dikenal / bound in an unknown way")


def scheme_of(token: AccessToken) -> Scheme:
    """How the token must be presented."""
    return Scheme.DPOP if JKT in (token.cnf or {}) else Scheme.BEARER


def _refused(why: str) -> NotAuthenticated:
    return NotAuthenticated(why, oauth_error="invalid_token")
