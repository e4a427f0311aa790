"""Kills programs at random, from a seed, for as long as it is told."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Final

from tests.kills.instances import Instance
from tests.kills.stores import Store

STALL: Final = "stall"
"""Longer than some leases: whoever lost one meanwhile must notice."""


class Killer:
    """Whom it kills and when is drawn; what the programs do at that moment is theirs."""

    def __init__(self, instances: list[Instance], store: Store, chance: Random) -> None:
        self.kills: Counter[str] = Counter()
        self._chance = chance
        self._stalls: list[asyncio.Task[None]] = []
        self._instances = instances
        self._store = store.kills
        self._ways: dict[str, Callable[[], None]] = {
            "instance": lambda: chance.choice(instances).kill(),
            "worker process": lambda: chance.choice(instances).kill_worker(),
        }

    async def work(self, seconds: float) -> None:
        """Kill and kill again; at last cut the power of everything at once."""
        end = time.monotonic() + seconds
        while True:
            await asyncio.sleep(min(self._pause(), max(0.0, end - time.monotonic())))
            if time.monotonic() >= end:
                break
            await self._kill(self._chance.choice([STALL, *self._ways, *self._store]))
        for stall in self._stalls:
            stall.cancel()
        await asyncio.gather(*self._stalls, return_exceptions=True)
        for one in self._instances:
            one.kill()
            self.kills["instance"] += 1
        if "postgresql" in self._store:
            await self._kill("postgresql")

    def _pause(self) -> float:
        """Mostly long enough to come up again, sometimes not."""
        return self._chance.choice((0.2, 1.0, 3.0, 6.0, 10.0)) * self._chance.uniform(0.5, 1.0)

    async def _kill(self, name: str) -> None:
        self.kills[name] += 1
        if name == STALL:
            seconds = self._chance.choice((0.5, 4.0, 12.0))
            one = self._chance.choice(self._instances)
            self._stalls.append(asyncio.create_task(one.stall(seconds)))
        elif name in self._ways:
            self._ways[name]()
        else:
            # What waits for a server to be up must not hold up the clients.
            await asyncio.to_thread(self._store[name])
