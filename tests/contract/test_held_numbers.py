"""Whose disclosure is stopped stays held back when a source tells another number of them."""

from datetime import timedelta

import pytest

from gateway.application.caller.disclose_records import DiscloseRecords
from gateway.application.records.review_matches import ReviewMatches
from gateway.application.subjects.report_subject import Orang, Periode, ReportSubject
from gateway.domain.merging.review import StatusPadanan
from gateway.domain.ports import KondisiPpks
from gateway.infra.db.clients.clients import SqlClients
from gateway.infra.db.subjects.restrictions import SqlRestrictions
from gateway.infra.db.subjects.subjects import Subjects
from tests.contract.copier import Copier
from tests.contract.copies import WHOLE
from tests.contract.follower import Follower
from tests.contract.shelf import EVERYTHING, KEYRING, nik, person, record
from tests.contract.test_feed_held_back import ENDED, STOPPED, THERE, Office, sorts
from tests.contract.test_persons import B, told

STEP = timedelta(hours=1)
NAMELESS = person(1, nik=None)


async def office_of(shelf, number):
    """Where person 1 asks, by their number or by the record that bears none; the record is there."""
    await shelf.save(record(1, orang=NAMELESS if number is None else None), record(2))
    keys = () if number else tuple(row["id"] for row in await shelf.rows("ppks") if not row["nik"])
    office = Office(shelf, 1, *keys)
    await office.receive()
    return office


@pytest.mark.parametrize("number", [None, 1], ids=["without-a-number", "with-another-number"])
@pytest.mark.parametrize("stops", ["before", "after"])
async def test_a_record_whose_number_changes_stays_held_back(shelf, number, stops):
    office, reader = await office_of(shelf, number), Follower(shelf)
    if stops == "before":
        await office.decide(STOPPED)
    await reader.catch_up()
    shelf.clock.advance(STEP)
    await shelf.save(record(1, orang=person(3)))
    if stops == "after":
        await office.decide(STOPPED)
    await reader.catch_up()
    assert len(reader.copy) == len(await shelf.shown()) == 1
    shelf.clock.advance(STEP)
    await shelf.save(record(1, orang=person(4, agama="LAIN")))
    assert await reader.catch_up() == []
    await office.decide(ENDED)
    assert sorts(await reader.catch_up()) == [THERE]
    assert reader.copy == await reader.shown()
    assert len(reader.copy) == 2


async def test_it_stays_held_back_when_it_leaves_those_it_was_joined_with_by_its_number(shelf):
    office = Office(shelf)
    await office.receive()
    await office.decide(STOPPED)
    await shelf.save(told("sijosku"), told("siks_ng", 1, B))
    assert len(await shelf.rows("ppks_asal")) == 2
    shelf.clock.advance(STEP)
    await shelf.save(told("siks_ng", 1, B, nik=nik(3)))
    assert (len(await shelf.rows("ppks")), await shelf.shown()) == (2, [])
    # Whose number it is now is asked for by that number alone.
    held = SqlRestrictions(shelf.database, KEYRING, remember=0)
    assert [await held.includes(nik(number)) for number in (1, 3)] == [True, False]
    await office.decide(ENDED)
    assert len(await shelf.shown()) == 2


async def test_a_copy_loses_a_record_that_is_held_back_for_whom_a_withdrawn_source_names(
    shelf, tmp_path
):
    """Nothing that is shown of it changes then."""
    office, reviews = Office(shelf, 3), ReviewMatches(shelf.records.reviews)
    await office.receive()
    await office.decide(STOPPED)
    await shelf.save(told("sijosku"), told("siks_ng", 1, B, nik=None))
    await reviews.find()
    [found] = await reviews.pairs(StatusPadanan.USULAN)
    await reviews.decide(found.id, StatusPadanan.DITERIMA, oleh="CONTOH B", catatan=None)
    await shelf.save(told("siks_ng", 1, B, nik=None, dihapus=True))
    reader, copier = Follower(shelf), Copier(shelf, tmp_path, **WHOLE)
    await reader.catch_up()
    await copier.update()
    assert len(reader.copy) == len(copier.copy) == 1
    shelf.clock.advance(STEP)
    await shelf.save(told("siks_ng", 1, B, nik=nik(3), dihapus=True))
    assert await shelf.shown() == []
    await reader.catch_up()
    await copier.update()
    assert reader.copy == copier.copy == {}


async def test_pages_from_before_it_bore_a_number_are_told_to_whose_it_turned_out_to_be(shelf):
    await shelf.save(record(1, orang=NAMELESS), record(2))
    page = await shelf.ppks.page(EVERYTHING, KondisiPpks(), None, 10)
    disclose = DiscloseRecords(shelf.audit, KEYRING, shelf.clock)
    await disclose(await Follower(shelf).caller(), "ppks.list", ("status",), page.rujukan)
    await shelf.save(record(1, orang=person(3)))
    subjects = Subjects(shelf.database, KEYRING, shelf.clock, remember=0)
    clients = SqlClients(shelf.database, shelf.clock)
    report = ReportSubject(subjects.log, subjects.requests, clients, KEYRING, {}, shelf.clock)
    told = [(await report(Orang(nik=nik(n)), Periode())).ringkasan.akses for n in (3, 1)]
    assert told == [1, 0]


async def test_an_export_that_holds_it_under_its_new_number_is_closed(shelf, tmp_path):
    office = await office_of(shelf, None)
    await shelf.save(record(1, orang=person(3)))
    copy = Copier(shelf, tmp_path, **WHOLE)
    made = await copy.update()
    assert not await copy.store.withheld(made.ekspor)
    await office.decide(STOPPED)
    assert await copy.store.withheld(made.ekspor)
