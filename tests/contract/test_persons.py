"""One person of whom several sources tell is one record, and nothing that was told is lost."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.domain.person import JenisKelamin, Penduduk
from gateway.domain.policy import View
from gateway.domain.ppks import StatusPpks
from gateway.infra.db.records.person_tables import PPKS_ASAL, PPKS_RIWAYAT
from gateway.infra.db.tables import METADATA, PPKS, PPKS_KATEGORI, PPKS_LAMPAU
from tests.contract.follower import Follower
from tests.contract.shelf import EVERYTHING, nik, person, record

STEP = timedelta(minutes=1)
A, B = "ppks:satu", "ppks:dua"


def told(sistem, number=1, *kinds, **more):
    """What a system tells of the person with this number."""
    more = {"nama_lengkap": "CONTOH SITI AMINAH"} | more
    who = {name: more.pop(name) for name in [*more] if name in Penduduk.__struct_fields__}
    return record(number, *(kinds or (A,)), sistem=sistem, orang=person(number, **who), **more)


async def one(shelf, view=EVERYTHING):
    [item] = await shelf.shown(view)
    return item


async def test_several_sources_of_one_nik_are_one_record(shelf):
    await shelf.save(told("sijosku"))
    before = await one(shelf)
    shelf.clock.advance(STEP)
    await shelf.save(told("siks_ng", 1, B), told("simasos", 1, A))
    after = await one(shelf)
    assert (after["id"], after["rujukan"]) == (before["id"], before["rujukan"])
    assert after["versi"] == before["versi"] + 1
    assert {item.kode for item in after["kategori"]} == {A, B}
    assert {each["sistem"] for each in after["gabungan"]["anggota"]} == {
        "sijosku",
        "siks_ng",
        "simasos",
    }
    assert len(await shelf.told()) == 3


async def test_whose_word_counts_is_told_and_the_others_are_kept(shelf):
    older, newer = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    await shelf.save(
        told("sijosku", status=StatusPpks.DITETAPKAN, diubah_sumber=older, kode_wilayah="64.02"),
        told(
            "siks_ng", diubah_sumber=newer, kode_wilayah="65.01", nama_lengkap="CONTOH SITI AMINA"
        ),
    )
    found = await one(shelf)
    assert (found["kode_wilayah"], found["status"]) == ("64.02", "DITETAPKAN")
    assert found["sumber"]["sistem"] == "gabungan"
    assert found["gabungan"]["aturan"] == "bawaan-1"
    lost = {each["atribut"]: each for each in found["gabungan"]["konflik"]}
    assert lost["kode_wilayah"]["nilai"] == "65.01"
    assert lost["nama_lengkap"]["nilai"] == "CONTOH SITI AMINA"
    assert {each["sistem"] for each in lost.values()} == {"siks_ng"}


async def test_a_clock_that_runs_ahead_makes_no_word_last_longer(shelf):
    ahead = shelf.clock() + timedelta(days=400)
    await shelf.save(told("sijosku", nama_lengkap="CONTOH SITI AMINA", diubah_sumber=ahead))
    shelf.clock.advance(timedelta(days=1))
    await shelf.save(told("siks_ng", diubah_sumber=shelf.clock()))
    assert (await one(shelf))["nama_lengkap"] == "CONTOH SITI AMINAH"


async def test_what_is_not_granted_shows_neither_as_conflict_nor_as_source(shelf):
    await shelf.save(
        told("sijosku"),
        told("siks_ng", 1, B, nama_lengkap="CONTOH SITI AMINA", no_kk=nik(77)),
    )
    view = View(
        atribut=frozenset(("kategori", "status", "sumber")),
        atribut_cocok=frozenset(),
        wilayah=None,
        kategori=frozenset((A,)),
    )
    found = await one(shelf, view)
    assert [item.kode for item in found["kategori"]] == [A]
    assert found["gabungan"]["konflik"] == []
    assert found["gabungan"]["anggota"] == []
    assert nik(77) not in str(found)


async def test_what_did_not_win_lies_sealed(shelf):
    await shelf.save(told("sijosku"), told("siks_ng", no_kk=nik(77), nama_ayah="CONTOH AYAH"))
    await shelf.save(told("siks_ng", no_kk=nik(78), nama_ayah="CONTOH BAPAK"))
    kept = str([dict(row) for row in await shelf.rows("ppks_riwayat")])
    assert "AYAH" not in kept
    assert nik(77).encode() not in await shelf.everything()


@pytest.mark.parametrize(
    "changes",
    [
        {"nama_lengkap": "CONTOH TETANGGA LAIN SEKALI"},
        {"tanggal_lahir": datetime(1971, 2, 3).date(), "jenis_kelamin": JenisKelamin.L},  # noqa: DTZ001 - a date
    ],
)
async def test_a_number_of_which_two_persons_are_told_proves_nothing(shelf, changes):
    await shelf.save(told("sijosku"), told("simasos"))
    assert len(await shelf.shown()) == 1
    await shelf.save(told("siks_ng", **changes))
    assert len(await shelf.shown()) == 3
    await shelf.save(told("siks_ng"))
    assert len(await shelf.shown()) == 1


@pytest.mark.parametrize("number", ["9999999999999999", "9901014113900001", "9901014101900000"])
async def test_a_stand_in_for_a_number_proves_nothing(shelf, number):
    await shelf.save(told("sijosku", nik=number), told("siks_ng", nik=number))
    assert len(await shelf.shown()) == 2


async def test_a_number_that_too_many_have_is_nobodys(shelf):
    many = [record(1, id_sumber=f"S-{number}") for number in range(30)]
    await shelf.save(*many[:10])
    assert len(await shelf.shown()) == 1
    await shelf.save(*many[10:])
    assert len(await shelf.shown()) == 30
    moved = [record(2, id_sumber=f"S-{number}") for number in range(20)]
    await shelf.save(*moved)
    assert len(await shelf.shown()) == 2


async def test_told_apart_each_has_its_own_id_and_content_again(shelf):
    await shelf.save(told("sijosku"))
    shelf.clock.advance(STEP)
    await shelf.save(told("siks_ng", 1, B, nik=nik(2)))
    apart = {item["id"]: item for item in await shelf.shown()}
    await shelf.save(told("siks_ng", 1, B))
    joined = await one(shelf)
    await shelf.save(told("siks_ng", 1, B, nik=nik(2)))
    again = {item["id"]: item for item in await shelf.shown()}
    assert joined["id"] in apart
    assert again.keys() == apart.keys()
    for row_id, item in again.items():
        assert item["versi"] > apart[row_id]["versi"]
        assert item["kategori"] == apart[row_id]["kategori"]
        assert item["nik"] == apart[row_id]["nik"]
    assert await shelf.rows("ppks_asal") == []


async def test_a_source_that_withdraws_its_record_tells_no_more(shelf):
    await shelf.save(told("sijosku"), told("siks_ng", 1, B))
    await shelf.save(told("siks_ng", 1, B, dihapus=True))
    assert [item.kode for item in (await one(shelf))["kategori"]] == [A]
    await shelf.save(told("sijosku", dihapus=True))
    assert await shelf.shown() == []
    await shelf.save(told("siks_ng", 1, B))
    assert [item.kode for item in (await one(shelf))["kategori"]] == [B]


async def test_the_feed_tells_which_record_one_was_joined_to(shelf):
    follower = Follower(shelf)
    await shelf.save(told("sijosku"))
    shelf.clock.advance(STEP)
    await shelf.save(told("siks_ng", 1, B, nik=nik(2)))
    await follower.catch_up()
    await shelf.save(told("siks_ng", 1, B))
    gone = [item for item in await follower.catch_up() if item.data is None]
    [kept] = follower.copy
    assert [item.digabung_ke for item in gone] == [kept]
    await shelf.save(told("siks_ng", 1, B, nik=nik(2)))
    await follower.catch_up()
    assert follower.copy == await follower.shown()
    assert gone[0].id in follower.copy


async def test_who_may_not_see_the_joined_record_is_not_told_of_it(shelf):
    follower = Follower(shelf, wilayah=frozenset(("65",)))
    await shelf.save(told("sijosku", status=StatusPpks.DITETAPKAN))
    shelf.clock.advance(STEP)
    await shelf.save(told("siks_ng", 1, B, nik=nik(2), kode_wilayah="65.01"))
    await follower.catch_up()
    await shelf.save(told("siks_ng", 1, B, kode_wilayah="65.01"))
    [gone] = await follower.catch_up()
    assert (gone.data, gone.digabung_ke) == (None, None)


async def test_the_same_content_again_changes_nothing(shelf):
    contents = [told("sijosku"), told("siks_ng", 1, B)]
    await shelf.save(*contents)
    tables = ("ppks", "ppks_asal", "ppks_kategori", "ppks_riwayat", "ppks_lampau")
    before = [sorted(map(str, await shelf.rows(table))) for table in tables]
    shelf.clock.advance(STEP)
    assert await shelf.save(*contents) == (0, 0, 2)
    assert [sorted(map(str, await shelf.rows(table))) for table in tables] == before


tellings = st.lists(
    st.tuples(
        st.sampled_from(("sijosku", "siks_ng", "simasos")),
        st.integers(1, 2),
        st.integers(1, 3),
        st.sampled_from(("CONTOH SATU", "CONTOH SATUU", "CONTOH LAIN SEKALI")),
        st.sets(st.sampled_from((A, B)), min_size=1),
        st.booleans(),
    ),
    max_size=6,
    unique_by=lambda one: one[:2],
)
two_orders = tellings.flatmap(
    lambda made: st.tuples(*[st.tuples(st.permutations(made), st.integers(1, 3))] * 2)
)


def telling(sistem, name, number, called, kinds, dihapus):
    changed = datetime(2026, 1, name + len(sistem), tzinfo=UTC)
    person_told = person(number, nama_lengkap=called)
    given_name = {"id_sumber": f"S-{name}", "sistem": sistem, "dihapus": dihapus}
    return record(name, *sorted(kinds), orang=person_told, diubah_sumber=changed, **given_name)


def content(item):
    """A record without what depends on when it was told."""
    kept = {n: v for n, v in item.items() if n not in {"id", "versi", "diubah_pada", "gabungan"}}
    kept.pop("sumber")
    if "nik" not in item:
        kept.pop("rujukan")
    if (joined := item.get("gabungan")) is not None:
        kept["konflik"] = sorted(
            (each["atribut"], str(each["nilai"]), each["sistem"]) for each in joined["konflik"]
        )
        kept["anggota"] = sorted((m["sistem"], m["id_sumber"]) for m in joined["anggota"])
    return str(sorted(kept.items()))


async def emptied(shelf):
    async with shelf.database.writing() as connection:
        for table in (PPKS_KATEGORI, PPKS, PPKS_ASAL, PPKS_RIWAYAT, PPKS_LAMPAU):
            await connection.execute(METADATA.tables[table.name].delete())


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(orders=two_orders)
async def test_in_whatever_order_they_come_the_records_are_the_same(shelf, orders):
    outcomes = []
    for order, size in orders:
        await emptied(shelf)
        made = [telling(*one) for one in order]
        for start in range(0, len(made), size):
            await shelf.save(*made[start : start + size])
        outcomes.append(sorted(map(content, await shelf.shown())))
        assert {(row["sistem"], row["id_sumber"]) for row in await shelf.told()} == {
            (one.sistem, one.id_sumber) for one in made
        }
    assert outcomes[0] == outcomes[1]
