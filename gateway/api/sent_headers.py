"""The headers of a request, read once: every value of each, as it came."""

from typing import Final

from gateway.domain.systems import Scope

SentHeaders = dict[bytes, list[bytes]]
"""Values by name; names are in lower case, as ASGI has them."""

_NONE: Final[list[bytes]] = []
_EMPTY: Final = [b""]


def read_headers(scope: Scope) -> SentHeaders:
    """All values of all headers, in their order."""
    read: SentHeaders = {}
    for name, value in scope["headers"]:
        if name in read:
            read[name].append(value)
        else:
            read[name] = [value]
    return read


def texts(headers: SentHeaders, name: bytes) -> tuple[str, ...]:
    """Every value of one header."""
    return tuple([value.decode("latin-1") for value in headers.get(name, _NONE)])


def first(headers: SentHeaders, name: bytes) -> bytes:
    """The first value of one header, or nothing."""
    return headers.get(name, _EMPTY)[0]
