"""An API client: an agency's system with its credentials. Rights are in grants, not here."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

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
    """One registered client.

    `jwks` holds public keys only, inline. Their members `nbf` and `exp` (seconds since 1970) say
    from when and until when each may be used; without them there is no such bound.
    """

    client_id: str
    opd: str
    """The agency whose system this is."""
    auth: AuthMethod
    jwks: tuple[dict[str, Any], ...] = ()
    status: StatusClient = StatusClient.AKTIF
    berakhir_pada: datetime | None = None
    dibuat_pada: datetime
    not_before: datetime | None = None
    """Tokens that were issued before this moment hold no longer."""

    def aktif(self, now: datetime) -> bool:
        """True where the client may be given tokens."""
        return self.status is StatusClient.AKTIF and (
            self.berakhir_pada is None or now < self.berakhir_pada
        )

    def menerima(self, issued: datetime, now: datetime) -> bool:
        """True where a token of the client that was issued at a moment may hold now."""
        return self.aktif(now) and (self.not_before is None or issued >= self.not_before)

    def kunci_hidup(self, now: datetime) -> tuple[dict[str, Any], ...]:
        """The keys of `jwks` that may be used now."""
        return tuple(jwk for jwk in self.jwks if kunci_berlaku(jwk, now))


def kunci_berlaku(jwk: Mapping[str, Any], now: datetime) -> bool:
    """True where the key's time has come and has not run out."""
    moment = now.timestamp()
    return bool(jwk.get("nbf", moment) <= moment < jwk.get("exp", float("inf")))


class SecretRow(Quiet, frozen=True, kw_only=True):
    """One live secret of a legacy client: a salted scrypt hash, never the secret."""

    secret_id: str
    client_id: str
    hash: str
    berlaku_dari: datetime
    berlaku_sampai: datetime
