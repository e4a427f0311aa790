"""The issuers' signing keys: one for each issuer, made at first need, private part sealed."""

import asyncio
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from joserfc.jwk import ECKey
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.errors import Unavailable
from gateway.domain.ports import SealBroken, Sealer
from gateway.infra.db.engine import Database
from gateway.infra.db.tables import SIGNING_KEY
from gateway.kit.clock import Clock

ALG: Final = "ES256"
_SIGNING: Final = "signing"
# PostgreSQL lets writers run side by side; this lock (readers pass) lets one at a time look for the
# issuer's key and make it. SQLite has one writer anyway.
_ONE_AT_A_TIME: Final = sa.text("LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE")


class SigningKey:
    """One key: `kid` (RFC 7638 thumbprint), the key itself, and its public JWK."""

    __slots__ = ("key", "kid", "publik")

    def __init__(self, kid: str, key: ECKey, publik: dict[str, Any]) -> None:
        self.kid = kid
        self.key = key
        self.publik = publik


class SigningKeys:
    """Gives each issuer its key, the same one in every instance."""

    def __init__(self, database: Database, keyring: Sealer, clock: Clock) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._known: dict[str, SigningKey] = {}
        self._making = asyncio.Lock()

    async def current(self, penerbit: str) -> SigningKey:
        """The key that the issuer of this name signs with.

        Raises Unavailable where the sealer does not open it.
        """
        known = self._known.get(penerbit)
        if known is not None:
            return known
        async with self._making:
            if penerbit not in self._known:
                self._known[penerbit] = await self._find_or_make(penerbit)
        return self._known[penerbit]

    async def _find_or_make(self, penerbit: str) -> SigningKey:
        async with self._database.reading() as connection:
            found = await self._find(connection, penerbit)
        if found is not None:
            return found
        async with self._database.writing() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(_ONE_AT_A_TIME)
            found = await self._find(connection, penerbit)
            return found or await self._make(connection, penerbit, self._clock())

    async def _find(self, connection: AsyncConnection, penerbit: str) -> SigningKey | None:
        query = sa.select(SIGNING_KEY.c.kid, SIGNING_KEY.c.privat, SIGNING_KEY.c.publik).where(
            SIGNING_KEY.c.penerbit == penerbit, SIGNING_KEY.c.status == _SIGNING
        )
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        try:
            private = self._keyring.open(row.privat, _context(row.kid))
        except SealBroken:
            raise Unavailable(
                "kunci penanda tangan tidak terbuka / the keyring does not open the signing key",
                code="signing_key_sealed",
            ) from None
        return SigningKey(row.kid, ECKey.import_key(msgspec.json.decode(private)), row.publik)

    async def _make(self, connection: AsyncConnection, penerbit: str, now: datetime) -> SigningKey:
        key = ECKey.generate_key("P-256")
        kid = key.thumbprint()
        publik = {**key.as_dict(private=False), "kid": kid, "alg": ALG, "use": "sig"}
        private = msgspec.json.encode(key.as_dict(private=True))
        values = {
            "kid": kid,
            "penerbit": penerbit,
            "alg": ALG,
            "publik": publik,
            "privat": self._keyring.seal(private, _context(kid)),
            "status": _SIGNING,
            "dibuat_pada": now,
        }
        await connection.execute(sa.insert(SIGNING_KEY).values(values))
        return SigningKey(kid, key, publik)


def _context(kid: str) -> bytes:
    return f"signing_key|privat|{kid}".encode()
