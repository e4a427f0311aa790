"""Whose disclosure is stopped leaves every copy that is kept, and comes back when it is ended."""

from functools import partial

import pytest

from gateway.domain.daftar_subjek import sebutan, urai
from gateway.domain.grant import DasarWalauDibatasi
from gateway.domain.permintaan_subjek import (
    JenisPermintaan,
    PermintaanSubjek,
    StatusPermintaan,
    melangkah,
)
from gateway.domain.umpan import JenisPerubahan
from gateway.infra.db.subjects.subjects import Subjects
from gateway.kit.ids import new_id
from tests.contract.follower import Follower
from tests.contract.shelf import KEYRING, START, nik, person, record
from tests.fakes import FakePseudonyms

GONE, THERE = JenisPerubahan.HAPUS, JenisPerubahan.ADA
STOPPED, ENDED = StatusPermintaan.DIKABULKAN, StatusPermintaan.DIAKHIRI


class Office:
    """Where a person asks, of number 1 if nothing else is said; or whoever bears these keys."""

    def __init__(self, shelf, number: int = 1, *rujukan: str) -> None:
        self._requests = Subjects(shelf.database, KEYRING, shelf.clock, remember=0).requests
        self._asked = PermintaanSubjek(
            id=new_id(),
            jenis=JenisPermintaan.PEMBATASAN,
            rujukan=rujukan or (KEYRING.reference(nik(number)),),
            diterima_pada=START,
            dicatat_pada=START,
            dicatat_oleh="CONTOH A",
        )

    async def receive(self):
        await self._requests.add(self._asked)

    async def decide(self, ke):
        how = partial(melangkah, ke=ke, oleh="CONTOH B", alasan="sebab", now=START)
        await self._requests.step(self._asked.id, how, oleh="CONTOH B")


@pytest.fixture
async def office(shelf):
    opened = Office(shelf)
    await opened.receive()
    await shelf.save(
        record(1), record(2), record(3, orang=person(1, nama_lengkap="CONTOH LAIN SEKALI"))
    )
    return opened


def sorts(told):
    return [item.jenis for item in told]


async def test_a_copy_loses_the_records_and_gets_them_back(shelf, office):
    reader = Follower(shelf)
    assert len(await reader.catch_up()) == 3
    await office.decide(STOPPED)
    assert sorts(await reader.catch_up()) == [GONE, GONE]
    assert len(reader.copy) == 1
    assert await reader.catch_up() == []
    await office.decide(ENDED)
    assert sorts(await reader.catch_up()) == [THERE, THERE]
    assert reader.copy == await reader.shown()


async def test_what_happens_meanwhile_is_told_to_nobody(shelf, office):
    reader = Follower(shelf)
    await reader.catch_up()
    await office.decide(STOPPED)
    await reader.catch_up()
    await shelf.save(record(4, orang=person(1)), record(1, orang=person(1, agama="LAIN")))
    await shelf.save(record(4, orang=person(1), dihapus=True))
    assert await reader.catch_up() == []
    begins_now = Follower(shelf)
    assert sorts(await begins_now.catch_up()) == [THERE]
    await office.decide(ENDED)
    for one in (reader, begins_now):
        assert sorts(await one.catch_up()) == [THERE, THERE]
        assert one.copy == await one.shown()


async def test_a_grant_that_says_why_keeps_its_copy(shelf, office):
    reader = Follower(shelf, walau_dibatasi=DasarWalauDibatasi.KEWAJIBAN_HUKUM)
    await reader.catch_up()
    await office.decide(STOPPED)
    assert GONE not in sorts(await reader.catch_up())
    await shelf.save(record(1, dihapus=True))
    assert sorts(await reader.catch_up()).count(GONE) == 1
    reader.history.amend(walau_dibatasi=None)
    assert sorts(await reader.catch_up()).count(GONE) == 1
    assert [data["id"] for data in reader.copy.values()] == [
        item["id"] for item in (await shelf.shown())
    ]


async def test_a_grant_that_learns_to_say_why_is_told(shelf, office):
    reader = Follower(shelf)
    await office.decide(STOPPED)
    assert len(await reader.catch_up()) == 1
    reader.history.amend(walau_dibatasi=DasarWalauDibatasi.KESELAMATAN)
    assert sorts(await reader.catch_up()) == [THERE, THERE]


async def test_a_page_of_changes_names_whose_records_are_on_it(shelf, office):
    reader = Follower(shelf)
    told = await reader.catch_up()
    names = [sebutan(FakePseudonyms().subject_of_reference(item.data["rujukan"])) for item in told]
    noted = [name for entry in reader.audit.entries for name in urai(entry.daftar or "")]
    assert noted == names
    assert sum(entry.jumlah for entry in reader.audit.entries) == 3
    assert {entry.peristiwa for entry in reader.audit.entries} == {"ppks.changes"}
