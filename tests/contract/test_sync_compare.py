"""Where SIJOSKU holds something else than it was sent, that is found by few questions and mended."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from gateway.domain.errors import Conflict, NotFound, Unavailable
from gateway.domain.person import Penduduk
from gateway.domain.sinkron import Sewa
from gateway.kit.faults import Faults
from tests.contract.province import KELUAR, MASUK, Province
from tests.contract.shelf import record

AREAS = ("64.02.06.1001", "64.02.06.1002", "64.02.07", "65.01.05.1001", None)


def ours(number):
    area = AREAS[number % len(AREAS)]
    told = {} if area is None else {"kode_wilayah": area}
    person = Penduduk(nama_lengkap=f"CONTOH {number}", **told)
    return record(number, sistem="siks_ng", id_sumber=f"D-{number}", orang=person)


@pytest.fixture
async def province(shelf):
    await shelf.save(*(ours(number) for number in range(20)))
    made = Province(shelf)
    await made.carry(KELUAR)
    yield made
    await made.close()


async def test_the_same_on_both_sides_takes_one_question(province):
    found = await province.sync.compare("sijosku", repair=False)
    assert (found.wilayah, found.kurang, found.lebih, found.ditanya) == ((), (), (), 1)


async def test_what_was_lost_over_there_is_sent_again_and_nothing_else(province):
    before = await province.over_there()
    lost = next(key for key, one in before.items() if one.get("kode_wilayah") == "64.02.07")
    await province.meeting.control(delete=lost)
    found = await province.sync.compare("sijosku", repair=False)
    assert (found.wilayah, len(found.kurang), found.lebih) == (("64.02.07",), 1, ())
    # The highest areas, 64, 64.02, 64.02.07, and the records of that.
    assert found.ditanya == 5
    await province.sync.compare("sijosku", repair=True)
    await province.points.pause(KELUAR, dijeda=False, boleh_hilang=False, oleh="CONTOH A")
    (held,) = await province.sent.held("sijosku", "", 10)
    # Somebody over there deleted it: ours does not undo that by itself.
    assert held.status == "konflik"
    await province.sync.send_over("sijosku", [held.ppks_id])
    assert not await province.sent.held("sijosku", "", 10)
    assert len(await province.over_there()) == 20
    assert not (await province.sync.compare("sijosku", repair=False)).wilayah


async def test_a_system_that_lost_everything_gets_everything(province):
    await province.meeting.control(restart="without_memory")
    found = await province.sync.compare("sijosku", repair=True)
    assert (len(found.kurang), found.lebih) == (20, ())
    assert len(await province.over_there()) == 20
    assert not (await province.sync.compare("sijosku", repair=False)).wilayah


async def test_what_lies_there_without_having_been_sent_is_taken_back(province):
    ids = sorted(item["id"] for item in await province.shelf.shown())
    forgotten = list((await province.sent.known("sijosku", ids)).values())[:3]
    gone = [replace(one, dihapus=True) for one in forgotten]
    held = await province.points.claim(
        KELUAR, "lain", now=province.shelf.clock(), lease=timedelta(seconds=60), early=True
    )
    await province.sent.store(Sewa(jalur=KELUAR, pekerja="lain"), gone, 1)
    await province.points.release(held, "lain")
    await province.shelf.save(*withdrawn(ids[:3], await province.shelf.shown()))
    found = await province.sync.compare("sijosku", repair=True)
    assert sorted(found.lebih) == sorted(one.ppks_id for one in forgotten)
    assert not (await province.sync.compare("sijosku", repair=False)).wilayah


async def test_a_change_made_over_there_is_held_until_ours_is_sent_over_it(province):
    there = await province.over_there()
    edited = next(iter(there))
    await province.meeting.control(edit={"id": edited, "set": {"nama": "CONTOH DI SANA"}})
    changed = [
        record(
            number,
            sistem="siks_ng",
            id_sumber=f"D-{number}",
            orang=Penduduk(nama_lengkap=f"CONTOH BARU {number}"),
        )
        for number in range(20)
    ]
    await province.shelf.save(*changed)
    titik = await province.carry(KELUAR)
    assert (titik.hitungan.berubah, titik.hitungan.konflik) == (19, 1)
    (held,) = await province.sent.held("sijosku", "", 10)
    assert (held.alasan, held.versi_jauh) == ("VERSI_USANG", "2")
    assert (await province.over_there())[edited]["nama"] == "CONTOH DI SANA"
    await province.sync.send_over("sijosku", [held.ppks_id])
    assert (await province.over_there())[edited]["nama"].startswith("CONTOH BARU")
    assert dict(await province.sent.counts("sijosku")) == {"diterima": 20}
    assert (await province.carry(MASUK)).hitungan.baru == 0


class Slow:
    """Digests that take their time, in which another worker looks for something to do."""

    def __init__(self, province) -> None:
        self._province = province
        self._digests = province.meeting.system.record_digests
        self.of = self._digests.of

    async def areas(self, kode):
        await self._wait()
        return await self._digests.areas(kode)

    async def records(self, kode):
        await self._wait()
        return await self._digests.records(kode)

    async def _wait(self) -> None:
        self._province.shelf.clock.advance(timedelta(seconds=200))
        assert await self._province.worker().work(KELUAR) is None


async def test_a_comparison_that_takes_longer_than_a_lease_keeps_its_turn(province):
    await province.meeting.control(restart="without_memory")
    system = province.meeting.system
    province.meeting.system = replace(system, record_digests=Slow(province))
    found = await province.sync.compare("sijosku", repair=True)
    assert (len(found.kurang), len(await province.over_there())) == (20, 20)


async def test_what_is_sent_over_a_record_that_was_lost_meanwhile_is_not_doubled(province):
    there = await province.over_there()
    await province.meeting.control(edit={"id": next(iter(there)), "set": {"nama": "CONTOH LAIN"}})
    await province.shelf.save(*(replace(ours(number), kategori=()) for number in range(20)))
    await province.carry(KELUAR)
    (held,) = await province.sent.held("sijosku", "", 10)
    await province.meeting.control(restart="without_memory")
    await province.sync.send_over("sijosku", [held.ppks_id])
    await province.sync.compare("sijosku", repair=True)
    assert not (await province.sync.compare("sijosku", repair=False)).wilayah
    assert len(await province.over_there()) == 20


async def test_what_was_never_sent_is_not_sent_over_anything(province):
    known = sorted(item["id"] for item in await province.shelf.shown())
    before = await province.told()
    with pytest.raises(NotFound):
        await province.sync.send_over("sijosku", [known[0], "SALAH-KETIK"])
    assert await province.told() == before
    await province.sync.send_over("sijosku", [known[0], known[0]])


async def test_who_works_on_it_is_not_disturbed(province):
    await province.points.pause(KELUAR, dijeda=True, boleh_hilang=False, oleh="CONTOH A")
    with pytest.raises(Conflict):
        await province.sync.compare("sijosku", repair=True)
    with pytest.raises(NotFound):
        await province.sync.compare("siks_ng", repair=False)


async def test_a_bad_line_ends_the_comparison_and_the_lease(province):
    province.faulty.faults = Faults(html=True)
    with pytest.raises(Unavailable):
        await province.sync.compare("sijosku", repair=True)
    province.faulty.faults = Faults()
    assert not (await province.sync.compare("sijosku", repair=True)).wilayah


def withdrawn(ids, shown):
    named = {item["id"]: item["sumber"]["id_sumber"] for item in shown}
    return [
        record(0, sistem="siks_ng", id_sumber=named[ppks_id], orang=Penduduk(), dihapus=True)
        for ppks_id in ids
    ]
