"""A grant that changes while a batch comes in: nothing of it is stored, and it is said."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from gateway.domain.errors import Conflict
from tests.fixtures.pushes import NDJSON, PATH, lines, outcomes, sent, writer


async def slowly(gateway, asker, **changes) -> httpx.Response:
    """A push whose client's grant changes between two pieces of the body."""

    async def body() -> AsyncIterator[bytes]:
        yield lines(sent(1))
        if changes:
            await gateway.amend(asker.grant, **changes)
        gateway.clock.advance(timedelta(seconds=1))
        yield lines(sent(2))

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(gateway.app), base_url="http://gateway"
    ) as http:
        told = {"content-type": NDJSON, "idempotency-key": str(uuid4())}
        return await http.post(PATH, content=body(), headers=told, auth=asker.possession)


async def stored(gateway) -> Any:
    reader = await gateway.asking(wilayah=frozenset("*"))
    items = (await reader.get("/v1/ppks")).json()["items"]
    return [one for one in items if one["sumber"]["sistem"] == "klien:dinkes"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"wilayah": frozenset({"65"})}, 409, Conflict.code),
        ({"wilayah": frozenset({"*"})}, 409, Conflict.code),
        ({"status": "DITANGGUHKAN"}, 403, "grant_not_in_force"),
    ],
)
async def test_nothing_is_stored_of_what_came_in_under_two_grants(gateway, changes, status, code):
    asker = await writer(gateway)
    answer = await slowly(gateway, asker, **changes)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await stored(gateway) == []
    pushed = [row for row in await gateway.audited() if row["peristiwa"] == "ppks.kirim"]
    assert [row["hasil"] for row in pushed] == ["ditolak"]


async def test_what_is_sent_again_is_judged_by_the_grant_of_then(gateway):
    asker = await writer(gateway)
    await slowly(gateway, asker, wilayah=frozenset({"65"}))
    assert await outcomes(asker, sent(1), sent(2, kode_wilayah="65")) == ["ditolak", "baru"]


async def test_a_slow_body_under_one_grant_is_stored(gateway):
    asker = await writer(gateway)
    assert (await slowly(gateway, asker)).status_code == 200
    assert len(await stored(gateway)) == 2
