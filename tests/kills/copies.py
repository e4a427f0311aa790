"""Agencies that keep copies: one by the change feed, one by exports. What they know is on disk."""

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.fixtures.oauth import PUBLIC_URL
from tests.kills.agency import Agency

Copy = dict[str, dict[str, Any]]
CHANGES = "/v1/ppks/changes"
EXPORTS = "/v1/exports"


class Kept:
    """A copy and the place up to which it is whole, in one file that is replaced in one go."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[str | None, Copy]:
        """The place and the copy; nothing in the beginning."""
        if not self._path.exists():
            return None, {}
        place, copy = json.loads(self._path.read_bytes())
        return place, copy

    def write(self, place: str, copy: Copy) -> None:
        beside = self._path.with_suffix(".new")
        beside.write_text(json.dumps((place, copy)))
        beside.replace(self._path)


class FeedFollower:
    """Begins from its file each time, and sometimes dies before it has written it."""

    def __init__(self, agency: Agency, path: Path) -> None:
        self.agency = agency
        self.kept = Kept(path)
        self.pages = 0

    async def work(self, quiet: asyncio.Event) -> None:
        """Follow until it is quiet, and then to the end."""
        while True:
            is_last = quiet.is_set()
            if await self._page() and is_last:
                return
            await asyncio.sleep(self.agency.chance.uniform(0, 0.2))

    async def _page(self) -> bool:
        """Whether there was no more; never where the page was lost."""
        cursor, copy = self.kept.read()
        query = {"limit": str(self.agency.chance.choice((7, 50, 1000)))}
        query |= {} if cursor is None else {"cursor": cursor}
        page = (await self.agency.get(f"{CHANGES}?{urlencode(query)}")).json()
        self.pages += 1
        if self.agency.chance.random() < 0.1:
            return False
        for item in page["items"]:
            if item["jenis"] == "hapus":
                copy.pop(item["id"], None)
            else:
                copy[item["id"]] = item["data"]
        self.kept.write(page["next_cursor"], copy)
        whole: bool = page["lengkap"]
        return whole


class ExportFollower:
    """One export after the other, each since the one before."""

    def __init__(self, agency: Agency, path: Path) -> None:
        self.agency = agency
        self.kept = Kept(path)
        self.exports = 0

    async def work(self, quiet: asyncio.Event) -> None:
        """Update the copy until it is quiet, and once more then."""
        while True:
            is_last = quiet.is_set()
            await self._update()
            if is_last:
                return
            await asyncio.sleep(self.agency.chance.uniform(0, 1))

    async def _update(self) -> None:
        sejak, copy = self.kept.read()
        query = "" if sejak is None else f"?{urlencode({'sejak': sejak})}"
        asked = await self.agency.ask("POST", f"{EXPORTS}{query}", expected=(202,))
        path = _path(asked.headers["content-location"])
        manifest = await self._made(path)
        for item in await self._lines(manifest["deleted"]):
            copy.pop(item["id"], None)
        for item in await self._lines(manifest["output"]):
            copy[item["id"]] = item
        self.kept.write(manifest["transactionTime"], copy)
        await self.agency.ask("DELETE", path, expected=(202, 204, 404))
        self.exports += 1

    async def _made(self, path: str) -> dict[str, Any]:
        while True:
            answer = await self.agency.get(path, expected=(200, 202))
            if answer.status_code == 200:
                manifest: dict[str, Any] = answer.json()
                return manifest
            await asyncio.sleep(0.2)

    async def _lines(self, files: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for one in files:
            answer = await self.agency.get(_path(one["url"]))
            found += map(json.loads, answer.text.splitlines())
        return found


def _path(url: str) -> str:
    return url.removeprefix(PUBLIC_URL)
