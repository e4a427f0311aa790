"""Cursors: every record exactly once, and no cursor but one's own."""

from datetime import datetime, timedelta

import pytest

from tests.api.ppks_pages import listing, searching, walk
from tests.fixtures.gateway_people import DISABILITAS, rekaman

ASKING = pytest.mark.parametrize("ask", [listing, searching], ids=["list", "search"])


async def first_cursor(asker, **kondisi):
    answer = await listing(asker, {"limit": 1} | kondisi)
    cursor = answer.json()["next_cursor"]
    assert cursor
    return cursor


def refused(answer):
    body = answer.json()
    assert (answer.status_code, body["code"]) == (400, "bad_cursor"), answer.text
    return [error["field"] for error in body["errors"]] == ["cursor"]


@ASKING
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 1000])
async def test_pages_bring_every_record_once_also_where_all_changed_together(gateway, ask, limit):
    asker = await gateway.asking()
    whole = (await ask(asker, {})).json()["items"]
    assert len({item["diubah_pada"] for item in whole}) == 1
    assert await walk(asker, ask, limit) == whole


@ASKING
async def test_pages_go_on_from_one_moment_to_the_next(gateway, ask):
    for number in range(4):
        gateway.clock.advance(timedelta(microseconds=1))
        more = [rekaman(f"nanti-{number}-{n}", "64.02.08", DISABILITAS) for n in range(3)]
        await gateway.parts.imports.save(more, dry_run=False)
    asker = await gateway.asking()
    items = await walk(asker, ask, 2)
    assert len({item["id"] for item in items}) == len(items) == 17
    places = [(datetime.fromisoformat(item["diubah_pada"]), item["id"]) for item in items]
    assert places == sorted(places)


@ASKING
async def test_pages_keep_to_their_filters(gateway, ask):
    asker = await gateway.asking()
    items = await walk(asker, ask, 1, kode_wilayah="64.02.06", kategori="ppks:lanjut-usia-telantar")
    assert {item["sumber"]["id_sumber"] for item in items} == {"satu", "tanpa-nik"}


async def test_a_cursor_of_the_list_serves_the_same_question_as_a_search(gateway):
    asker = await gateway.asking()
    cursor = await first_cursor(asker, kode_wilayah="64.02")
    answer = await asker.search(kode_wilayah="64.02", cursor=cursor, limit=1000)
    assert len(answer.json()["items"]) == 4


async def test_the_same_moment_in_another_zone_is_the_same_filter(gateway):
    asker = await gateway.asking()
    cursor = await first_cursor(asker, diubah_sejak="2026-11-21T03:00:00Z")
    answer = await asker.search(diubah_sejak="2026-11-21T10:00:00+07:00", cursor=cursor)
    assert answer.status_code == 200


async def test_a_cursor_that_was_changed_anywhere_is_refused(gateway):
    asker = await gateway.asking()
    cursor = await first_cursor(asker)
    changed = [
        cursor[:n] + ("A" if cursor[n] != "A" else "B") + cursor[n + 1 :]
        for n in range(0, len(cursor), 5)
    ]
    changed += [
        cursor[:-1],
        cursor + "A",
        cursor + "=",
        cursor[1:],
        f"{cursor}!",
        f" {cursor}",
        "A",
        "-",
    ]
    for each in changed:
        assert refused(await asker.search(cursor=each, limit=1)), each


@pytest.mark.parametrize(
    "other",
    [
        {"kode_wilayah": "64.02.06"},
        {"kategori": DISABILITAS},
        {"status": "TERDATA"},
        {"diubah_sejak": "2026-11-21T03:00:00Z"},
        {"nama_lengkap": "CONTOH"},
    ],
    ids=lambda told: next(iter(told)),
)
async def test_a_cursor_serves_no_other_filters(gateway, other):
    asker = await gateway.asking()
    assert refused(await asker.search(cursor=await first_cursor(asker), **other))


async def test_a_cursor_serves_no_other_grant(gateway):
    asker = await gateway.asking()
    cursor = await first_cursor(asker)
    same_rights = await gateway.asking()
    assert refused(await same_rights.get(f"/v1/ppks?cursor={cursor}"))
    await gateway.agency("lain")
    assert refused(await (await gateway.asking("lain")).get(f"/v1/ppks?cursor={cursor}"))


async def test_a_cursor_survives_a_narrower_grant_and_shows_only_what_is_left(gateway):
    asker = await gateway.asking()
    cursor = await first_cursor(asker)
    await gateway.amend(asker.grant, wilayah=frozenset(("64.02.06",)))
    rest = (await asker.get(f"/v1/ppks?cursor={cursor}")).json()["items"]
    assert {item["kode_wilayah"][:8] for item in rest} == {"64.02.06"}


async def test_a_cursor_tells_nothing_of_where_it_stands(gateway):
    asker = await gateway.asking()
    cursors = {await first_cursor(asker) for _ in range(3)}
    assert len(cursors) == 3


async def test_a_record_that_changes_meanwhile_comes_again_at_its_new_place(gateway):
    asker = await gateway.asking()
    items = (await asker.get("/v1/ppks")).json()["items"]
    cursor = await first_cursor(asker)
    gateway.clock.advance(timedelta(seconds=1))
    source = items[0]["sumber"]["id_sumber"]
    changed = rekaman(source, "64.02.06", DISABILITAS, versi="baru")
    await gateway.parts.imports.save([changed], dry_run=False)
    rest = (await asker.get(f"/v1/ppks?cursor={cursor}")).json()["items"]
    assert [item["id"] for item in rest] == [*(item["id"] for item in items[1:]), items[0]["id"]]
    assert rest[-1]["versi"] == 2
