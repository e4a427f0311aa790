"""Reads server-sent events as a browser does, and what the tests of the feed have in common."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx
import msgspec

from gateway.domain.grant import JenisGrant, Scope
from tests.fixtures.gateway_app import Asker, Gateway
from tests.fixtures.oauth import PUBLIC_URL
from tests.fixtures.streaming import StreamingTransport

CHANGES = "/v1/ppks/changes"
SINKRONISASI: dict[str, Any] = {
    "jenis": JenisGrant.SINKRONISASI,
    "scopes": frozenset({Scope.PPKS_READ, Scope.PPKS_SYNC}),
    "atribut_cocok": frozenset(),
    "cari_per_hari": 0,
}


class Event(NamedTuple):
    """One event, and the id that the next request may name."""

    kind: str
    data: Any
    last_id: str


class Events:
    """The events of one answer."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines
        self.last_id = ""

    async def next(self) -> Event | None:
        """The next event; None where the stream has ended."""
        fields: dict[str, str] = {}
        async for line in self._lines:
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
                continue
            self.last_id = fields.get("id", self.last_id)
            if "data" in fields:
                return Event(fields["event"], msgspec.json.decode(fields["data"]), self.last_id)
            fields = {}
        return None


async def syncing(gateway: Gateway, **changes: Any) -> Asker:
    """The agency under a grant for keeping a copy."""
    return await gateway.asking(**SINKRONISASI | changes)


@asynccontextmanager
async def streaming(
    gateway: Gateway, asker: Asker, path: str = CHANGES, last_id: str | None = None
) -> AsyncIterator[tuple[httpx.Response, Events]]:
    """A stream of changes."""
    headers = {"accept": "text/event-stream"}
    if last_id is not None:
        headers["last-event-id"] = last_id
    transport = StreamingTransport(gateway.app)
    async with (
        httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as http,
        http.stream("GET", path, headers=headers, auth=asker.possession) as answer,
    ):
        yield answer, Events(answer.aiter_lines())


def applied(copy: dict[str, Any], items: list[Any]) -> None:
    """What a client does with a page."""
    for item in items:
        if item["jenis"] == "hapus":
            copy.pop(item["id"], None)
        else:
            copy[item["id"]] = item["data"]
