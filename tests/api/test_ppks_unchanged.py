"""`ETag` and `If-None-Match`: who has it already is not told again, and nobody learns more by it."""

from datetime import timedelta

import pytest

from tests.fixtures.gateway_people import DISABILITAS, LANSIA, rekaman

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def tag_of(asker, path, **headers):
    answer = await asker.get(path, **headers)
    assert answer.status_code == 200, answer.text
    tag = answer.headers["etag"]
    assert tag[0] == tag[-1] == '"'
    return tag


async def again(asker, path, tag, **headers):
    return await asker.get(path, If_None_Match=tag, **headers)


async def paths_of(asker):
    items = (await asker.get("/v1/ppks")).json()["items"]
    return ["/v1/ppks", "/v1/ppks?limit=2", f"/v1/ppks/{items[0]['id']}"]


async def test_what_is_known_is_answered_without_a_body_and_noted(gateway):
    asker = await gateway.asking()
    for path in await paths_of(asker):
        tag = await tag_of(asker, path)
        told = (await gateway.audited())[-1]
        answer = await again(asker, path, tag)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
        assert answer.headers["x-request-id"]
        row = (await gateway.audited())[-1]
        assert row["peristiwa"] == told["peristiwa"]
        assert (row["hasil"], row["alasan"]) == ("diberikan", "not_modified")
        assert (row["jumlah"], row["atribut"]) == (0, [])


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("{tag}", 304),
        ("W/{tag}", 304),
        ('"lain", {tag}', 304),
        ('W/"lain" ,W/{tag},"x"', 304),
        ("*", 304),
        ('"lain"', 200),
        ('"*"', 200),
        ("{bare}", 200),
        ('"lain', 200),
        ("", 200),
    ],
)
async def test_a_list_of_tags_is_read_as_the_standard_says(gateway, sent, status):
    asker = await gateway.asking()
    tag = await tag_of(asker, "/v1/ppks")
    answer = await again(asker, "/v1/ppks", sent.format(tag=tag, bare=tag.strip('"')))
    assert answer.status_code == status


async def test_a_change_that_is_shown_makes_another_tag(gateway):
    asker = await gateway.asking()
    (path, short, one) = await paths_of(asker)
    tags = {each: await tag_of(asker, each) for each in (path, short, one)}
    gateway.clock.advance(timedelta(seconds=1))
    changed = rekaman("baru", "64.02.06", DISABILITAS)
    await gateway.parts.imports.save([changed], dry_run=False)
    assert (await again(asker, path, tags[path])).status_code == 200
    assert (await again(asker, short, tags[short])).status_code == 304
    assert (await again(asker, one, tags[one])).status_code == 304


async def test_the_grant_its_version_its_choice_and_the_form_have_tags_of_their_own(gateway):
    asker = await gateway.asking()
    same_rights = await gateway.asking()
    narrow = await gateway.asking(atribut=frozenset(("agama",)))
    tags = [
        await tag_of(asker, "/v1/ppks"),
        await tag_of(asker, "/v1/ppks?atribut=agama"),
        await tag_of(asker, "/v1/ppks?atribut=agama,nik"),
        await tag_of(asker, "/v1/ppks", accept="text/csv"),
        await tag_of(asker, "/v1/ppks", accept=XLSX),
        await tag_of(same_rights, "/v1/ppks"),
        await tag_of(narrow, "/v1/ppks"),
    ]
    await gateway.amend(asker.grant, tujuan="P-LAIN")
    tags.append(await tag_of(await gateway.asker(asker.grant), "/v1/ppks"))
    assert len(set(tags)) == len(tags)
    assert (await again(narrow, "/v1/ppks", tags[0])).status_code == 200


async def test_the_tag_stands_for_the_same_page_under_other_words_for_the_same_question(gateway):
    asker = await gateway.asking()
    first = (await asker.get("/v1/ppks?limit=2")).json()
    tags = set()
    for _ in range(2):
        cursor = (await asker.get("/v1/ppks?limit=2")).json()["next_cursor"]
        tags.add(await tag_of(asker, f"/v1/ppks?limit=2&cursor={cursor}"))
        assert cursor != first["next_cursor"]
    assert len(tags) == 1


async def test_a_page_that_is_known_costs_no_records_of_the_day(gateway):
    asker = await gateway.asking(baris_per_hari=7)
    tag = await tag_of(asker, "/v1/ppks")
    one = f"/v1/ppks/{(await asker.get('/v1/ppks?limit=1')).json()['items'][0]['id']}"
    for _ in range(3):
        # Five records, of which the day has one left.
        assert (await again(asker, "/v1/ppks", tag)).status_code == 304
    cut = await again(asker, "/v1/ppks", '"lain"')
    assert (cut.status_code, len(cut.json()["items"])) == (200, 1)
    spent = await again(asker, "/v1/ppks", tag)
    assert (spent.status_code, spent.json()["code"]) == (429, "grant_quota_spent")
    assert (await again(asker, one, "*")).status_code == 429


async def test_a_star_proves_nothing_and_costs_what_it_asks_about(gateway):
    """It would tell for nothing which filters every record passes."""
    asker = await gateway.asking(baris_per_hari=7)
    assert (await again(asker, "/v1/ppks", "*")).status_code == 304
    assert (await asker.get("/v1/me")).json()["data"]["baris_tersisa"] == 2
    answer = await again(asker, f"/v1/ppks?kategori={LANSIA}&limit=2", "*")
    assert answer.status_code == 304
    spent = await again(asker, "/v1/ppks?limit=1", "*")
    assert (spent.status_code, spent.json()["code"]) == (429, "grant_quota_spent")


async def test_a_star_does_not_tell_of_records_outside_the_grant(gateway):
    wide = await gateway.asking(wilayah=frozenset("*"))
    asker = await gateway.asking(kategori=frozenset((LANSIA,)))
    shown = {item["id"] for item in (await asker.get("/v1/ppks")).json()["items"]}
    for item in (await wide.get("/v1/ppks")).json()["items"]:
        answer = await again(asker, f"/v1/ppks/{item['id']}", "*")
        assert answer.status_code == (304 if item["id"] in shown else 404)
