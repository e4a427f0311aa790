"""Whether the parts that the gateway cannot serve without work now."""

import asyncio

import sqlalchemy as sa
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from gateway.infra.db.engine import Database
from gateway.infra.db.tables import AUDIT

_PATIENCE = 2.0


class Readiness:
    """Asks the store (and Redis, where it is used)."""

    def __init__(self, database: Database, redis: "Redis | None") -> None:
        self._database = database
        self._redis = redis

    async def __call__(self) -> dict[str, bool]:
        """Part -> whether it answered in time."""
        parts = {"basis_data": await self._store()}
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

    async def _ping(self, redis: "Redis") -> bool:
        try:
            async with asyncio.timeout(_PATIENCE):
                await redis.ping()
        except (RedisError, OSError, TimeoutError):
            return False
        return True


async def stored_version(database: Database) -> str | None:
    """The schema's version, or None for a store that was never migrated."""
    try:
        async with database.reading() as connection:
            found = await connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
            return None if found is None else str(found)
    except SQLAlchemyError:
        return None
    finally:
        await database.close()
