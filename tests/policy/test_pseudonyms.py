"""Under a pseudonym nobody can be known, and two readers cannot join what they were told."""

import json
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from msgspec.structs import replace

from gateway.domain.grant import ATRIBUT_PPKS, JenisGrant
from gateway.domain.grant_types import ATRIBUT_SAMARAN
from gateway.domain.person import Penduduk
from gateway.domain.policy import buka
from gateway.domain.ports import KondisiPpks
from gateway.domain.wilayah import Tingkat
from tests.fixtures.gateway_people import nik_of
from tests.fixtures.oauth import START, grant_of
from tests.policy import world

PEOPLE = 40
VILLAGE = "64.02.06.1001"


def audit_grant(grant_id="G-AUDIT", **changes):
    """A pseudonymised grant that names every attribute there is, as if it had been stored badly."""
    usual = {
        "jenis": JenisGrant.SAMARAN,
        "atribut": ATRIBUT_PPKS,
        "atribut_cocok": ATRIBUT_PPKS,
        "wilayah": frozenset(("64",)),
    }
    return grant_of("auditor", grant_id, **usual | changes)


@pytest.fixture
async def records(shelf, seed):
    """Two records of each of some people, all in one village, saved at odd moments."""
    chance = Random(f"{seed} pseudonyms")
    shelf.clock.now = START + timedelta(hours=5, minutes=7, microseconds=123)
    made = [
        replace(world.record(chance, number, VILLAGE, world.KINDS[:2]), orang=somebody(number // 2))
        for number in range(PEOPLE)
    ]
    await shelf.save(*made)
    return made


def somebody(number) -> Penduduk:
    return Penduduk(
        nik=world.nik(number),
        no_kk=world.nik(9000 + number),
        nama_lengkap=f"CONTOH RAHASIA {number}",
        tanggal_lahir=date(1950 + number, 3, 9),
        nama_ibu_kandung="CONTOH IBU",
        kode_wilayah=VILLAGE,
        kab_kota="KUTAI KARTANEGARA",
        kecamatan="TENGGARONG",
        desa_kelurahan="CONTOH DESA",
        pekerjaan="BUPATI",
    )


async def told_under(shelf, grant, limit=1000):
    page = await shelf.ppks.page(buka(grant, START), KondisiPpks(), None, limit)
    return page.items


async def test_nothing_by_which_somebody_is_known_is_told(shelf, records):
    items = await told_under(shelf, audit_grant())
    assert len(items) == PEOPLE
    text = json.dumps(items, default=str)
    for one in records:
        person = one.orang
        secrets = (nik_of(person), person.no_kk, person.nama_lengkap, str(person.tanggal_lahir))
        assert not [secret for secret in secrets if secret in text]
    for word in ("CONTOH IBU", "CONTOH DESA", "BUPATI", "asli", "TENGGARONG", VILLAGE):
        assert word not in text
    for item in items:
        assert set(item) <= {"id", "versi", "diubah_pada", "rujukan"} | ATRIBUT_SAMARAN
        assert item["kode_wilayah"] == "64.02"
        assert len(item["tahun_lahir"]) == 4
        assert item["diubah_pada"] == datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("level", "code", "names"),
    [
        (None, "64.02", {"kab_kota"}),
        (Tingkat.PROVINSI, "64", set()),
        (Tingkat.KAB_KOTA, "64.02", {"kab_kota"}),
        (Tingkat.KECAMATAN, "64.02.06", {"kab_kota", "kecamatan"}),
        (Tingkat.DESA_KELURAHAN, "64.02", {"kab_kota"}),
    ],
)
async def test_places_are_told_as_deep_as_the_agreement_has_it(shelf, records, level, code, names):
    for item in await told_under(shelf, audit_grant(tingkat_wilayah=level)):
        assert item["kode_wilayah"] == code
        assert set(item) & {"provinsi", "kab_kota", "kecamatan", "desa_kelurahan"} == names


async def test_one_person_has_one_name_under_a_grant_and_another_under_another(shelf, records):
    one, again, other = [
        await told_under(shelf, audit_grant(name)) for name in ("G-1", "G-1", "G-2")
    ]
    assert one == again
    assert len({item["rujukan"] for item in one}) == PEOPLE // 2
    open_ids = {row["id"] for row in await shelf.rows("ppks")}
    open_names = {row["rujukan"] for row in await shelf.rows("ppks")}
    for name, known in (("id", open_ids), ("rujukan", open_names)):
        here, there = ({item[name] for item in items} for items in (one, other))
        assert not here & there
        assert not (here | there) & known


async def test_the_order_of_a_page_says_nothing(shelf, records):
    """In the order of the store two readers could join their pages line by line."""
    one, other = [
        [item["tahun_lahir"] for item in await told_under(shelf, audit_grant(name))]
        for name in ("G-1", "G-2")
    ]
    assert sorted(one) == sorted(other)
    assert one != other
    assert [*map(str, range(1950, 1950 + PEOPLE // 2))] != one[::2]


async def test_no_record_is_found_by_itself(shelf, records):
    view = buka(audit_grant(), START)
    (item, *_) = await told_under(shelf, audit_grant())
    for ppks_id in (item["id"], (await shelf.rows("ppks"))[0]["id"]):
        assert await shelf.ppks.one(view, ppks_id) is None


async def test_pages_hold_every_record_once(shelf, records):
    view, after, seen = buka(audit_grant(), START), None, []
    while True:
        page = await shelf.ppks.page(view, KondisiPpks(), after, 7)
        seen += [item["id"] for item in page.items]
        if (after := page.lanjut) is None:
            break
    assert len(seen) == len(set(seen)) == PEOPLE


@pytest.mark.parametrize("jenis", ["VERIFIKASI", "TULIS", "STATISTIK", "AUDIT"])
async def test_other_types_are_shown_no_record(shelf, records, jenis):
    badly_stored = replace(audit_grant(), jenis=JenisGrant(jenis), wilayah=frozenset("*"))
    view = buka(badly_stored, START)
    assert await told_under(shelf, badly_stored) == ()
    for row in await shelf.rows("ppks"):
        assert await shelf.ppks.one(view, row["id"]) is None
