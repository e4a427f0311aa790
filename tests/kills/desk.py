"""The province's side: somebody at SIJOSKU's desk changes its own records, and what lies there."""

import asyncio
from random import Random
from typing import Any

import httpx

_ORIGIN = "sijosku"


class Desk:
    """SIJOSKU's simulator, which is never killed: it is not ours."""

    def __init__(self, base: str, token: str, chance: Random) -> None:
        self._http = httpx.AsyncClient(base_url=f"{base}/sijosku", timeout=30)
        self._token = token
        self._chance = chance
        self.writes = 0

    async def work(self, quiet: asyncio.Event) -> None:
        """Change a record now and then."""
        names = [name for name, one in (await self.told()).items() if one["asal"] == _ORIGIN]
        while not quiet.is_set():
            name = self._chance.choice(names)
            if self._chance.random() < 0.1:
                await self._control({"delete": name})
                names.remove(name)
            else:
                new = f"CONTOH DESA {self._chance.randrange(10**6)}"
                await self._control({"edit": {"id": name, "set": {"nama": new}}})
            self.writes += 1
            await asyncio.sleep(self._chance.uniform(0, 0.3))

    async def told(self) -> dict[str, dict[str, Any]]:
        """All its records by its own ids, as its feed tells them; each once."""
        found: dict[str, dict[str, Any]] = {}
        query = {"jumlah": "1000"}
        while True:
            headers = {"authorization": f"Bearer {self._token}"}
            answer = await self._http.get("/api/v1/ppks", params=query, headers=headers)
            page = answer.raise_for_status().json()
            for one in page["data"]:
                assert one["id"] not in found
                found[one["id"]] = one
            if not page["masih_ada"]:
                return found
            query["sejak"] = page["kursor"]

    async def close(self) -> None:
        await self._http.aclose()

    async def _control(self, told: dict[str, Any]) -> None:
        (await self._http.put("/_control", json=told)).raise_for_status()
