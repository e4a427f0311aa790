"""Client secrets: 256 random bits that carry their own id, kept as salted scrypt hashes."""

import base64
import hashlib
import hmac
import os
import secrets
from typing import Final

_COST: Final = 14
_BLOCK: Final = 8
_LANES: Final = 1
_SALT_BYTES: Final = 16


def new_secret() -> tuple[str, str]:
    """A fresh secret: its id, and the whole text `id.random` that its owner is to keep."""
    secret_id = secrets.token_hex(8)
    return secret_id, f"{secret_id}.{secrets.token_urlsafe(32)}"


def secret_id_of(secret: str) -> str:
    """The id that a presented secret claims to have, so that one hash suffices to check it."""
    return secret.partition(".")[0]


def hash_secret(secret: str) -> str:
    """`scrypt$cost$block$lanes$salt$hash`; takes tens of milliseconds and 16 MiB."""
    salt = os.urandom(_SALT_BYTES)
    digest = _scrypt(secret, salt, _COST, _BLOCK, _LANES)
    parts = ("scrypt", str(_COST), str(_BLOCK), str(_LANES), _encode(salt), _encode(digest))
    return "$".join(parts)


def secret_matches(secret: str, stored: str) -> bool:
    """Whether the secret is the one that was hashed; takes as long either way."""
    _, cost, block, lanes, salt, digest = stored.split("$")
    found = _scrypt(secret, base64.b64decode(salt), int(cost), int(block), int(lanes))
    return hmac.compare_digest(found, base64.b64decode(digest))


def _scrypt(secret: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    memory = 2 * 128 * block * 2**cost
    return hashlib.scrypt(
        secret.encode(), salt=salt, n=2**cost, r=block, p=lanes, maxmem=memory, dklen=32
    )


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
