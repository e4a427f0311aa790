"""Remembers tokens that were verified, so that the next request costs a hash and a look-up."""

import hashlib
from collections import OrderedDict
from datetime import datetime
from typing import Final, NamedTuple

from gateway.domain.ports_auth import AccessToken

_MOST: Final = 10_000


class Remembered(NamedTuple):
    """What a token says, and the name of the key that signed it."""

    token: AccessToken
    kid: str | None


class TokenCache:
    """The most recently used tokens by their SHA-256; an expired one is never given."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._tokens: OrderedDict[bytes, Remembered] = OrderedDict()

    def __len__(self) -> int:
        return len(self._tokens)

    def get(self, token: str, now: datetime) -> Remembered | None:
        """What the token says, where it was verified before and holds still."""
        key = _key(token)
        found = self._tokens.get(key)
        if found is None:
            return None
        if found.token.exp <= now:
            del self._tokens[key]
            return None
        self._tokens.move_to_end(key)
        return found

    def put(self, token: str, verified: AccessToken, kid: str | None) -> None:
        """Remember a token; the one that was not used for longest makes room."""
        self._tokens[_key(token)] = Remembered(verified, kid)
        if len(self._tokens) > self._most:
            self._tokens.popitem(last=False)


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
