"""A worker that stood still while another took its turn changes nothing, on neither side."""

from datetime import timedelta

import pytest

from gateway.domain.person import Penduduk
from tests.contract.province import KELUAR, MASUK, Province
from tests.contract.shelf import record
from tests.contract.troubled_processes import Sleeping, around
from tests.systems.sijosku.people import rekaman

LEASE = timedelta(seconds=301)
USES = range(1, 9)


@pytest.fixture
async def province(shelf):
    made = Province(shelf, (rekaman(1),))
    yield made
    await made.close()


def ours(name, **more):
    who = Penduduk(nama_lengkap=name, kode_wilayah="65")
    return record(1, sistem="siks_ng", id_sumber="D-1", orang=who, **more)


async def sent(province):
    told = [one for one in await province.told() if one["asal"] != "sijosku"]
    return [one for one in told if not one.get("dihapus")]


def wait(province, time=LEASE):
    province.shelf.clock.advance(time)
    province.meeting.clock.advance(time)


@pytest.mark.parametrize("use", USES)
async def test_an_old_page_is_not_stored_over_a_newer_one(province, shelf, use):
    async def meanwhile() -> None:
        wait(province)
        await province.meeting.control(edit={"id": "SJK-0000001", "set": {"nama": "CONTOH BARU"}})
        await province.carry(MASUK)

    sleeper = province.worker(around=around(Sleeping(use, meanwhile)))
    await sleeper.work(MASUK, early=True)
    (shown,) = await shelf.shown()
    assert shown["nama_lengkap"] == "CONTOH BARU"
    assert (await province.points.open(MASUK)).hitungan.berubah <= 1


@pytest.mark.parametrize("use", USES)
async def test_an_old_page_is_not_sent_over_a_newer_one(province, shelf, use):
    await shelf.save(ours("CONTOH LAMA"))

    async def meanwhile() -> None:
        wait(province)
        await shelf.save(ours("CONTOH BARU"))
        await province.carry(KELUAR)

    sleeper = province.worker(around=around(Sleeping(use, meanwhile)))
    await sleeper.work(KELUAR, early=True)
    await province.carry(KELUAR)
    (there,) = await sent(province)
    assert there["nama"] == "CONTOH BARU"
    # Nothing was sent that had to be put right.
    assert there["versi"] <= 2


@pytest.mark.parametrize("gone", [True, False])
@pytest.mark.parametrize("lost", [True, False])
async def test_what_arrives_late_is_put_right_by_the_next_round(province, shelf, gone, lost):
    await shelf.save(ours("CONTOH LAMA"))

    async def meanwhile() -> None:
        wait(province)
        await shelf.save(ours("CONTOH BARU", dihapus=gone))
        await province.carry(KELUAR)
        await province.meeting.control(lose_acknowledgement=lost, times=3)

    province.line.meanwhile = meanwhile
    assert await province.sync.work(KELUAR, early=True) is None
    await province.meeting.control()
    wait(province, timedelta(hours=1))
    assert (await province.carry(KELUAR)).alasan is None
    there = [one["nama"] for one in await sent(province)]
    assert there == ([] if gone else ["CONTOH BARU"])


async def test_what_is_old_is_not_sent_though_nobody_took_the_turn(province, shelf):
    """A machine that was asleep alone: what it had read may not be granted any more."""
    await shelf.save(ours("CONTOH LAMA"))

    async def meanwhile() -> None:
        wait(province)
        province.agreement.amend(wilayah=frozenset())

    # Claimed, the round begun, asked what is known, noted what is met and what goes.
    for use in range(3, 6):
        sleeper = province.worker(around=around(Sleeping(use, meanwhile)))
        await sleeper.work(KELUAR, early=True)
        assert await sent(province) == []
        wait(province)


async def test_who_is_paused_while_it_sends_notes_what_was_taken(province, shelf):
    await province.carry(KELUAR)
    await shelf.save(ours("CONTOH"))

    async def meanwhile() -> None:
        await province.points.pause(KELUAR, dijeda=True, boleh_hilang=False, oleh="CONTOH A")

    province.line.meanwhile = meanwhile
    assert await province.sync.work(KELUAR, early=True) is None
    assert dict(await province.sent.counts("sijosku")) == {"diterima": 1}
    before = await province.points.open(KELUAR)
    await province.points.pause(KELUAR, dijeda=False, boleh_hilang=False, oleh="CONTOH A")
    after = await province.carry(KELUAR)
    assert (after.putaran, after.hitungan) == (before.putaran, before.hitungan)
    assert len(await sent(province)) == 1
