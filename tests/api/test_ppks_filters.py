"""Filters and searches: only by what is granted, only by names that exist."""

import pytest

from tests.api.ppks_pages import sources
from tests.fixtures.gateway_people import DI_LUAR, DISABILITAS, LANSIA, SATU, nik_of

NIK = nik_of(SATU)


@pytest.fixture
def gateway(common_gateway):
    return common_gateway


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("kode_wilayah=64.02.06", {"satu", "tanpa-nik", "tanpa-kategori"}),
        ("kode_wilayah=64.02.07", {"kecamatan-lain"}),
        ("kode_wilayah=64.03", set()),
        (f"kategori={DISABILITAS}", {"satu", "kabupaten", "kecamatan-lain"}),
        (f"kategori={LANSIA}&kode_wilayah=64.02.06", {"satu", "tanpa-nik"}),
        ("kategori=ppks:tidak-ada", set()),
        ("status=DITETAPKAN", {"satu"}),
        ("status=DITOLAK", set()),
        ("diubah_sejak=2026-11-21T03:00:00Z&status=DITETAPKAN", {"satu"}),
        ("diubah_sejak=2026-11-21T10:00:00%2B07:00&status=DITETAPKAN", {"satu"}),
        ("diubah_sejak=2026-11-21T03:00:01Z", set()),
        ("diubah_sejak=9999-12-31T23:59:59Z", set()),
    ],
)
async def test_filters_narrow_what_the_grant_shows(gateway, query, shown):
    asker = await gateway.asking()
    assert sources(await asker.get(f"/v1/ppks?{query}")) == shown


async def test_a_category_outside_the_grant_finds_nothing_even_where_a_record_has_it(gateway):
    asker = await gateway.asking(kategori=frozenset((LANSIA,)))
    assert sources(await asker.get(f"/v1/ppks?kategori={DISABILITAS}")) == set()
    assert sources(await asker.search(kategori=DISABILITAS)) == set()


@pytest.mark.parametrize(
    ("name", "value"), [("kode_wilayah", "64.02"), ("kategori", DISABILITAS), ("status", "TERDATA")]
)
async def test_a_filter_on_an_attribute_that_is_not_granted_is_named_and_refused(
    gateway, name, value
):
    asker = await gateway.asking(atribut=frozenset(("nama_lengkap", "sumber")))
    for answer in (
        await asker.get(f"/v1/ppks?{name}={value}"),
        await asker.search(**{name: value}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "attribute_not_granted")
        assert [error["field"] for error in answer.json()["errors"]] == [name]


@pytest.mark.parametrize(
    ("kondisi", "shown"),
    [
        ({"nik": NIK}, {"satu"}),
        ({"nik": nik_of(DI_LUAR)}, set()),
        ({"nama_lengkap": "CONTOH kabupaten"}, {"kabupaten"}),
        ({"nama_lengkap": "contoh kabupaten"}, set()),
        ({"tanggal_lahir": "1990-08-17"}, {"satu"}),
        ({"nik": NIK, "kode_wilayah": "64.02.07"}, set()),
        ({"nik": NIK, "status": None, "cursor": None}, {"satu"}),
    ],
    ids=["own", "outside", "name", "other case", "birth date", "another area", "with nulls"],
)
async def test_a_person_is_found_by_what_may_be_matched(gateway, kondisi, shown):
    asker = await gateway.asking()
    assert sources(await asker.search(**kondisi)) == shown


@pytest.mark.parametrize(
    ("name", "value"),
    [("nik", NIK), ("nama_lengkap", "CONTOH"), ("tanggal_lahir", "1990-08-17")],
)
async def test_seeing_an_attribute_is_no_right_to_search_by_it(gateway, name, value):
    asker = await gateway.asking(atribut_cocok=frozenset(("tempat_lahir",)))
    answer = await asker.search(**{name: value})
    assert (answer.status_code, answer.json()["code"]) == (403, "attribute_not_granted")
    assert [error["field"] for error in answer.json()["errors"]] == [name]
    assert NIK not in answer.text


async def test_a_search_by_nik_leaves_the_pseudonym_and_not_the_number(gateway):
    asker = await gateway.asking()
    await asker.search(nik=NIK)
    (row,) = await gateway.audited()
    assert (row["peristiwa"], row["jumlah"]) == ("ppks.search", 1)
    assert row["subjek"] == gateway.parts.keyring.subject(NIK)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("kecamatan=64.02", "kecamatan"),
        ("Kategori=x", "Kategori"),
        ("nik=123", "nik"),
        ("nama_lengkap=CONTOH", "nama_lengkap"),
        ("limit=1&limit=2", "limit"),
        ("kategori=a&status=TERDATA&kategori=a", "kategori"),
        ("a-b%20c=1", "query"),
        ("=x", "query"),
        ("status=null", "status"),
        ("diubah_sejak=NULL", "diubah_sejak"),
        ("status=baru", "status"),
        ("status=", "status"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=banyak", "limit"),
        ("limit=%D9%A3", "limit"),
        ("kode_wilayah=64.2", "kode_wilayah"),
        ("kode_wilayah=64.02%0A", "kode_wilayah"),
        ("kode_wilayah=", "kode_wilayah"),
        ("kategori=%00", "kategori"),
        ("kategori=" + "a" * 81, "kategori"),
        ("diubah_sejak=2026-01-01", "diubah_sejak"),
        ("diubah_sejak=2026-01-01T00:00:00", "diubah_sejak"),
        ("diubah_sejak=1700000000", "diubah_sejak"),
        ("diubah_sejak=0001-01-01T00:00:00%2B14:00", "diubah_sejak"),
        ("cursor=%FF", "cursor"),
    ],
)
async def test_a_parameter_that_is_wrong_is_named(gateway, query, field):
    asker = await gateway.asking()
    answer = await asker.get(f"/v1/ppks?{query}")
    assert answer.status_code == 400, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("path", ["/v1/me", "/v1/systems", "/health/live", "/openapi.json"])
async def test_a_route_without_parameters_takes_none(gateway, path):
    asker = await gateway.asking()
    assert (await asker.get(path)).status_code == 200
    assert (await asker.get(f"{path}?x=1")).status_code == 400


@pytest.mark.parametrize(
    "url",
    [
        f"/v1/ppks?nik={NIK}",
        f"/v1/ppks?kategori={NIK}",
        f"/v1/ppks?{NIK}",
        f"/v1/ppks?cursor=a{NIK}b",
        f"/v1/ppks?nik=%3{NIK[0]}{NIK[1:]}",
        f"/v1/ppks/{NIK}",
        f"/v1/ppks/%3{NIK[0]}{NIK[1:]}",
        f"/v1/tidak-ada/{NIK}",
        f"/hooks/{NIK}",
        f"/{NIK}",
        f"/v1/ppks/{NIK}9",
    ],
)
async def test_a_number_in_a_url_is_refused_and_not_repeated(gateway, url):
    asker = await gateway.asking()
    answer = await asker.get(url)
    assert (answer.status_code, answer.json()["code"]) == (400, "number_in_url")
    assert NIK not in answer.text + str(answer.headers)
    rows = await gateway.audited()
    assert [row["alasan"] for row in rows] == ["number_in_url"] * url.startswith(("/v1", "/hooks"))
    assert NIK not in str(rows)
