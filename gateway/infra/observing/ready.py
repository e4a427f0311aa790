"""Whether the parts that the gateway cannot serve without work now."""

import asyncio
from typing import Protocol

import sqlalchemy as sa
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from gateway.infra.db.engine import Database
from gateway.infra.db.tables import AUDIT

_PATIENCE = 2.0
_VERSIONS = sa.table("alembic_version", sa.column("version_num"))


class Writable(Protocol):
    """The audit log, as far as readiness is concerned."""

    async def is_writable(self) -> bool:
        """Whether an entry could be recorded now."""


class Sealed(Protocol):
    """What seals the audit log, as far as readiness is concerned."""

    def is_well(self) -> bool:
        """Whether it does its work."""


class Readiness:
    """Asks the store, the audit log, what seals it and, where it is used, Redis."""

    def __init__(
        self, database: Database, audit: Writable, redis: "Redis | None", sealing: Sealed
    ) -> None:
        self._database = database
        self._audit = audit
        self._redis = redis
        self._sealing = sealing

    async def __call__(self) -> dict[str, bool]:
        """Part -> whether it answered in time."""
        parts = {
            "basis_data": await self._store(),
            "catatan_audit": await self._audit_log(),
            "segel_audit": self._sealing.is_well(),
        }
        if self._redis is not None:
            parts["redis"] = await self._ping(self._redis)
        return parts

    async def _store(self) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE), self._database.reading() as connection:
                await connection.execute(sa.select(AUDIT.c.nomor).limit(1))
        except (SQLAlchemyError, OSError, TimeoutError):
            return False
        return True

    async def _audit_log(self) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._audit.is_writable()
        except TimeoutError:
            return False

    async def _ping(self, redis: "Redis") -> bool:
        try:
            async with asyncio.timeout(_PATIENCE):
                await redis.ping()
        except (RedisError, OSError, TimeoutError):
            return False
        return True


async def stored_version(database: Database) -> str | None:
    """The schema's version, or None for a store that was never migrated.

    Raises SQLAlchemyError where the store is away, which says nothing about its version.
    """
    try:
        async with database.reading() as connection:
            if not await connection.run_sync(_has_versions):
                return None
            found = await connection.scalar(sa.select(_VERSIONS.c.version_num))
            return None if found is None else str(found)
    finally:
        await database.close()


def _has_versions(connection: sa.Connection) -> bool:
    return sa.inspect(connection).has_table(_VERSIONS.name)
