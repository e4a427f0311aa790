"""An agency that looks residents up, searches, and reads the list."""

import asyncio
from collections import Counter
from typing import Any, Final

import msgspec

from gateway.sandbox.world import residents
from tests.fixtures.pushes import sent
from tests.kills.agency import Agency
from tests.kills.content import PERSONS

_JSON: Final = "application/json"
_MOST: Final = 1000


class Reader:
    """Asks without an end; what it is told is only counted."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.answers: Counter[str] = Counter()
        self._niks = [str(one.nik) for one in residents()[:500]]

    async def work(self, quiet: asyncio.Event) -> None:
        """Ask until it is to be quiet."""
        ways = (self._look_up, self._look_up, self._search, self._read)
        while not quiet.is_set():
            way = self.agency.chance.choice(ways)
            await way()
            self.answers[way.__name__.strip("_")] += 1
            await asyncio.sleep(self.agency.chance.uniform(0, 0.1))

    async def every(self) -> list[dict[str, Any]]:
        """All records of the list, page by page."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = (await self.agency.get(f"/v1/ppks?limit={_MOST}{cursor}")).json()
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    async def _look_up(self) -> None:
        asked = {"nik": self.agency.chance.choice(self._niks)}
        await self._post("/v1/penduduk/lookup", asked, (200, 404))

    async def _search(self) -> None:
        person = sent(self.agency.chance.randint(1, PERSONS))
        await self._post("/v1/ppks/search", {"nik": person["nik"]}, (200,))

    async def _read(self) -> None:
        await self.agency.get("/v1/ppks?limit=20&kode_wilayah=64.02")

    async def _post(self, path: str, asked: dict[str, str], expected: tuple[int, ...]) -> None:
        body = msgspec.json.encode(asked)
        await self.agency.ask("POST", path, body, expected=expected, content_type=_JSON)
