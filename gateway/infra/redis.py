"""Redis: one client for the cache, the counters and the replay set."""

from redis.asyncio import Redis
from redis.exceptions import RedisError


def open_redis(url: str) -> "Redis":
    """A client with short time limits: Redis is near, or it is away."""
    return Redis.from_url(
        url,
        socket_connect_timeout=1.0,
        socket_timeout=1.0,
        max_connections=32,
        health_check_interval=15,
    )


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
