"""The same answers over SQLite and over PostgreSQL, also to what only one of them minds."""

import pytest

from tests.api.ppks_pages import listing, searching, sources, walk
from tests.fixtures.gateway_app import environment, opened
from tests.fixtures.gateway_people import DISABILITAS, LANSIA, SATU, nik_of


@pytest.fixture
async def gateway(database_url):
    async with opened(environment(database_url)) as made:
        yield made


async def test_records_are_read_page_by_page(gateway):
    asker = await gateway.asking()
    whole = (await asker.get("/v1/ppks")).json()["items"]
    assert len(whole) == 5
    for ask in (listing, searching):
        assert await walk(asker, ask, 2) == whole
    places = [(item["diubah_pada"], item["id"]) for item in whole]
    assert places == sorted(places)


async def test_areas_and_categories_hold_by_segment_and_by_name(gateway):
    narrow = await gateway.asking(wilayah=frozenset(("64.02.06",)), kategori=frozenset((LANSIA,)))
    assert sources(await narrow.get("/v1/ppks")) == {"satu", "tanpa-nik"}
    assert sources(await narrow.get(f"/v1/ppks?kategori={DISABILITAS}")) == set()
    wide = await gateway.asking(wilayah=frozenset("*"))
    assert len(sources(await wide.get("/v1/ppks"))) == 10


async def test_a_person_is_found_by_number_and_looked_up(gateway):
    asker = await gateway.asking(boleh_cache=True, maks_umur=60)
    found = (await asker.search(nik=SATU.nik)).json()["items"]
    assert [item["nik"] for item in found] == [SATU.nik]
    assert (await asker.lookup(SATU.nik)).json()["meta"]["dari_cache"] is False
    assert (await asker.lookup(SATU.nik)).json()["meta"]["dari_cache"] is True
    rows = await gateway.audited()
    assert [row["peristiwa"] for row in rows] == [
        "ppks.search",
        "penduduk.lookup",
        "penduduk.lookup",
    ]
    assert {row["subjek"] for row in rows} == {gateway.parts.keyring.subject(nik_of(SATU))}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/ppks/%00", 404),
        ("/v1/ppks/%FF", 404),
        ("/v1/ppks/a%2Fb", 404),
        ("/v1/ppks?kategori=%00", 400),
        ("/v1/ppks?cursor=%00", 400),
        ("/v1/ppks?diubah_sejak=0001-01-01T00:00:00Z", 200),
        ("/v1/ppks?diubah_sejak=9999-12-31T23:59:59.999999Z", 200),
        ("/hooks/%00", 404),
    ],
)
async def test_odd_texts_and_moments_are_no_trouble(gateway, path, status):
    asker = await gateway.asking()
    assert (await asker.get(path)).status_code == status
