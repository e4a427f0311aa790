"""The change feed as server-sent events, over the whole gateway."""

import asyncio
import time
from datetime import timedelta

import pytest

from gateway.application.admin.manage_clients import ManageClients
from gateway.domain.grant import StatusGrant
from tests.api.changes_events import CHANGES, applied, streaming, syncing
from tests.fixtures.gateway_app import OPD
from tests.fixtures.gateway_people import LANSIA, rekaman

PATIENCE = 10
WITHIN = 1.0
"""Seconds within which an end is noticed."""
SLACK = 1.0
"""A busy machine's."""


async def save(gateway, *records):
    await gateway.parts.imports.save(records, dry_run=False)


async def test_a_stream_tells_what_there_is_then_what_changes_and_can_be_taken_up_again(gateway):
    asker, copy = await syncing(gateway), {}
    async with asyncio.timeout(PATIENCE), streaming(gateway, asker, f"{CHANGES}?limit=3") as opened:
        answer, events = opened
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        for lengkap in (False, True):
            event = await events.next()
            applied(copy, event.data["items"])
            assert (event.kind, event.data["lengkap"]) == ("changes", lengkap)
            assert event.last_id == event.data["next_cursor"]
        await save(gateway, rekaman("baru", "64.02.01", LANSIA))
        event = await events.next()
        applied(copy, event.data["items"])
    rows = await gateway.audited()
    assert [row["jumlah"] for row in rows] == [3, 2, 1]
    # Nobody listens; then the same reader goes on, its first URL still naming an older place.
    await save(gateway, rekaman("baru", "64.02.01", LANSIA, dihapus=True))
    async with asyncio.timeout(PATIENCE):
        async with streaming(gateway, asker, CHANGES, event.last_id) as (_, events):
            event = await events.next()
    applied(copy, event.data["items"])
    assert [item["jenis"] for item in event.data["items"]] == ["hapus"]
    items = (await asker.get("/v1/ppks")).json()["items"]
    assert copy == {item["id"]: item for item in items}


async def suspended(gateway, asker):
    await gateway.amend(asker.grant, status=StatusGrant.DITANGGUHKAN)
    return "grant_not_in_force"


async def logged_out(gateway, _asker):
    gateway.clock.advance(timedelta(seconds=5))
    await ManageClients(gateway.parts.clients, gateway.clock).log_out(OPD, oleh="CONTOH A")
    return "not_authenticated"


async def expired(gateway, _asker):
    gateway.clock.advance(timedelta(hours=2))
    return "not_authenticated"


@pytest.mark.parametrize("end", [suspended, logged_out, expired])
async def test_a_stream_ends_within_a_second_of_the_right_to_it(gateway, end):
    asker = await syncing(gateway)
    async with asyncio.timeout(PATIENCE), streaming(gateway, asker) as (_, events):
        await events.next()
        began = time.monotonic()
        code = await end(gateway, asker)
        await save(gateway, rekaman("baru", "64.02.01", LANSIA))
        event = await events.next()
        assert (event.kind, event.data["code"]) == ("problem", code)
        assert await events.next() is None
        assert time.monotonic() - began < WITHIN + SLACK
    assert (await gateway.audited())[-1]["alasan"] == code


async def test_what_refuses_a_stream_from_the_start_is_said_by_the_status(gateway):
    asker = await syncing(gateway, baris_per_hari=1)
    for last_id, status in (("x" * 50, 400), ("", 200), (None, 429)):
        async with asyncio.timeout(PATIENCE), streaming(gateway, asker, last_id=last_id) as opened:
            answer, _ = opened
            assert answer.status_code == status


async def test_the_id_of_another_grants_stream_leads_nowhere(gateway):
    other = await syncing(gateway)
    cursor = (await other.get(CHANGES)).json()["next_cursor"]
    for asker, status in ((await syncing(gateway), 400), (other, 200)):
        async with asyncio.timeout(PATIENCE), streaming(gateway, asker, last_id=cursor) as opened:
            assert opened[0].status_code == status


async def test_the_days_last_record_ends_a_stream(gateway):
    asker = await syncing(gateway, baris_per_hari=1)
    async with asyncio.timeout(PATIENCE), streaming(gateway, asker) as (_, events):
        assert len((await events.next()).data["items"]) == 1
        event = await events.next()
    assert (event.kind, event.data["code"]) == ("problem", "grant_quota_spent")


async def test_a_grant_has_few_streams_at_once_and_its_places_back_when_they_end(gateway):
    asker = await syncing(gateway)
    most = gateway.parts.settings.changes_waiting_of_a_grant
    async with asyncio.timeout(PATIENCE):
        for _ in range(2):
            opened = [streaming(gateway, asker) for _ in range(most + 1)]
            statuses = [(await one.__aenter__())[0].status_code for one in opened]
            for one in opened:
                await one.__aexit__(None, None, None)
            assert statuses == [200] * most + [503]
