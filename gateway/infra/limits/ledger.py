"""Sheets of numbers that all instances write on: in the process, or on Redis."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha1
from typing import Any, Final

from redis.exceptions import NoScriptError, RedisError

from gateway.domain.registry_quota import ORDER
from gateway.infra.limits.counts import counter_away
from gateway.infra.redis.batch import RedisBatch
from gateway.kit.clock import Clock

_LIFE: Final = timedelta(days=2)

_ADD: Final = """
for i = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
if #ARGV > 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return redis.call('HGETALL', KEYS[1])
"""
_PUT: Final = """
local last = tonumber(redis.call('HGET', KEYS[1], 'order') or '-1')
if tonumber(ARGV[3]) >= last then
  redis.call('HSET', KEYS[1], unpack(ARGV, 2))
  redis.call('EXPIRE', KEYS[1], ARGV[1])
end
return {}
"""
_IDS: Final = {
    text: sha1(text.encode(), usedforsecurity=False).hexdigest() for text in (_ADD, _PUT)
}


class MemoryLedger:
    """The `Ledger` port for a single instance."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sheets: dict[str, tuple[dict[str, int], datetime]] = {}

    async def add(self, sheet: str, changes: Mapping[str, int]) -> Mapping[str, int]:
        """The whole sheet after the changes were added to it."""
        numbers = dict(self._numbers(sheet))
        for name, change in changes.items():
            numbers[name] = numbers.get(name, 0) + change
        if changes:
            self._write(sheet, numbers)
        return numbers

    async def put(self, sheet: str, order: int, numbers: Mapping[str, int]) -> None:
        """Set numbers, unless a later order set them before."""
        before = self._numbers(sheet)
        if order >= before.get(ORDER, -1):
            self._write(sheet, {**before, **numbers, ORDER: order})

    def _numbers(self, sheet: str) -> Mapping[str, int]:
        numbers, ends = self._sheets.get(sheet, ({}, self._clock()))
        return numbers if self._clock() < ends else {}

    def _write(self, sheet: str, numbers: dict[str, int]) -> None:
        now = self._clock()
        if sheet not in self._sheets:
            self._sheets = {name: one for name, one in self._sheets.items() if now < one[1]}
        self._sheets[sheet] = (numbers, now + _LIFE)


class RedisLedger:
    """The `Ledger` port for many instances."""

    def __init__(self, batch: RedisBatch, prefix: str = "ppks:registry:") -> None:
        self._batch = batch
        self._prefix = prefix

    async def add(self, sheet: str, changes: Mapping[str, int]) -> Mapping[str, int]:
        """The whole sheet after the changes were added to it. Raises Unavailable."""
        flat = [item for pair in changes.items() for item in pair]
        told = await self._run(_ADD, sheet, flat)
        return {bytes(name).decode(): int(n) for name, n in zip(told[::2], told[1::2], strict=True)}

    async def put(self, sheet: str, order: int, numbers: Mapping[str, int]) -> None:
        """Set numbers, unless a later order set them before. Raises Unavailable."""
        flat = [item for pair in numbers.items() for item in pair]
        await self._run(_PUT, sheet, [ORDER, order, *flat])

    async def _run(self, script: str, sheet: str, told: list[Any]) -> list[Any]:
        about = (1, self._prefix + sheet, int(_LIFE.total_seconds()), *told)
        try:
            try:
                answer = await self._batch.run("EVALSHA", _IDS[script], *about)
            except NoScriptError:
                answer = await self._batch.run("EVAL", script, *about)
        except (RedisError, OSError) as error:
            raise counter_away() from error
        listed: list[Any] = answer
        return listed
