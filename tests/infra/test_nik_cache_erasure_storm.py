"""Erasures in a storm of lookups, over instances whose lines break: nothing from before is told after."""

import asyncio
import random
import time
from typing import NamedTuple

import pytest
import redis

from gateway.domain.errors import Unavailable
from gateway.infra.nik_cache.two_level import BELIEF
from tests.fixtures.lookups import CountingRegistry, Instance, found, instances, nik_number

NIKS = [nik_number(number) for number in range(4)]
SECONDS = 2.5


class Erased(NamedTuple):
    """At one instance a person was forgotten, when the registry's truth had this number."""

    nik: str
    number: int
    instance: int
    done: float


class Truth(CountingRegistry):
    """Answers the number of the truth at the moment of the question, some time later."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__()
        self.dice = dice
        self.numbers = dict.fromkeys(NIKS, 0)

    async def lookup(self, nik, *, caller_ip=None):
        number = self.numbers[nik]
        self.asked[nik] += 1
        await asyncio.sleep(self.dice.uniform(0, 0.05))
        return found(nik, nama_lengkap=f"CONTOH {number}")


class Storm:
    """Lookups and erasures at random, and every breach of what an erasure promises."""

    def __init__(self, made: list[Instance], truth: Truth, dice: random.Random) -> None:
        self.made, self.truth, self.dice = made, truth, dice
        self.erased: list[Erased] = []
        self.breaches: list[tuple[int, int]] = []
        self.told = 0
        self.ends = time.monotonic() + SECONDS

    async def ask_on(self) -> None:
        while time.monotonic() < self.ends:
            place, nik = self.dice.randrange(len(self.made)), self.dice.choice(NIKS)
            begun = time.monotonic()
            least = max(
                (each.number for each in self.erased if self._binds(each, nik, place, begun)),
                default=0,
            )
            name = await self.made[place].name(nik, self.dice.choice((3600, 3600, 3600, 0)))
            number = int(name.removeprefix("CONTOH "))
            self.told += 1
            if number < least:
                self.breaches.append((number, least))
            await asyncio.sleep(self.dice.uniform(0, 0.004))

    async def erase_on(self) -> None:
        while time.monotonic() < self.ends:
            place, nik = self.dice.randrange(len(self.made)), self.dice.choice(NIKS)
            self.truth.numbers[nik] += 1
            number = self.truth.numbers[nik]
            try:
                await self.made[place].cache.purge(nik)
            except Unavailable:
                continue
            self.erased.append(Erased(nik, number, place, time.monotonic()))
            await asyncio.sleep(self.dice.uniform(0, 0.1))

    async def break_lines(self, url: str) -> None:
        while time.monotonic() < self.ends:
            await asyncio.sleep(0.4)
            with redis.Redis.from_url(url) as client:
                client.client_kill_filter(_type="pubsub")

    def _binds(self, erased: Erased, nik: str, place: int, begun: float) -> bool:
        """At the instance itself at once, at the others a second later."""
        wait = 0.0 if erased.instance == place else BELIEF
        return erased.nik == nik and begun >= erased.done + wait


@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_from_before_an_erasure_is_told_after_it(redis_url, seed):
    dice = random.Random(seed)
    truth = Truth(dice)
    async with instances(truth, redis_url, size=3) as made:
        storm = Storm(made, truth, dice)
        async with asyncio.TaskGroup() as working:
            for _ in range(12):
                working.create_task(storm.ask_on())
            for _ in range(3):
                working.create_task(storm.erase_on())
            working.create_task(storm.break_lines(redis_url))
        assert storm.breaches == []
        assert storm.told > 300
        assert len(storm.erased) > 30
        assert truth.calls < storm.told
