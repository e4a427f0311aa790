"""The level on Redis: sealed answers, and leases on the asking, in one step each."""

import hashlib
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from redis.exceptions import NoScriptError, RedisError

from gateway.infra.nik_cache.notices import CHANNEL, Kind, Notice
from gateway.infra.redis.batch import RedisBatch

LEASE_MS: Final = 2000
_REST: Final = 0.5

# The lease is the fence: whoever forgets a person takes it away, and an answer whose lease is gone
# is not kept. So an erasure wins over every call that began before it, also one whose lease went
# with the memory of a server that was started anew.
_CLAIM: Final = """
redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2])
return {redis.call('GET', KEYS[2]), redis.call('GET', KEYS[1])}
"""
_KEEP: Final = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[2])
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('PUBLISH', ARGV[4], ARGV[5])
return 1
"""
_RELEASE: Final = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[2])
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 1
"""
_EXTEND: Final = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[2], ARGV[2])
"""
_FORGET: Final = """
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 1
"""
_IDS: Final = {
    # The server's name for a script, nothing secret.
    script: hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
    for script in (_CLAIM, _KEEP, _RELEASE, _EXTEND, _FORGET)
}


class SharedAwayError(Exception):
    """Redis does not answer, or did not a moment ago."""


class State(NamedTuple):
    """Who holds the lease on a name, and what is kept under it."""

    holder: str | None
    sealed: bytes | None


class SharedLevel:
    """Sealed values and leases by name. Every method raises SharedAwayError without Redis."""

    def __init__(
        self, batch: RedisBatch, origin: str, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._batch = batch
        self._origin = origin
        self._monotonic = monotonic
        self._rest_until = 0.0

    async def get(self, name: str) -> bytes | None:
        """What is kept under a name."""
        found: bytes | None = await self._ask("GET", _keys(name)[0])
        return found

    async def look(self, name: str) -> State:
        """Who holds the lease, and what is kept."""
        value, holder = await self._ask("MGET", *_keys(name))
        return _state(holder, value)

    async def claim(self, name: str, owner: str) -> State:
        """Take the lease if it is free; the state says who has it now."""
        holder, value = await self._step(_CLAIM, name, owner, LEASE_MS)
        return _state(holder, value)

    async def extend(self, name: str, owner: str) -> bool:
        """Hold the lease for longer; False where it is lost."""
        return bool(await self._step(_EXTEND, name, owner, LEASE_MS))

    async def keep(self, name: str, owner: str, sealed: bytes, ttl: float) -> bool:
        """Keep a value for `ttl` seconds and end the lease; False where the lease was lost."""
        notice = self._notice(Kind.NEW, name)
        life = max(1, int(ttl * 1000))
        return bool(await self._step(_KEEP, name, owner, sealed, life, CHANNEL, notice))

    async def release(self, name: str, owner: str) -> None:
        """End the lease without an answer."""
        await self._step(_RELEASE, name, owner, CHANNEL, self._notice(Kind.FREE, name))

    async def forget(self, name: str) -> None:
        """Remove the value and the lease, and tell every process. Tries also after a failure."""
        self._rest_until = 0.0
        await self._step(_FORGET, name, CHANNEL, self._notice(Kind.FORGET, name))

    def _notice(self, kind: Kind, name: str) -> bytes:
        return Notice(kind, self._origin, name).encode()

    async def _step(self, script: str, name: str, *args: str | bytes | int) -> Any:
        keys = _keys(name)
        try:
            return await self._ask("EVALSHA", _IDS[script], len(keys), *keys, *args)
        except NoScriptError:
            return await self._ask("EVAL", script, len(keys), *keys, *args)

    async def _ask(self, *command: str | bytes | int) -> Any:
        # A server that hangs costs its time limit once, and not once for each step of each request.
        if self._monotonic() < self._rest_until:
            raise SharedAwayError
        try:
            return await self._batch.run(*command)
        except NoScriptError:
            raise
        except (RedisError, OSError) as error:
            self._rest_until = self._monotonic() + _REST
            raise SharedAwayError from error


def _keys(name: str) -> list[str]:
    # The braces put both on one node of a cluster.
    return [f"ppks:nik:{{{name}}}:v", f"ppks:nik:{{{name}}}:l"]


def _state(holder: bytes | None, sealed: bytes | None) -> State:
    return State(None if holder is None else holder.decode(), sealed)
