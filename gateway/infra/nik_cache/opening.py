"""Makes the cache that fits the installation."""

from redis.asyncio import Redis

from gateway.domain.nik_cache import Count, NikCache
from gateway.infra.crypto import Keyring
from gateway.infra.nik_cache.near import NearLevel
from gateway.infra.nik_cache.one_process import OneProcessCache
from gateway.infra.nik_cache.sealing import Sealing
from gateway.infra.nik_cache.two_level import TwoLevelCache
from gateway.kit.clock import Clock


def open_nik_cache(
    keyring: Keyring,
    redis: Redis | None,
    clock: Clock,
    count: Count,
    *,
    most_entries: int,
    most_bytes: int,
) -> NikCache:
    """Two levels where there is Redis, one where there is none; the bounds are the process's."""
    near = NearLevel(clock, most_entries=most_entries, most_bytes=most_bytes)
    sealing = Sealing(keyring)
    if redis is None:
        return OneProcessCache(near, sealing, count)
    return TwoLevelCache(redis, near, sealing, clock, count)
