"""An API client: an agency's system with its credentials. A client never carries rights; grants do."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from gateway.kit.struct import Quiet


class AuthMethod(StrEnum):
    """How a client proves itself at a token endpoint."""

    PRIVATE_KEY_JWT = "private_key_jwt"
    CLIENT_SECRET = "client_secret_basic"  # noqa: S105 - the name of a method, not a password


class StatusClient(StrEnum):
    """Only AKTIF clients get tokens."""

    AKTIF = "AKTIF"
    DITANGGUHKAN = "DITANGGUHKAN"
    DICABUT = "DICABUT"


class Client(Quiet, frozen=True, kw_only=True):
    """One registered client. `jwks` holds public keys only, inline."""

    client_id: str
    opd: str
    """The agency whose system this is."""
    auth: AuthMethod
    jwks: tuple[dict[str, Any], ...] = ()
    status: StatusClient = StatusClient.AKTIF
    berakhir_pada: datetime | None = None
    dibuat_pada: datetime

    def aktif(self, now: datetime) -> bool:
        """True where the client may be given tokens."""
        return self.status is StatusClient.AKTIF and (
            self.berakhir_pada is None or now < self.berakhir_pada
        )


class SecretRow(Quiet, frozen=True, kw_only=True):
    """One live secret of a legacy client: a salted scrypt hash, never the secret."""

    secret_id: str
    client_id: str
    hash: str
    berlaku_dari: datetime
    berlaku_sampai: datetime
