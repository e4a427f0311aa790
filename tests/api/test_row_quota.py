"""PPKS records are counted by grant and day before they leave, and none is lost to a page cut short."""

import asyncio
from datetime import timedelta

import pytest

from tests.api.ppks_pages import sources
from tests.fixtures.gateway_app import environment, opened
from tests.fixtures.gateway_people import SATU


async def limited(gateway, rows, **changes):
    """An agency under a grant of everything that is told so many records a day."""
    usual = {"wilayah": frozenset("*"), "baris_per_hari": rows}
    return await gateway.asking(**usual | changes)


async def left(asker):
    told = (await asker.get("/v1/me")).json()["data"]
    return told["baris_per_hari"], told["baris_tersisa"]


def is_spent(answer):
    return (answer.status_code, answer.json().get("code")) == (429, "grant_quota_spent")


async def test_lists_searches_and_single_records_are_counted_together(gateway):
    asker = await limited(gateway, 8)
    assert len((await asker.get("/v1/ppks?limit=3")).json()["items"]) == 3
    assert len((await asker.search(limit=2)).json()["items"]) == 2
    assert await left(asker) == (8, 3)
    (item,) = (await asker.get("/v1/ppks?limit=1")).json()["items"]
    assert (await asker.get(f"/v1/ppks/{item['id']}")).status_code == 200
    assert await left(asker) == (8, 1)


async def test_a_page_is_cut_to_what_is_left_and_goes_on_tomorrow(gateway):
    whole = sources(await (await limited(gateway, "*")).get("/v1/ppks"))
    asker = await limited(gateway, 6)
    first = await asker.get("/v1/ppks?limit=1000")
    told = first.json()
    assert len(told["items"]) == 6
    spent = await asker.get(f"/v1/ppks?limit=1000&cursor={told['next_cursor']}")
    assert is_spent(spent)
    # 10:00 in western Indonesia: 14 hours to midnight.
    assert spent.headers["retry-after"] == str(14 * 3600)
    gateway.clock.advance(timedelta(hours=14))
    tomorrow = await gateway.asker(asker.grant)
    rest = await tomorrow.get(f"/v1/ppks?limit=1000&cursor={told['next_cursor']}")
    assert rest.json()["next_cursor"] is None
    assert sources(first) | sources(rest) == whole
    assert len(told["items"]) + len(rest.json()["items"]) == len(whole)


async def test_when_all_is_spent_nothing_tells_what_there_is(gateway):
    asker = await limited(gateway, 1)
    (item,) = (await asker.get("/v1/ppks?limit=1")).json()["items"]
    bodies = []
    for answer in (
        await asker.get(f"/v1/ppks/{item['id']}"),
        await asker.get("/v1/ppks/01a1fc00-0000-7000-8000-000000000000"),
        await asker.search(nik=SATU.nik),
        await asker.search(nik="6402990101709998"),
    ):
        assert is_spent(answer)
        bodies.append(answer.json() | {"request_id": ""})
    assert all(body == bodies[0] for body in bodies)
    rows = [row["alasan"] for row in await gateway.audited()]
    assert rows == [None, *["grant_quota_spent"] * 4]


async def test_what_tells_nothing_costs_nothing(gateway):
    asker = await limited(gateway, 2, wilayah=frozenset(("64.02",)))
    for _ in range(3):
        assert (await asker.search(nik="6402990101709998")).json()["items"] == []
        missing = await asker.get("/v1/ppks/01a1fc00-0000-7000-8000-000000000000")
        assert missing.status_code == 404
    assert await left(asker) == (2, 2)


@pytest.mark.parametrize(("rows", "told"), [(0, (0, 0)), ("*", ("*", "*"))])
async def test_none_is_none_and_without_a_limit_is_written_out(gateway, rows, told):
    asker = await limited(gateway, rows)
    answer = await asker.get("/v1/ppks")
    assert is_spent(answer) is (rows == 0)
    assert await left(asker) == told


async def test_grants_do_not_share_their_records(gateway):
    one, other = [await limited(gateway, 3) for _ in range(2)]
    assert len((await one.get("/v1/ppks")).json()["items"]) == 3
    assert await left(other) == (3, 3)


@pytest.mark.parametrize("shared", ["memory", "redis"])
async def test_of_many_at_once_no_more_than_the_quota_are_told(request, sqlite_url, shared):
    more = {}
    if shared == "redis":
        more["GATEWAY_REDIS_URL"] = request.getfixturevalue("redis_url")
    async with opened(environment(sqlite_url, **more)) as gateway:
        asker = await limited(gateway, 11)
        answers = await asyncio.gather(*(asker.get("/v1/ppks?limit=4") for _ in range(8)))
        told = [len(a.json()["items"]) for a in answers if a.status_code == 200]
        refused = [answer for answer in answers if answer.status_code != 200]
        assert sum(told) <= 11
        assert all(map(is_spent, refused))
        # Nobody was refused while there was something left.
        rest = (await asker.get("/v1/ppks")).json().get("items", [])
        assert sum(told) + len(rest) == 11
