"""What auditors ask of the API in the tests."""

import asyncio
import json
from urllib.parse import urlencode

from tests.fixtures.auditors import auditing

ENTRIES = "/v1/audit/entries"
AUDITOR = "auditor"


async def auditor(gateway, who=AUDITOR, **changes):
    """An auditor under a new engagement."""
    if await gateway.parts.clients.client(who) is None:
        await gateway.agency(who)
    return await gateway.asking(who, **auditing(**changes))


async def record(gateway, *entries):
    await asyncio.gather(*map(gateway.parts.audit.record, entries))
    await seal(gateway)


async def seal(gateway):
    """What the gateway does about every second."""
    await gateway.parts.sealing.ask(lambda sealer: sealer.seal_all())


async def page(asker, **query):
    answer = await asker.get(f"{ENTRIES}?{urlencode(query)}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def entries(asker, **query):
    """All that is shown, page by page."""
    found, cursor = [], None
    while True:
        more = {} if cursor is None else {"cursor": cursor}
        told = await page(asker, **query, **more)
        found += told["items"]
        cursor = told["next_cursor"]
        if cursor is None:
            return found


async def export(asker, **query):
    """The lines of an export, the last one apart."""
    answer = await asker.get(f"{ENTRIES}?{urlencode(query)}", accept="application/x-ndjson")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    *lines, end = [json.loads(line) for line in answer.text.splitlines()]
    return lines, end
