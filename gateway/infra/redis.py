"""Redis: one client for the cache, the counters and the replay set."""

from typing import Final

from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

_CONNECTIONS: Final = 32
_PATIENCE: Final = 1.0


def open_redis(url: str) -> "Redis":
    """A client with short time limits: Redis is near, or it is away.

    A call waits its turn for a connection; the pool's default would refuse it instead. Raises
    ValueError for what is no Redis URL, without repeating it.
    """
    try:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=_CONNECTIONS,
            timeout=_PATIENCE,
            socket_connect_timeout=_PATIENCE,
            socket_timeout=_PATIENCE,
            health_check_interval=15,
        )
    except ValueError:
        raise ValueError("not a redis://, rediss:// or unix:// URL") from None
    return Redis.from_pool(pool)


class RedisStore:
    """Sealed values with an end. A cache that is away is a cache that misses."""

    def __init__(self, client: "Redis", prefix: str = "ppks:cache:") -> None:
        self._client = client
        self._prefix = prefix

    async def get(self, key: str) -> bytes | None:
        """The value, or None where there is none or Redis is away."""
        try:
            value = await self._client.get(self._prefix + key)
        except RedisError:
            return None
        return value if isinstance(value, bytes) else None

    async def put(self, key: str, value: bytes, ttl: float) -> None:
        """Keep a value for `ttl` seconds."""
        try:
            await self._client.set(self._prefix + key, value, px=max(1, int(ttl * 1000)))
        except RedisError:
            return

    async def drop(self, key: str) -> None:
        """Forget a value. Raises RedisError: an erasure must not be thought done."""
        await self._client.delete(self._prefix + key)
