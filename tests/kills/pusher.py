"""An agency that pushes batches, again and again until each is acknowledged, and remembers it."""

import asyncio
from collections import Counter
from random import Random
from typing import Any, Final
from uuid import uuid4

from tests.fixtures.pushes import NDJSON, PATH, lines
from tests.kills.agency import Agency
from tests.kills.content import PERSONS, version

AT_ONCE: Final = 3
_LARGEST: Final = 25
_STORED: Final = frozenset(("baru", "berubah", "tetap"))
_SOUND: Final = _STORED | {"usang"}


class Pusher:
    """The newest version of each record that the gateway has acknowledged, by number."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.made: Counter[int] = Counter()
        self.acknowledged: dict[int, int] = {}
        self.records = 0
        """Outcomes that said that a version is stored."""
        self.batches = 0
        self.wrong: list[str] = []
        self._chance: Random = agency.chance

    async def work(self, quiet: asyncio.Event) -> None:
        """Push until it is to be quiet; whatever was begun is acknowledged then."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(self._push_on(quiet))

    async def _push_on(self, quiet: asyncio.Event) -> None:
        while not quiet.is_set():
            batch = self._batch()
            key = str(uuid4())
            told = await self._pushed(key, batch)
            if self._chance.random() < 0.1 and await self._pushed(key, batch) != told:
                self.wrong.append(f"{key}: another answer under the same key")
            if self._chance.random() < 0.1:
                await self._pushed(str(uuid4()), batch)
            await asyncio.sleep(self._chance.uniform(0, 0.2))

    def _batch(self) -> list[tuple[int, int]]:
        """Numbers of records, each with a version that was never sent before."""
        size = self._chance.randint(1, _LARGEST)
        numbers = self._chance.sample(range(1, PERSONS + 1), size)
        self.made.update(numbers)
        return [(number, self.made[number]) for number in numbers]

    async def _pushed(self, key: str, batch: list[tuple[int, int]]) -> list[dict[str, Any]]:
        name = self.agency.client_id
        body = lines(*(version(name, number, urutan) for number, urutan in batch))
        headers = {"content_type": NDJSON, "idempotency_key": key}
        answer = await self.agency.ask("POST", PATH, body, **headers)
        told: list[dict[str, Any]] = answer.json()["data"]["hasil"]
        self.batches += 1
        for (number, urutan), outcome in zip(batch, told, strict=True):
            if outcome["hasil"] not in _SOUND:
                self.wrong.append(f"{name} R-{number} version {urutan}: {outcome['hasil']}")
            elif outcome["hasil"] in _STORED:
                self.records += 1
                before = self.acknowledged.get(number, 0)
                self.acknowledged[number] = max(before, urutan)
        return told
