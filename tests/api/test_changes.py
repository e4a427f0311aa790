"""`GET /v1/ppks/changes`: a copy of what the grant shows, page by page."""

import asyncio
from datetime import timedelta

import pytest

from gateway.domain.grant import Scope
from tests.api.changes_events import CHANGES, applied, syncing
from tests.fixtures.gateway_people import DISABILITAS, LANSIA, rekaman


async def listed(asker):
    items = (await asker.get("/v1/ppks?limit=1000")).json()["items"]
    return {item["id"]: item for item in items}


async def caught_up(asker, copy, cursor=None, limit=3):
    """Every page from a cursor on; the last cursor."""
    while True:
        query = f"?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
        answer = await asker.get(CHANGES + query)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        applied(copy, page["items"])
        cursor = page["next_cursor"]
        if page["lengkap"]:
            return cursor


async def test_a_copy_is_what_the_list_shows_and_stays_so(gateway):
    asker, copy = await syncing(gateway), {}
    cursor = await caught_up(asker, copy)
    assert copy == await listed(asker)
    assert len(copy) == 5
    moved = rekaman("kabupaten", "64.71", DISABILITAS)
    gone = rekaman("tanpa-nik", "64.02.06", LANSIA, dihapus=True)
    fresh = rekaman("baru", "64.02.01", LANSIA)
    await gateway.parts.imports.save((moved, gone, fresh), dry_run=False)
    cursor = await caught_up(asker, copy, cursor)
    assert copy == await listed(asker)
    assert len(copy) == 4
    again = (await asker.get(f"{CHANGES}?cursor={cursor}")).json()
    assert (again["items"], again["lengkap"]) == ([], True)


async def test_an_item_tells_what_the_grant_shows_and_a_tombstone_nothing_more(gateway):
    asker = await syncing(gateway, atribut=frozenset({"nama_lengkap"}))
    page = (await asker.get(f"{CHANGES}?limit=1")).json()
    (item,) = page["items"]
    assert set(item) == {"jenis", "id", "versi", "pada", "data"}
    assert set(item["data"]) <= {"id", "versi", "diubah_pada", "rujukan", "nama_lengkap"}
    assert item["jenis"] == "ada"
    copy = {}
    cursor = await caught_up(asker, copy)
    gone = rekaman("tanpa-nik", "64.02.06", LANSIA, dihapus=True)
    await gateway.parts.imports.save((gone,), dry_run=False)
    (item,) = (await asker.get(f"{CHANGES}?cursor={cursor}")).json()["items"]
    assert set(item) == {"jenis", "id", "versi", "pada"}
    assert item["jenis"] == "hapus"
    assert item["id"] in copy


async def test_a_cursor_belongs_to_its_grant_and_cannot_be_changed(gateway):
    asker = await syncing(gateway)
    cursor = await caught_up(asker, {})
    other = await syncing(gateway)
    refused = await other.get(f"{CHANGES}?cursor={cursor}")
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_cursor")
    for broken in (cursor[:-2], cursor + "AA", "x" * 40, cursor[:20] + "A" + cursor[21:]):
        refused = await asker.get(f"{CHANGES}?cursor={broken}")
        assert (refused.status_code, refused.json()["code"]) == (400, "bad_cursor")


async def test_a_cursor_tells_nothing_by_its_length(gateway):
    asker = await syncing(gateway)
    first = await caught_up(asker, {})
    others = [rekaman(f"lain-{number}", "65.01", LANSIA) for number in range(300)]
    await gateway.parts.imports.save(others, dry_run=False)
    second = await caught_up(asker, {}, first)
    assert len(first) == len(second)
    assert first != second


async def test_a_cursor_that_is_too_old_is_gone_and_says_how_to_begin_anew(gateway):
    until = gateway.clock() + timedelta(days=1000)
    asker = await syncing(gateway, berlaku_sampai=until)
    cursor = await caught_up(asker, {})
    for days, status in ((90, 200), (1, 410)):
        gateway.clock.advance(timedelta(days=days))
        asker = await gateway.asker(asker.grant)
        answer = await asker.get(f"{CHANGES}?cursor={cursor}", accept_language="en")
        assert answer.status_code == status
    assert answer.json()["code"] == "cursor_too_old"
    assert "without a cursor" in answer.json()["detail"]
    assert (await asker.get(CHANGES)).status_code == 200


async def test_a_request_that_waits_is_answered_when_something_changes(gateway):
    asker = await syncing(gateway)
    cursor = await caught_up(asker, {})
    waiting = asyncio.create_task(asker.get(f"{CHANGES}?tunggu=30&cursor={cursor}"))
    await asyncio.sleep(0.1)
    hidden, shown = rekaman("a", "65.01", LANSIA), rekaman("b", "64.02.01", LANSIA)
    await gateway.parts.imports.save((hidden,), dry_run=False)
    await asyncio.sleep(0.6)
    # What others' records do wakes nobody.
    assert not waiting.done()
    await gateway.parts.imports.save((shown,), dry_run=False)
    async with asyncio.timeout(10):
        page = (await waiting).json()
    assert [item["data"]["sumber"]["id_sumber"] for item in page["items"]] == ["b"]


async def test_every_page_stands_in_the_audit_log_and_costs_its_records(gateway):
    asker = await syncing(gateway, baris_per_hari=4)
    first = (await asker.get(CHANGES)).json()
    assert (len(first["items"]), first["lengkap"]) == (4, False)
    refused = await asker.get(f"{CHANGES}?cursor={first['next_cursor']}")
    assert (refused.status_code, refused.json()["code"]) == (429, "grant_quota_spent")
    told, refusal = await gateway.audited()
    assert (told["peristiwa"], told["hasil"], told["jumlah"]) == ("ppks.changes", "diberikan", 4)
    assert (refusal["peristiwa"], refusal["alasan"]) == ("ppks.changes", "grant_quota_spent")


@pytest.mark.parametrize(
    ("query", "status"),
    [("limit=0", 400), ("limit=1001", 400), ("tunggu=61", 400), ("atribut=nik", 400)],
)
async def test_what_it_does_not_know_it_refuses(common_gateway, query, status):
    asker = await syncing(common_gateway)
    assert (await asker.get(f"{CHANGES}?{query}")).status_code == status


async def test_reading_is_not_yet_following(common_gateway):
    asker = await syncing(common_gateway, scopes=frozenset({Scope.PPKS_READ}))
    refused = await asker.get(CHANGES)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")


async def test_a_form_that_there_is_not_is_refused(common_gateway):
    asker = await syncing(common_gateway)
    assert (await asker.get(CHANGES, accept="text/csv")).status_code == 406
