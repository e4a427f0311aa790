"""`WWW-Authenticate`: how a refused caller may come back (RFC 6750, RFC 9449, RFC 9728)."""

from typing import Final

from gateway.application.caller.holder import Scheme
from gateway.domain.errors import GatewayError, NotAuthenticated, NotPermitted
from gateway.domain.proof import PROOF_ALGS

_OWN: Final = {Scheme.DPOP: {"algs": " ".join(PROOF_ALGS)}, Scheme.BEARER: {}}


class Challenges:
    """Writes the challenges of one gateway; nothing of a request is in them."""

    def __init__(self, metadata_url: str, *, bearer: bool) -> None:
        """`bearer` = tokens that are bound to no key are served as well."""
        self._metadata = {"resource_metadata": metadata_url}
        self._offered = (Scheme.DPOP, Scheme.BEARER) if bearer else (Scheme.DPOP,)

    def header(self, error: GatewayError, scheme: Scheme | None) -> str | None:
        """The value, or None where no other credential would help.

        `scheme` is that of the token in question; without one, all that are served are offered.
        """
        told = _told(error)
        if told is None:
            return None
        schemes = self._offered if scheme is None else (scheme,)
        return ", ".join(self._challenge(each, told) for each in schemes)

    def _challenge(self, scheme: Scheme, told: dict[str, str]) -> str:
        parameters = told | _OWN[scheme] | self._metadata
        return f"{scheme} " + ", ".join(f'{name}="{text}"' for name, text in parameters.items())


def _told(error: GatewayError) -> dict[str, str] | None:
    if isinstance(error, NotAuthenticated):
        return {"error": error.oauth_error} if error.oauth_error else {}
    if isinstance(error, NotPermitted) and error.scope is not None:
        return {"error": "insufficient_scope", "scope": error.scope}
    return None
