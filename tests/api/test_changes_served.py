"""The stream of changes from the server as it runs, over a real connection."""

import asyncio

import httpx

from tests.api.changes_events import CHANGES, SINKRONISASI, Events
from tests.fixtures.gateway_app import environment, opened
from tests.fixtures.gateway_people import LANSIA, rekaman
from tests.fixtures.served import newly_granted, serving

PATIENCE = 20
STREAM = {"accept": "text/event-stream"}


async def test_events_come_as_they_happen_and_do_not_hold_up_the_servers_end(sqlite_url):
    environ = environment(sqlite_url)
    with serving(environ, "serve") as server:
        async with (
            opened(environ) as gateway,
            httpx.AsyncClient(base_url=server.base, timeout=PATIENCE) as http,
        ):
            await server.ready(http)
            asker = await newly_granted(gateway, http, **SINKRONISASI)
            async with http.stream("GET", CHANGES, headers=STREAM, auth=asker.possession) as answer:
                events = Events(answer.aiter_lines())
                assert (await events.next()).data["lengkap"] is True
                fresh = rekaman("baru", "64.02.01", LANSIA)
                await gateway.parts.imports.save((fresh,), dry_run=False)
                async with asyncio.timeout(PATIENCE):
                    (item,) = (await events.next()).data["items"]
                assert item["data"]["sumber"]["id_sumber"] == "baru"
                server.terminate()
                # Long before the server would cut it off.
                async with asyncio.timeout(PATIENCE):
                    assert await events.next() is None
                    assert await server.ended() == 0
