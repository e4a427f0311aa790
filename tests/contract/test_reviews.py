"""What a reviewer says of two records is done, can be taken back, and loses nothing."""

from datetime import date, timedelta

import pytest

from gateway.application.civil_registry.forget_person import ForgetPerson
from gateway.application.records.keep_records import KeepRecords
from gateway.application.records.review_matches import ReviewMatches
from gateway.domain.errors import BadInput, Conflict, NotFound
from gateway.domain.merging.review import StatusPadanan
from gateway.domain.merging.rules import baca_aturan
from gateway.domain.person import Penduduk
from gateway.infra.db.records.record_stores import RecordStores
from tests.contract.follower import Follower
from tests.contract.shelf import KEYRING, nik, record
from tests.contract.test_persons import STEP, A, B, told
from tests.domain.merging.test_rules import SHIPPED

YES, NO, OPEN = StatusPadanan.DITERIMA, StatusPadanan.DITOLAK, StatusPadanan.USULAN
BY = {"oleh": "CONTOH PENINJAU", "catatan": "dokumen dilihat"}
DAYS = {"ditarik": 30, "riwayat": 100, "pengaduan": 0}


@pytest.fixture
def reviews(shelf):
    return ReviewMatches(shelf.records.reviews)


@pytest.fixture
def keep(shelf):
    return KeepRecords(shelf.records.keeping, ForgetPerson(None), DAYS, shelf.clock)


async def pair(reviews):
    await reviews.find()
    [found] = await reviews.pairs(OPEN)
    return found


async def contents(shelf):
    return sorted(
        (item["id"], item["nama_lengkap"], str(item["kategori"])) for item in await shelf.shown()
    )


async def test_a_likely_pair_is_found_once_and_says_why(shelf, reviews):
    await shelf.save(
        told("sijosku"),
        told("siks_ng", 1, B, nik=None, nama_lengkap="CONTOH SITI AMINA"),
        told("simasos", 3, nama_lengkap="CONTOH ORANG LAIN"),
        told("simasos", 4, tanggal_lahir=date(1971, 2, 3)),
    )
    assert await reviews.find() == 1
    assert await reviews.find() == 0
    found = await pair(reviews)
    assert {one.atribut for one in found.alasan} >= {"nama_lengkap", "tanggal_lahir"}
    shown = await reviews.show(found.id)
    assert {side.sistem for side in shown.pihak} == {"sijosku", "siks_ng"}
    assert len(await shelf.shown()) == 4


async def test_accepted_it_is_one_record_and_undone_it_is_as_before(shelf, reviews):
    await shelf.save(told("sijosku"), told("siks_ng", 1, B, nik=None))
    before = await contents(shelf)
    found = await pair(reviews)
    await reviews.decide(found.id, YES, **BY)
    [joined] = await shelf.shown()
    assert {item.kode for item in joined["kategori"]} == {A, B}
    await shelf.save(told("siks_ng", 1, B, nik=None, nama_lengkap="CONTOH NAMA BARU"))
    assert len(await shelf.shown()) == 1
    await shelf.save(told("siks_ng", 1, B, nik=None))
    await reviews.decide(found.id, OPEN, **BY)
    assert await contents(shelf) == before


async def test_refused_they_stay_apart_though_their_number_is_the_same(shelf, reviews):
    follower = Follower(shelf)
    await shelf.save(told("sijosku"), told("siks_ng", 1, B))
    await follower.catch_up()
    one, other = await shelf.told()
    made = await reviews.add(one["id"], other["id"])
    await reviews.decide(made.id, NO, **BY)
    assert len(await shelf.shown()) == 2
    await shelf.save(told("siks_ng", 1, B, pekerjaan="NELAYAN"))
    assert len(await shelf.shown()) == 2
    await follower.catch_up()
    assert follower.copy == await follower.shown()
    await reviews.decide(made.id, OPEN, **BY)
    assert len(await shelf.shown()) == 1


async def test_two_whom_a_review_keeps_apart_are_not_joined_by_another(shelf, reviews):
    await shelf.save(told("a", nik=None), told("b", 2, nik=None), told("c", 3, nik=None))
    ids = sorted(row["id"] for row in await shelf.told())
    kept_apart = await reviews.add(ids[0], ids[2])
    await reviews.decide(kept_apart.id, NO, **BY)
    first, second = [await reviews.add(ids[1], ids[side]) for side in (0, 2)]
    await reviews.decide(first.id, YES, **BY)
    with pytest.raises(Conflict):
        await reviews.decide(second.id, YES, **BY)
    assert (await reviews.show(second.id)).padanan.status is OPEN
    assert len(await shelf.shown()) == 2


async def test_a_verdict_is_in_the_admin_log_and_needs_a_name(shelf, reviews):
    await shelf.save(told("sijosku"), told("siks_ng", nik=None))
    found = await pair(reviews)
    with pytest.raises(BadInput):
        await reviews.decide(found.id, YES, oleh=" ", catatan=None)
    await reviews.decide(found.id, YES, **BY)
    with pytest.raises(Conflict):
        await reviews.decide(found.id, YES, **BY)
    [row] = await shelf.rows("catatan_admin")
    assert (row["peristiwa"], row["oleh"]) == ("padanan.diterima", "CONTOH PENINJAU")
    with pytest.raises(NotFound):
        await reviews.show("tidak-ada")


async def test_what_other_rules_merged_is_merged_anew(shelf, reviews):
    await shelf.save(told("sijosku", agama="ISLAM"), told("siks_ng", agama="HINDU"))
    text = SHIPPED.replace("bawaan-1", "kami-1").replace(
        'urutan = ["padan", "tingkat", "kesegaran"]', 'urutan = ["sumber"]\nsumber = ["siks_ng"]'
    )
    other = RecordStores(shelf.database, KEYRING, shelf.clock, rules=baca_aturan(text))
    changed = [count async for count in ReviewMatches(other.reviews).build()]
    assert sum(changed) == 1
    [item] = await shelf.shown()
    assert item["gabungan"]["aturan"] == "kami-1"
    assert [count async for count in ReviewMatches(other.reviews).build()] == [0]


async def test_a_history_says_who_changed_what_and_why(shelf, reviews, keep):
    await shelf.save(told("sijosku"))
    [first] = await shelf.shown()
    shelf.clock.advance(STEP)
    await shelf.save(told("sijosku", nama_lengkap="CONTOH SITI AMINAT"))
    await shelf.save(told("siks_ng", 1, B))
    renamed, joined = await keep.history(first["id"])
    assert (renamed.versi, renamed.oleh, renamed.sebab) == (2, "sijosku", "impor")
    assert "nama_lengkap" in renamed.atribut
    assert renamed.sebelum["nama_lengkap"] == "CONTOH SITI AMINAH"
    assert {"kategori", "sistem"} <= {*joined.atribut}
    assert {side.sistem for side in await keep.sources(first["id"])} == {"sijosku", "siks_ng"}


async def test_a_history_tells_also_that_a_record_came_back_and_by_whom(shelf, reviews, keep):
    await shelf.save(told("sijosku"))
    shelf.clock.advance(STEP)
    await shelf.save(told("siks_ng", 1, B, nik=None))
    found = await pair(reviews)
    await reviews.decide(found.id, YES, **BY)
    await reviews.decide(found.id, OPEN, **BY)
    [other] = [item for item in await shelf.shown() if "nik" not in item]
    joined, back = await keep.history(other["id"])
    assert joined.digabung_ke is not None
    assert (back.versi, back.oleh) == (other["versi"], BY["oleh"])
    assert back.sebab == f"tinjauan:{found.id}"
    assert {"nama_lengkap", "kategori"} <= {*back.atribut}
    assert not any(back.sebelum.values())


async def test_a_history_tells_of_a_record_that_never_stood_alone_before(shelf, reviews, keep):
    await shelf.save(told("sijosku"), told("siks_ng", 1, B))
    made = await reviews.add(*(row["id"] for row in await shelf.told()))
    await reviews.decide(made.id, NO, **BY)
    for item in await shelf.shown():
        [entry] = await keep.history(item["id"])
        assert (entry.versi, entry.oleh) == (item["versi"], BY["oleh"])


async def test_of_several_who_have_one_number_only_those_meant_are_erased(shelf, keep):
    other = told("siks_ng", nama_lengkap="CONTOH TETANGGA LAIN SEKALI")
    await shelf.save(told("sijosku"), other)
    mine, others = sorted(await shelf.shown(), key=lambda item: item["nama_lengkap"])
    order = {"oleh": "CONTOH A", "alasan": "permintaan"}
    with pytest.raises(Conflict) as refused:
        await keep.erase(nik(1), **order)
    assert mine["id"] in str(refused.value)
    assert nik(1) not in str(refused.value)
    with pytest.raises(NotFound):
        await keep.erase(nik(2), **order, rekaman=[mine["id"]])
    assert len(await shelf.shown()) == 2
    assert await keep.erase(nik(1), **order, rekaman=[mine["id"]]) == 1
    assert [item["id"] for item in await shelf.shown()] == [others["id"]]
    # The number stands in one record now.
    assert await keep.erase(nik(1), **order) == 1
    assert await shelf.told() == []


async def test_an_erased_person_who_is_told_of_again_is_another_record_without_a_past(
    shelf, reviews, keep
):
    follower = Follower(shelf)
    contents = [told("sijosku", urutan=4), told("siks_ng", 1, B)]
    await shelf.save(*contents)
    await shelf.save(told("siks_ng", 1, B, pekerjaan="NELAYAN"))
    await follower.catch_up()
    [before] = await shelf.shown()
    await keep.erase(nik(1), oleh="CONTOH A", alasan="permintaan")
    shelf.clock.advance(STEP)
    # Also a version that was counted as older before.
    assert await shelf.save(told("sijosku", urutan=3), contents[1]) == (2, 0, 0)
    [after] = await shelf.shown()
    assert after["id"] != before["id"]
    assert (after["versi"], after["rujukan"]) == (1, before["rujukan"])
    assert await keep.history(after["id"]) == await keep.history(before["id"]) == []
    await follower.catch_up()
    assert [*follower.copy] == [after["id"]]


async def test_taken_apart_after_an_edit_each_says_what_its_source_says_now(shelf, reviews):
    await shelf.save(told("sijosku"), told("siks_ng", 1, B, nik=None))
    found = await pair(reviews)
    await reviews.decide(found.id, YES, **BY)
    await shelf.save(told("siks_ng", 1, A, B, nik=None, agama="ISLAM"))
    await reviews.decide(found.id, OPEN, **BY)
    apart = {"nik" in item: item for item in await shelf.shown()}
    assert [kind.kode for kind in apart[True]["kategori"]] == [A]
    assert {kind.kode for kind in apart[False]["kategori"]} == {A, B}
    for item in apart.values():
        assert "gabungan" not in item


async def test_an_erased_person_is_nowhere_and_readers_are_told(shelf, reviews, keep):
    follower = Follower(shelf)
    await shelf.save(told("sijosku"), told("siks_ng", 1, B), told("simasos", 5, nik=None))
    await shelf.save(told("siks_ng", 1, B, nama_ayah="CONTOH AYAH"))
    await reviews.decide((await pair(reviews)).id, YES, **BY)
    await follower.catch_up()
    assert await keep.erase(nik(1), oleh="CONTOH A", alasan="permintaan") == 3
    await follower.catch_up()
    assert follower.copy == {}
    for table in ("ppks", "ppks_asal", "ppks_riwayat", "padanan", "ppks_kategori"):
        assert await shelf.rows(table) == []
    assert b"SITI" not in await shelf.everything()
    [*_, row] = await shelf.rows("catatan_admin")
    assert (row["peristiwa"], row["rincian"]["rekaman_sumber"]) == ("rekaman.hapus_data", 3)
    for wrong in ({"alasan": " "}, {"oleh": ""}):
        with pytest.raises(BadInput):
            await keep.erase(nik(1), **{"oleh": "CONTOH A", "alasan": "x"} | wrong)


async def test_what_is_older_than_its_class_may_become_is_erased(shelf, keep):
    await shelf.save(told("sijosku"))
    shelf.clock.advance(STEP)
    await shelf.save(told("siks_ng", 1, B), told("simasos", 2, nik=nik(2)))
    gone = [told("siks_ng", 1, B, dihapus=True), told("simasos", 2, nik=nik(2), dihapus=True)]
    await shelf.save(*gone)
    shelf.clock.advance(timedelta(days=31))
    assert await keep.retire(oleh="CONTOH A", dry_run=True) == {"ditarik": 2, "riwayat": 0}
    assert len(await shelf.told()) == 3
    assert await keep.retire(oleh="CONTOH A", dry_run=False) == {"ditarik": 2, "riwayat": 0}
    [kept] = await shelf.told()
    assert (kept["sistem"], len(await shelf.rows("ppks"))) == ("sijosku", 1)
    shelf.clock.advance(timedelta(days=101))
    assert (await keep.retire(oleh="CONTOH A", dry_run=False))["riwayat"] > 0
    assert await shelf.rows("ppks_riwayat") == []
    assert [row["peristiwa"] for row in await shelf.rows("catatan_admin")] == ["retensi.jalan"] * 2


async def test_who_falls_apart_is_no_younger_since_it_was_withdrawn(shelf, keep):
    await shelf.save(told("sijosku"), told("siks_ng"))
    await shelf.save(told("sijosku", dihapus=True))
    shelf.clock.advance(timedelta(days=20))
    await shelf.save(told("siks_ng", nik=nik(2)))
    shelf.clock.advance(timedelta(days=9))
    assert (await keep.retire(oleh="CONTOH A", dry_run=True))["ditarik"] == 0
    shelf.clock.advance(timedelta(days=2))
    assert (await keep.retire(oleh="CONTOH A", dry_run=False))["ditarik"] == 1
    assert [row["sistem"] for row in await shelf.told()] == ["siks_ng"]


async def test_who_were_too_many_are_one_person_when_one_of_them_is_erased(shelf, keep):
    await shelf.save(*(record(1, id_sumber=f"S-{n}") for n in range(25)))
    one = (await shelf.rows("ppks"))[0]["id"]
    await keep.erase(nik(1), oleh="CONTOH A", alasan="permintaan", rekaman=[one])
    assert len(await shelf.shown()) == 1


async def test_who_was_withdrawn_without_a_word_is_erased_with_the_history(shelf, keep):
    await shelf.save(told("sijosku"), told("siks_ng", 1, B))
    [joined] = await shelf.shown()
    await shelf.save(told("siks_ng", 1, B, dihapus=True))
    assert (await shelf.save(record(1, orang=Penduduk(), id_sumber="S-1", dihapus=True)))[1] == 1
    assert await shelf.shown() == []
    assert await keep.history(joined["id"])
    assert await keep.erase(nik(1), oleh="CONTOH A", alasan="permintaan") == 2
    assert await shelf.rows("ppks_riwayat") == await shelf.told() == []
    assert b"SITI" not in await shelf.everything()
