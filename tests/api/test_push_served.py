"""Changes pushed by the server as it runs, to a receiver on a real socket, also after a kill."""

import asyncio

import httpx
import msgspec
from standardwebhooks.webhooks import Webhook

from gateway.pushing import manage_subscriptions
from tests.api.changes_events import SINKRONISASI
from tests.fixtures.gateway_app import environment, opened
from tests.fixtures.gateway_people import LANSIA, rekaman
from tests.fixtures.served import newly_granted, serving
from tests.kit import raw_server

PATIENCE = 60
BY = "CONTOH A"


def received(request, secret):
    """The data of a message, believed by a reader that was written by others."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
    event = Webhook(secret).verify(body, {name.lower(): text for name, text in lines})
    return event["data"]


async def subscribed(gateway, asker, url):
    manage = manage_subscriptions(gateway.parts)
    made = await manage.add(asker.grant.grant_id, url, dengan_data=True, dari_awal=True, oleh=BY)
    return made.rahasia[0].teks


async def test_a_server_pushes_and_another_goes_on_where_it_was_killed(sqlite_url):
    environ = environment(
        sqlite_url,
        GATEWAY_WEBHOOK_HOSTS="127.0.0.1",
        GATEWAY_WEBHOOK_NETWORKS="127.0.0.0/8",
        GATEWAY_WEBHOOK_PLAIN_HTTP="true",
        GATEWAY_WEBHOOK_TIMEOUT="5",
    )
    behaviours = (raw_server.reply(500), raw_server.reply(204, b""))
    async with (
        asyncio.timeout(2 * PATIENCE),
        raw_server.serving(*behaviours) as receiver,
        opened(environ) as gateway,
        httpx.AsyncClient(timeout=PATIENCE) as http,
    ):
        with serving(environ, "serve") as server:
            http.base_url = server.base
            await server.ready(http)
            asker = await newly_granted(gateway, http, **SINKRONISASI)
            secret = await subscribed(gateway, asker, f"{receiver.url}/masuk")
            # The first try fails; the second one comes seconds later under the same name.
            await receiver.received(2)
            tried = [received(request, secret) for request in receiver.requests]
            assert tried[0] == tried[1]
            assert (tried[0]["awal"], len(tried[0]["items"])) == (True, 5)
            page = (await asker.get("/v1/ppks/changes")).json()
            # Pushed as the API tells it.
            assert tried[0]["items"] == page["items"]
            server.kill()
        await gateway.parts.imports.save((rekaman("baru", "64.02.01", LANSIA),), dry_run=False)
        with serving(environ, "serve") as server:
            await receiver.received(3)
            (item,) = received(receiver.requests[2], secret)["items"]
            assert item["data"]["sumber"]["id_sumber"] == "baru"
        told = [row["peristiwa"] for row in await gateway.audited()]
        assert told.count("ppks.push") == 3
    assert (
        msgspec.json.decode(receiver.requests[2].partition(b"\r\n\r\n")[2])["specversion"] == "1.0"
    )
