"""What a client is told does not depend on records that its grant does not show."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.domain.policy import buka, tampak
from tests.api.ppks_pages import listing, searching, sources, walk
from tests.fixtures.gateway_people import rekaman

AREAS = [
    "64.02",
    "64.02.06",
    "64.02.06.1001",
    "64.02.0",
    "64.020.06",
    "64.021",
    "64",
    "65.71",
    None,
]
CATEGORIES = ["ppks:a", "ppks:b", "ppks:ab"]
_numbers = itertools.count()


def some(values):
    return st.frozensets(st.sampled_from(values), max_size=3)


contents = st.tuples(st.sampled_from(AREAS), some(CATEGORIES))
grants = st.fixed_dictionaries(
    {
        "wilayah": some([area for area in AREAS if area]) | st.just(frozenset("*")),
        "kategori": some(CATEGORIES) | st.just(frozenset("*")),
        "atribut": st.just(frozenset(("kode_wilayah", "kategori", "nama_lengkap", "sumber"))),
    }
)


def record(name, content):
    area, categories = content
    return rekaman(name, area, *sorted(categories))


async def answers(asker, cursors):
    """All that the client can learn: lists, pages, single records, searches, old cursors."""
    told = [await walk(asker, ask, 9) for ask in (listing, searching)]
    told += [(await asker.get(f"/v1/ppks/{item['id']}")).json()["data"] for item in told[0][:3]]
    paths = ["/v1/ppks", "/v1/ppks?limit=1", *(f"/v1/ppks/{item['id']}" for item in told[0][:3])]
    told += [(await asker.get(path)).headers["etag"] for path in paths]
    told += [(await asker.get("/v1/ppks", accept="text/csv")).content]
    for kondisi in ({"kode_wilayah": "64.02"}, {"kategori": "ppks:a"}, {"nama_lengkap": "CONTOH"}):
        told.append((await asker.search(**kondisi)).json())
    for cursor in cursors:
        answer = await asker.search(cursor=cursor, limit=1000)
        told.append((answer.status_code, answer.json()["items"]))
    return told


@pytest.fixture
async def stocked(gateway):
    """A gateway with records of every area and category."""
    stock = [
        record(f"stok-{area}-{'-'.join(some)}", (area, some))
        for area in AREAS
        for some in ((), CATEGORIES[:1], CATEGORIES[1:])
    ]
    await gateway.parts.imports.save(stock, dry_run=False)
    return gateway


@given(changes=grants, hidden=st.lists(st.tuples(contents, contents), min_size=1, max_size=3))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_records_outside_a_grant_change_nothing_of_what_it_shows(stocked, changes, hidden):
    asker = await stocked.asking(**changes)
    view = buka(asker.grant, stocked.clock())
    unseen = [
        (f"tak-tampak-{next(_numbers)}", before, after)
        for before, after in hidden
        if not tampak(view, *before) and not tampak(view, *after)
    ]
    page = (await listing(asker, {"limit": 1})).json()
    cursors = [page["next_cursor"]] if page["next_cursor"] else []
    told = await answers(asker, cursors)
    for state in (1, 2):
        records = [record(entry[0], entry[state]) for entry in unseen]
        await stocked.parts.imports.save(records, dry_run=False)
        assert await answers(asker, cursors) == told


@given(changes=grants, shown=st.lists(contents, min_size=1, max_size=4))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_record_is_shown_exactly_where_the_policy_says_so(stocked, changes, shown):
    asker = await stocked.asking(**changes)
    view = buka(asker.grant, stocked.clock())
    named = {f"diuji-{next(_numbers)}": content for content in shown}
    records = [record(name, content) for name, content in named.items()]
    await stocked.parts.imports.save(records, dry_run=False)
    found = sources(await listing(asker, {"limit": 1000}))
    assert found & set(named) == {name for name, each in named.items() if tampak(view, *each)}
