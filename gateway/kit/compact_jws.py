"""Reads a compact JWS (RFC 7515) strictly and without trust, before any key is looked for."""

import base64
import re
from typing import Final

import msgspec

from gateway.kit.shallow_json import read_shallow
from gateway.kit.struct import Quiet

_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


class JwsHeader(msgspec.Struct, frozen=True, kw_only=True):
    """The header members that the gateway acts on."""

    alg: str
    kid: str | None = None
    typ: str | None = None
    crit: msgspec.Raw | None = None
    b64: msgspec.Raw | None = None
    zip: msgspec.Raw | None = None


class UnverifiedJws(Quiet, frozen=True, kw_only=True):
    """A well-formed JWS whose signature nobody has checked yet."""

    header: JwsHeader
    payload: bytes


def read_unverified(text: str, *, max_chars: int) -> UnverifiedJws:
    """The parts of a compact JWS. Raises ValueError.

    Refuses what is too long, what is not plain base64url in three parts, and every header that
    changes how the rest is to be read (`crit`, `b64`, `zip`): the gateway knows no such extension.
    """
    if len(text) > max_chars:
        raise ValueError("too long")
    if _SHAPE.fullmatch(text) is None:
        raise ValueError("not a compact JWS")
    head, payload, _ = text.split(".")
    header = read_shallow(_decode(head), JwsHeader)
    if (header.crit, header.b64, header.zip) != (None, None, None):
        raise ValueError("a header extension that is not supported")
    return UnverifiedJws(header=header, payload=_decode(payload))


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
