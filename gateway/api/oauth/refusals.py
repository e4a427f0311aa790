"""The refusals of a token endpoint, in the words of RFC 6749 section 5.2."""

from typing import Final

# No types are published for this library.
from authlib.oauth2.rfc6749 import OAuth2Error  # type: ignore[import-untyped] # no types

_STATUS: Final = {"invalid_client": 401}
# What Authlib says in these cases would echo the request or tell the caller too much.
_OWN_WORDS: Final = {
    "invalid_client": "autentikasi client gagal / client authentication failed",
    "unsupported_grant_type": "grant_type: hanya / only client_credentials",
}


class Refused(OAuth2Error):  # type: ignore[misc] # see the import
    """A refusal with an error code of the RFC and fixed words: nothing of the request in them."""

    def __init__(
        self, error: str, description: str, *, status: int | None = None, fault: str | None = None
    ) -> None:
        """`fault` tells the audit log more exactly what was wrong."""
        super().__init__(
            error=error, description=description, status_code=status or _STATUS.get(error, 400)
        )
        self.reason = error if fault is None else f"{error}:{fault}"


def unproven() -> Refused:
    """Whoever it is has not proved it. The same for clients that exist and clients that do not."""
    return Refused("invalid_client", _OWN_WORDS["invalid_client"])


def in_our_words(error: OAuth2Error) -> Refused:
    """The refusal as it leaves the house."""
    if isinstance(error, Refused):
        return error
    code = str(error.error)
    return Refused(code, _OWN_WORDS.get(code, "permintaan ditolak / request refused"))
