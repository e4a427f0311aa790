"""PPKS records: the granted rows, the granted columns, and no trace of what is not granted."""

import pytest

from tests.api.ppks_pages import sources
from tests.fixtures.gateway_app import SEMUA_ATRIBUT
from tests.fixtures.gateway_people import DISABILITAS, LANSIA, SATU

IN_6402 = {"satu", "tanpa-nik", "kabupaten", "kecamatan-lain", "tanpa-kategori"}
EVERYTHING = IN_6402 | {
    "tetangga-awalan",
    "tetangga-depan",
    "kabupaten-lain",
    "kota-lain",
    "tanpa-wilayah",
}


@pytest.fixture
def gateway(common_gateway):
    return common_gateway


async def record(asker, id_sumber):
    items = (await asker.get("/v1/ppks")).json()["items"]
    return next(item for item in items if item["sumber"]["id_sumber"] == id_sumber)


@pytest.mark.parametrize(
    ("wilayah", "shown"),
    [
        ({"64.02"}, IN_6402),
        ({"64.02.06"}, {"satu", "tanpa-nik", "tanpa-kategori"}),
        ({"64.02.06.1001"}, {"satu"}),
        ({"64.02.06", "64.03"}, {"satu", "tanpa-nik", "tanpa-kategori", "kabupaten-lain"}),
        ({"64"}, EVERYTHING - {"tanpa-wilayah"}),
        ({"6"}, set()),
        ({"64.0"}, set()),
        ({"*"}, EVERYTHING),
        (set(), set()),
    ],
)
async def test_records_of_granted_areas_are_shown_and_no_others(gateway, wilayah, shown):
    asker = await gateway.asking(wilayah=frozenset(wilayah))
    assert sources(await asker.get("/v1/ppks")) == shown
    assert sources(await asker.search()) == shown


@pytest.mark.parametrize(
    ("kategori", "shown"),
    [
        ({DISABILITAS}, {"satu", "kabupaten", "kecamatan-lain"}),
        ({LANSIA}, {"satu", "tanpa-nik"}),
        ({DISABILITAS, LANSIA}, IN_6402 - {"tanpa-kategori"}),
        ({"ppks:penyandang"}, set()),
        ({"*"}, IN_6402),
        (set(), set()),
    ],
)
async def test_records_of_granted_categories_are_shown_and_no_others(gateway, kategori, shown):
    asker = await gateway.asking(kategori=frozenset(kategori))
    assert sources(await asker.get("/v1/ppks")) == shown


async def test_of_two_categories_only_the_granted_one_is_shown(gateway):
    asker = await gateway.asking(kategori=frozenset((LANSIA,)))
    shown = await record(asker, "satu")
    assert [item["kode"] for item in shown["kategori"]] == [LANSIA]
    one = await asker.get(f"/v1/ppks/{shown['id']}")
    assert DISABILITAS not in one.text


@pytest.mark.parametrize(
    "atribut", [{"nama_lengkap"}, {"kategori", "kode_wilayah"}, {"nik", "dtks"}, set()]
)
async def test_attributes_that_are_not_granted_are_absent_from_the_record(gateway, atribut):
    asker = await gateway.asking(atribut=frozenset(atribut))
    for item in (await asker.get("/v1/ppks")).json()["items"]:
        assert set(item) - {"id", "versi", "diubah_pada", "rujukan"} <= atribut
        one = await asker.get(f"/v1/ppks/{item['id']}")
        assert one.json()["data"] == item


async def test_the_provenance_has_no_trace_of_attributes_that_are_not_granted(gateway):
    asker = await gateway.asking(atribut=frozenset(("nama_lengkap", "sumber")))
    shown = await record(asker, "satu")
    assert shown["sumber"]["atribut"] == ["nama_lengkap"]
    assert shown["sumber"]["asli"] == {"nama_lengkap": {"teks": "Contoh Palsu Satu"}}
    assert shown["sumber"]["versi"] == "2025"


async def test_a_full_record_is_shown_as_the_source_told_it(gateway):
    shown = await record(await gateway.asking(), "satu")
    assert shown["nik"] == SATU.nik
    assert shown["no_kk"] == SATU.no_kk
    assert shown["alamat"] == {"jalan": "JL. CONTOH NO. 1", "rt": "005", "rw": "010"}
    assert shown["status"] == "DITETAPKAN"
    assert shown["dtks"]["desil"]["versi"] == "contoh"
    assert shown["bantuan"] == [{"program": "pkh", "status": "MENERIMA"}]
    assert shown["versi"] == 1
    assert set(shown) <= SEMUA_ATRIBUT | {"id", "versi", "diubah_pada", "rujukan"}


async def test_a_person_without_a_nik_has_a_record_like_any_other(gateway):
    asker = await gateway.asking()
    shown = await record(asker, "tanpa-nik")
    assert "nik" not in shown
    assert shown["nama_lengkap"] == "CONTOH tanpa-nik"
    assert (await asker.get(f"/v1/ppks/{shown['id']}")).json()["data"] == shown
    assert sources(await asker.search(nama_lengkap="CONTOH tanpa-nik")) == {"tanpa-nik"}


async def test_a_record_outside_the_grant_cannot_be_told_from_one_that_does_not_exist(gateway):
    wide = await gateway.asking(wilayah=frozenset("*"))
    items = (await wide.get("/v1/ppks")).json()["items"]
    ids = {item["sumber"]["id_sumber"]: item["id"] for item in items}
    asker = await gateway.asking(kategori=frozenset((DISABILITAS,)))
    unseen = [ids["kabupaten-lain"], ids["tanpa-nik"], "01a1fc00-0000-7000-8000-000000000000", "x"]
    bodies = []
    for ppks_id in unseen:
        answer = await asker.get(f"/v1/ppks/{ppks_id}")
        assert answer.status_code == 404
        bodies.append(answer.json() | {"request_id": ""})
    assert all(body == bodies[0] for body in bodies)
    assert (await asker.get(f"/v1/ppks/{ids['satu']}")).status_code == 200


async def test_a_deleted_record_is_not_shown(gateway):
    asker = await gateway.asking(wilayah=frozenset("*"))
    assert "dihapus" not in sources(await asker.get("/v1/ppks"))


@pytest.mark.parametrize(
    ("changes", "jumlah", "atribut"),
    [
        ({}, 5, None),
        ({"kategori": frozenset()}, 0, None),
        ({"atribut": frozenset(("nik",))}, 5, ["nik"]),
    ],
    ids=["full", "nothing shown", "one attribute"],
)
async def test_a_list_leaves_a_row_with_what_was_told_and_of_how_many(
    gateway, changes, jumlah, atribut
):
    asker = await gateway.asking(**changes)
    await asker.get("/v1/ppks")
    (row,) = await gateway.audited()
    assert (row["peristiwa"], row["hasil"], row["jumlah"]) == ("ppks.list", "diberikan", jumlah)
    assert row["atribut"] == (atribut or sorted(SEMUA_ATRIBUT))
    assert row["subjek"] is None
