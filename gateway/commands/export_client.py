"""A bulk export at a running gateway: asked for, followed, fetched, deleted."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import msgspec

from gateway.commands.renewing import RenewingClient, sound
from gateway.commands.strict_client import StrictClient

_PATH: Final = "/v1/exports"
_PATIENCE: Final = 5

Seen = Callable[[str], None]


class ExportClient:
    """Speaks for one client."""

    def __init__(self, client: StrictClient, wishes: Mapping[str, str | None]) -> None:
        self._client = RenewingClient(client, wishes)

    async def ask(self, order: Mapping[str, str | None]) -> str:
        """The path of an export; `order` as the API has it."""
        query = urlencode({name: text for name, text in order.items() if text})
        answer = await self._client.call("POST", f"{_PATH}?{query}" if query else _PATH)
        return urlsplit(sound(answer, 202).headers["content-location"]).path

    async def follow(self, path: str, seen: Seen) -> dict[str, Any]:
        """The manifest, once it is there; `seen` is told how far it is."""
        while True:
            answer = sound(await self._client.call("GET", path), 200, 202)
            if answer.status == 200:
                manifest: dict[str, Any] = msgspec.json.decode(answer.body)
                return manifest
            seen(answer.headers.get("x-progress", ""))
            await asyncio.sleep(float(answer.headers.get("retry-after", _PATIENCE)))

    async def file(self, url: str) -> bytes:
        """The content of a file of the manifest."""
        return sound(await self._client.call("GET", urlsplit(url).path), 200).body

    async def delete(self, path: str) -> None:
        """End it; one that is gone already is as well."""
        sound(await self._client.call("DELETE", path), 202, 404)
