"""A record of several sources on all the ways on which records leave, and where they are counted."""

import asyncio
import io

import msgspec
import pytest
from pyarrow import parquet

from gateway.api.v1.ppks_record import PpksRecord
from gateway.api.v1.ppks_table import as_table
from gateway.application.civil_registry.forget_person import ForgetPerson
from gateway.application.records.keep_records import KeepRecords
from gateway.application.records.review_matches import ReviewMatches
from gateway.application.subjects.report_subject import Orang, Periode, ReportSubject
from gateway.domain.ekspor import FormatEkspor
from gateway.domain.merging.review import StatusPadanan
from gateway.domain.ports import KondisiPpks
from gateway.domain.statistics import Dimensi, Hitungan, PermintaanHitung
from gateway.infra.db.clients.clients import SqlClients
from gateway.infra.db.reading.sample_rows import SqlContoh
from gateway.infra.db.reading.statistics import SqlStatistik
from gateway.infra.db.subjects.restrictions import SqlRestrictions
from gateway.infra.db.subjects.subjects import Subjects
from tests.contract.copier import Copier
from tests.contract.copies import WHOLE, ExportCopy, PushCopy
from tests.contract.follower import Follower
from tests.contract.province import KELUAR, MASUK, Province
from tests.contract.shelf import ALL_ATTRIBUTES, EVERYTHING, KEYRING, nik
from tests.contract.test_feed_held_back import ENDED, GONE, STOPPED, THERE, Office, sorts
from tests.contract.test_persons import STEP, B, told

BY = {"oleh": "CONTOH PENINJAU", "catatan": None}
SAME, OPEN = StatusPadanan.DITERIMA, StatusPadanan.USULAN


async def joined_by_review(shelf):
    """Two records of two numbers, accepted as one person; the pair."""
    await shelf.save(told("sijosku"))
    shelf.clock.advance(STEP)
    await shelf.save(told("siks_ng", 2, B))
    reviews = ReviewMatches(shelf.records.reviews)
    pair = await reviews.add(*(row["id"] for row in await shelf.told()))
    await reviews.decide(pair.id, SAME, **BY)
    [item] = await shelf.shown()
    return pair, item


@pytest.mark.parametrize("asked", [1, 2])
async def test_whoever_asks_by_one_of_the_numbers_holds_all_of_the_record_back(shelf, asked):
    office = Office(shelf, asked)
    await office.receive()
    reader = Follower(shelf)
    pair, _ = await joined_by_review(shelf)
    await reader.catch_up()
    await office.decide(STOPPED)
    assert sorts(await reader.catch_up()) == [GONE]
    assert await shelf.shown() == []
    await ReviewMatches(shelf.records.reviews).decide(pair.id, OPEN, **BY)
    assert sorts(await reader.catch_up()) == [THERE]
    assert [item["nik"] for item in await shelf.shown()] == [nik(3 - asked)]
    await office.decide(ENDED)
    await reader.catch_up()
    assert len(reader.copy) == 2
    assert reader.copy == await reader.shown()


@pytest.mark.parametrize("asked", [1, 2])
async def test_who_is_joined_to_somebody_held_back_leaves_every_copy(shelf, asked):
    office = Office(shelf, asked)
    await office.receive()
    await office.decide(STOPPED)
    reader = Follower(shelf)
    await shelf.save(told("sijosku"), told("siks_ng", 2, B))
    await reader.catch_up()
    assert len(reader.copy) == 1
    pair = await ReviewMatches(shelf.records.reviews).add(
        *(row["id"] for row in await shelf.told())
    )
    await ReviewMatches(shelf.records.reviews).decide(pair.id, SAME, **BY)
    await reader.catch_up()
    assert reader.copy == {}
    await office.decide(ENDED)
    await reader.catch_up()
    assert reader.copy == await reader.shown() != {}


async def test_a_record_without_a_number_is_held_back_while_it_is_joined(shelf):
    office = Office(shelf)
    await office.receive()
    await office.decide(STOPPED)
    await shelf.save(told("sijosku"), told("siks_ng", 2, B, nik=None))
    assert len(await shelf.shown()) == 1
    reviews = ReviewMatches(shelf.records.reviews)
    pair = await reviews.add(*(row["id"] for row in await shelf.told()))
    await reviews.decide(pair.id, SAME, **BY)
    assert await shelf.shown() == []
    await reviews.decide(pair.id, OPEN, **BY)
    [item] = await shelf.shown()
    assert "nik" not in item


async def test_pages_miss_and_repeat_nothing_while_persons_are_joined_and_taken_apart(shelf):
    await shelf.save(*(told("simasos", number) for number in range(1, 9)))
    meanwhile = iter(
        (
            told("simasos", 8, nik=nik(1)),
            told("simasos", 2, nik=nik(7)),
            told("simasos", 8),
            told("siks_ng", 3, B),
            told("simasos", 2),
        )
    )
    seen, after, is_last = [], None, False
    while not is_last:
        page = await shelf.ppks.page(EVERYTHING, KondisiPpks(), after, 1)
        seen += [(item["id"], item["versi"]) for item in page.items]
        after, is_last = page.lanjut, page.lanjut is None
        if not is_last and (change := next(meanwhile, None)) is not None:
            shelf.clock.advance(STEP)
            await shelf.save(change)
    assert next(meanwhile, None) is None
    assert len({*seen}) == len(seen)
    assert {(item["id"], item["versi"]) for item in await shelf.shown()} <= {*seen}


async def test_a_lookup_by_either_number_is_held_back_by_its_own_request_alone(shelf):
    office = Office(shelf, 2)
    await office.receive()
    await joined_by_review(shelf)
    await office.decide(STOPPED)
    held = SqlRestrictions(shelf.database, KEYRING, remember=0)
    assert [await held.includes(nik(number)) for number in (1, 2)] == [False, True]


async def test_an_export_tells_how_a_record_was_made_and_what_was_joined(shelf, tmp_path):
    copier = ExportCopy(shelf, tmp_path)
    await shelf.save(told("sijosku"))
    shelf.clock.advance(STEP)
    await shelf.save(told("siks_ng", 2, B))
    await copier.refresh()
    shelf.clock.advance(STEP)
    await shelf.save(told("siks_ng", 1, B, id_sumber="S-2", nama_lengkap="CONTOH SITI AMINA"))
    found = await copier.update()
    [kept] = copier.copy
    [gone] = await copier.lines(found, GONE)
    assert gone["digabung_ke"] == kept
    assert {one["sistem"] for one in copier.copy[kept]["gabungan"]["anggota"]} == {
        "sijosku",
        "siks_ng",
    }
    assert copier.copy[kept]["gabungan"]["konflik"]


async def test_a_parquet_file_has_the_same_as_json_text(shelf, tmp_path):
    copier = Copier(shelf, tmp_path, **WHOLE)
    await shelf.save(told("sijosku"), told("siks_ng", 1, B), told("simasos", 3))
    ekspor_id = await copier.ask(None, format=FormatEkspor.PARQUET)
    while await copier.worker().step():
        pass
    found = await copier.found(ekspor_id)
    [file] = found.berkas
    pieces = [piece async for piece in copier.files.reading(found.ekspor, file, packed=False)]
    table = await asyncio.to_thread(parquet.read_table, io.BytesIO(b"".join(pieces)))
    shown = await copier.shown_as_json()
    assert {row["id"] for row in table.to_pylist()} == shown.keys()
    for row in table.to_pylist():
        made = None if row["gabungan"] is None else msgspec.json.decode(row["gabungan"])
        assert made == shown[row["id"]].get("gabungan")


async def test_a_table_has_columns_for_it_where_the_sources_are_granted(shelf):
    await shelf.save(told("sijosku", agama="ISLAM"), told("siks_ng", 1, B, tempat_lahir="CONTOH"))
    [item] = await shelf.shown()
    table = as_table([PpksRecord(**item)], ALL_ATTRIBUTES)
    [row] = table.rows
    cells = dict(zip(table.header, row, strict=True))
    assert cells["gabungan.anggota.sistem"] == "sijosku|siks_ng"
    assert not [name for name in as_table([], ALL_ATTRIBUTES - {"sumber"}).header if "gab" in name]


async def test_it_is_one_record_of_one_person_in_counts_and_samples(shelf):
    await joined_by_review(shelf)
    assert len(await SqlContoh(shelf.database).rekaman(EVERYTHING, "", 10)) == 1
    asked = PermintaanHitung(menurut=(Dimensi.SISTEM,))
    counted = Hitungan(permintaan=asked, tabel=(Dimensi.SISTEM,), ambang=2, tahun=2026)
    [cell] = await SqlStatistik(shelf.database).hitung(EVERYTHING, counted, 10)
    assert (cell.nilai, cell.orang, cell.ditahan) == ({Dimensi.SISTEM: "gabungan"}, None, True)
    open_ = msgspec.structs.replace(counted, ambang=None)
    [cell] = await SqlStatistik(shelf.database).hitung(EVERYTHING, open_, 10)
    assert (cell.rekaman, cell.orang) == (1, 1)


@pytest.mark.parametrize("asks", [1, 2])
async def test_a_page_that_showed_it_is_told_once_to_whoever_bears_either_number(shelf, asks):
    await joined_by_review(shelf)
    province = Province(shelf)
    subjects = Subjects(shelf.database, KEYRING, shelf.clock, remember=0)
    await province.carry(KELUAR)
    for entry in province.audit.entries:
        await shelf.audit.record(entry)
    report = ReportSubject(
        subjects.log,
        subjects.requests,
        SqlClients(shelf.database, shelf.clock),
        KEYRING,
        {},
        shelf.clock,
    )
    found = await report(Orang(nik=nik(asks)), Periode())
    assert (found.ringkasan.akses, found.ringkasan.diberikan) == (1, 1)
    assert (await report(Orang(nik=nik(7)), Periode())).ringkasan.akses == 0
    await province.close()


async def test_an_erased_person_is_taken_back_everywhere(shelf, tmp_path):
    pushed, province = PushCopy(shelf), Province(shelf)
    exported = ExportCopy(shelf, tmp_path)
    await shelf.save(told("simasos"), told("siks_ng", 1, B), told("simasos", 3))
    await pushed.begin(atribut=ALL_ATTRIBUTES, wilayah=frozenset({"*"}))
    await pushed.pushed()
    await province.carry(KELUAR)
    await exported.refresh()
    assert len(await province.over_there()) == len(pushed.receiver.copy) == 2
    keep = KeepRecords(shelf.records.keeping, ForgetPerson(None), {}, shelf.clock)
    shelf.clock.advance(STEP)
    assert await keep.erase(nik(1), oleh="CONTOH A", alasan="permintaan") == 2
    await pushed.pushed()
    await province.carry(KELUAR)
    await exported.refresh()
    [left] = await shelf.shown()
    assert [*pushed.receiver.copy] == [*exported.copy] == [left["id"]]
    assert len(await province.over_there()) == 1
    await province.carry(MASUK)
    assert len(await shelf.shown()) == 1
    await province.close()
