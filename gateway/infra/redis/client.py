"""Redis: one client for the cache, the counters and the replay set."""

from typing import Final

from redis.asyncio import BlockingConnectionPool, Redis

MOST_CONNECTIONS: Final = 32
"""Of one process."""
_PATIENCE: Final = 1.0


def open_redis(url: str) -> "Redis":
    """A client with short time limits: Redis is near, or it is away.

    A call waits its turn for a connection; the pool's default would refuse it instead. Raises
    ValueError for what is no Redis URL, without repeating it.
    """
    try:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=MOST_CONNECTIONS,
            timeout=_PATIENCE,
            socket_connect_timeout=_PATIENCE,
            socket_timeout=_PATIENCE,
            health_check_interval=15,
        )
    except ValueError:
        raise ValueError("not a redis://, rediss:// or unix:// URL") from None
    return Redis.from_pool(pool)
