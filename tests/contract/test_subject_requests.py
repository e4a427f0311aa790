"""Persons' requests: what is kept, what takes effect, and what an auditor finds of it."""

import asyncio
from datetime import timedelta
from functools import partial

import msgspec
import pytest

from gateway.domain.errors import Conflict, NotFound
from gateway.domain.permintaan_subjek import (
    JenisPermintaan,
    PermintaanSubjek,
    StatusPermintaan,
    melangkah,
)
from gateway.infra.db.admin_log import SqlAdminLog
from gateway.infra.db.subjects.subjects import Subjects
from gateway.kit.ids import new_id
from tests.contract.shelf import EVERYTHING, KEYRING, START, nik, person, record

GRANTED, ENDED = StatusPermintaan.DIKABULKAN, StatusPermintaan.DIAKHIRI


@pytest.fixture
def subjects(shelf):
    return Subjects(shelf.database, KEYRING, shelf.clock, remember=0)


def request(*rujukan, **more):
    usual = {
        "id": new_id(),
        "jenis": JenisPermintaan.PEMBATASAN,
        "rujukan": rujukan or (KEYRING.reference(nik(1)),),
        "atribut": ("nama_lengkap",),
        "berkas": "B-1",
        "diterima_pada": START,
        "dicatat_pada": START,
        "dicatat_oleh": "CONTOH A",
    }
    return PermintaanSubjek(**usual | more)


async def step(subjects, one, ke):
    how = partial(melangkah, ke=ke, oleh="CONTOH B", alasan="sebab", now=START)
    return await subjects.requests.step(one.id, how, oleh="CONTOH B")


async def test_a_request_is_kept_as_it_was_noted(subjects):
    asked = request("r-2", "r-1")
    await subjects.requests.add(asked)
    assert await subjects.requests.one(asked.id) == asked
    assert list(await subjects.requests.about(["r-1"])) == [asked]
    assert list(await subjects.requests.about(["r-3"])) == []
    with pytest.raises(NotFound):
        await subjects.requests.one("tak-ada")


async def test_requests_stand_in_the_order_in_which_they_must_be_decided(subjects):
    for hours in (3, 1, 2):
        received = START - timedelta(hours=hours)
        await subjects.requests.add(request(f"r-{hours}", diterima_pada=received))
    order = [one.rujukan for one in await subjects.requests.all()]
    assert order == [("r-3",), ("r-2",), ("r-1",)]


async def test_granting_hides_records_and_ending_shows_them_newer_than_before(shelf, subjects):
    await shelf.save(record(1), record(2), record(3, orang=person(1, nama_lengkap="CONTOH LAIN")))
    before = {item["id"]: item for item in await shelf.shown()}
    asked = request()
    await subjects.requests.add(asked)
    assert len(await shelf.shown()) == 3
    shelf.clock.advance(timedelta(hours=1))
    granted = await step(subjects, asked, GRANTED)
    assert (granted.menahan, granted.diputus_oleh) == (True, "CONTOH B")
    assert [item["nik"] for item in await shelf.shown()] == [nik(2)]
    assert len(await shelf.shown(msgspec.structs.replace(EVERYTHING, terbatas=True))) == 3
    await step(subjects, asked, ENDED)
    after = await shelf.shown(diubah_sejak=shelf.clock())
    assert {item["nik"] for item in after} == {nik(1)}
    assert all(item["versi"] > before[item["id"]]["versi"] for item in after)


async def test_a_record_that_comes_while_disclosure_is_stopped_is_not_shown(shelf, subjects):
    asked = request()
    await subjects.requests.add(asked)
    await step(subjects, asked, GRANTED)
    await shelf.save(record(1), record(2))
    assert [item["nik"] for item in await shelf.shown()] == [nik(2)]


async def test_lookups_learn_of_it_by_nik(subjects):
    asked = request()
    await subjects.requests.add(asked)
    assert not await subjects.restrictions.includes(nik(1))
    await step(subjects, asked, GRANTED)
    assert await subjects.restrictions.includes(nik(1))
    assert not await subjects.restrictions.includes(nik(2))
    await step(subjects, asked, ENDED)
    assert not await subjects.restrictions.includes(nik(1))
    await subjects.close()


async def test_another_process_learns_of_it_when_what_it_remembers_has_run_out(shelf, subjects):
    other = Subjects(shelf.database, KEYRING, shelf.clock, remember=0.3)
    assert not await other.restrictions.includes(nik(1))
    asked = request()
    await subjects.requests.add(asked)
    await step(subjects, asked, GRANTED)
    await asyncio.sleep(0.31)
    assert await other.restrictions.includes(nik(1))
    await other.close()


async def test_of_two_who_decide_at_once_one_is_refused(subjects):
    asked = request()
    await subjects.requests.add(asked)
    steps = (StatusPermintaan.DIKABULKAN, StatusPermintaan.DITOLAK)
    ends = await asyncio.gather(
        *(step(subjects, asked, ke) for ke in steps), return_exceptions=True
    )
    assert sorted(type(end) for end in ends if isinstance(end, Exception)) == [Conflict]
    (taken,) = [end for end in ends if not isinstance(end, Exception)]
    assert await subjects.requests.one(asked.id) == taken


async def test_a_step_that_cannot_be_taken_changes_nothing(subjects):
    asked = request()
    await subjects.requests.add(asked)
    with pytest.raises(Conflict):
        await step(subjects, asked, ENDED)
    with pytest.raises(NotFound):
        await step(subjects, request(), GRANTED)
    assert await subjects.requests.one(asked.id) == asked


async def test_each_act_is_in_the_admin_log_without_the_person(shelf, subjects):
    asked = request()
    await subjects.requests.add(asked)
    await step(subjects, asked, GRANTED)
    await step(subjects, asked, ENDED)
    await subjects.requests.reported("abc", oleh="CONTOH C", rincian={"akses": 3})
    acts = [entry async for entry in SqlAdminLog(shelf.database).entries(None)]
    assert [(act.peristiwa, act.oleh) for act in acts] == [
        ("subjek.diterima", "CONTOH A"),
        ("subjek.dikabulkan", "CONTOH B"),
        ("subjek.diakhiri", "CONTOH B"),
        ("subjek.laporan", "CONTOH C"),
    ]
    assert {act.objek for act in acts[:3]} == {asked.id}
    assert acts[1].rincian["alasan"] == "sebab"
    kept = await shelf.everything()
    assert nik(1).encode() not in kept


async def test_only_records_without_a_nik_can_be_claimed(shelf, subjects):
    nameless = record(2, orang=person(2, nik=None))
    await shelf.save(record(1), nameless)
    ids = {bool(row["nik_indeks"]): row["id"] for row in await shelf.rows("ppks")}
    wanted = [ids[True], ids[False], "tak-ada"]
    assert await subjects.requests.without_nik(wanted) == {ids[False]}
