"""Synchronisation with SIJOSKU: both ways, over bad lines, each content once."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from gateway.domain.person import Penduduk
from gateway.domain.ports_sinkron import LeaseLost
from gateway.domain.sinkron import Titik
from gateway.kit.faults import Faults
from tests.contract.province import KELUAR, MASUK, Province
from tests.contract.shelf import record
from tests.systems.sijosku.people import rekaman


@pytest.fixture
async def province(shelf):
    made = Province(shelf, tuple(rekaman(number) for number in range(1, 6)))
    yield made
    await made.close()


def ours(number=1, **more):
    return record(number, sistem="siks_ng", id_sumber=f"D-{number}", **more)


async def ids(shelf):
    return {item["sumber"]["id_sumber"]: item["id"] for item in await shelf.shown()}


async def test_what_sijosku_says_is_taken_over_once(province, shelf):
    titik = await province.carry(MASUK)
    assert (titik.alasan, titik.hitungan.baru) == (None, 5)
    assert len(await shelf.shown()) == 5
    again = await province.carry(MASUK)
    assert again.hitungan == titik.hitungan
    assert again.selesai_pada is not None


async def test_a_change_and_a_deletion_over_there_arrive(province, shelf):
    await province.carry(MASUK)
    await province.meeting.control(edit={"id": "SJK-0000001", "set": {"nama": "CONTOH BARU"}})
    await province.meeting.control(delete="SJK-0000002")
    titik = await province.carry(MASUK)
    assert (titik.hitungan.berubah, titik.hitungan.hilang) == (2, 1)
    shown = {item["sumber"]["id_sumber"]: item for item in await shelf.shown()}
    assert shown["SJK-0000001"]["nama_lengkap"] == "CONTOH BARU"
    assert "SJK-0000002" not in shown
    assert len(shown) == 4


async def test_what_we_know_of_others_is_sent_and_never_comes_back(province, shelf):
    await shelf.save(ours(1), ours(2))
    await province.carry(MASUK)
    titik = await province.carry(KELUAR)
    assert (titik.alasan, titik.hitungan.baru) == (None, 2)
    there = await province.over_there()
    assert len(there) == 7
    before = await shelf.rows("ppks")
    titik = await province.carry(MASUK)
    assert await shelf.rows("ppks") == before
    assert (await province.carry(KELUAR)).hitungan.baru == 2


async def test_a_change_is_sent_once_and_a_touched_record_not_at_all(province, shelf):
    await shelf.save(ours(1), ours(2))
    await province.carry(KELUAR)
    shelf.clock.advance(timedelta(seconds=1))
    await shelf.save(ours(1, keberadaan="ADA"), replace(ours(2), versi="edisi lain"))
    titik = await province.carry(KELUAR)
    # Where somebody is is not among what the grant shows; the edition is no content over there.
    assert (titik.hitungan.baru, titik.hitungan.berubah, titik.hitungan.tetap) == (2, 0, 0)
    await shelf.save(ours(1, orang=Penduduk(nama_lengkap="CONTOH LAIN", kode_wilayah="65.01")))
    titik = await province.carry(KELUAR)
    assert titik.hitungan.berubah == 1


async def test_what_is_withdrawn_here_or_leaves_the_grant_goes_over_there(province, shelf):
    await shelf.save(ours(1), ours(2), ours(3, orang=Penduduk(nama_lengkap="C", kode_wilayah="65")))
    await province.carry(KELUAR)
    await shelf.save(ours(1, dihapus=True))
    province.agreement.amend(wilayah=frozenset({"65"}))
    titik = await province.carry(KELUAR)
    assert titik.hitungan.hilang == 2
    assert len(await province.over_there()) == 5 + 1
    province.agreement.amend(wilayah=frozenset({"*"}))
    titik = await province.carry(KELUAR)
    assert len(await province.over_there()) == 5 + 2


async def test_every_sent_page_is_audited_under_the_grant_before_it_leaves(province, shelf):
    await shelf.save(ours(1))
    province.audit.away = True
    titik = await province.carry(KELUAR)
    assert titik.alasan == "audit_unavailable"
    assert len(await province.over_there()) == 5
    province.audit.away = False
    assert (await province.carry(KELUAR)).hitungan.baru == 1
    (entry,) = province.audit.entries
    assert (entry.grant_id, entry.jumlah, entry.client_id) == ("G-SINKRON", 1, "sijosku-kaltara")


async def test_a_grant_that_is_over_or_shows_no_source_sends_nothing(province, shelf):
    await shelf.save(ours(1))
    province.agreement.amend(atribut=frozenset({"nama_lengkap"}))
    assert (await province.carry(KELUAR)).alasan == "attribute_not_granted"
    province.agreement.amend(berlaku_sampai=shelf.clock())
    assert (await province.carry(KELUAR)).alasan == "grant_not_in_force"
    assert len(await province.over_there()) == 5


@pytest.mark.parametrize(
    "fault",
    [
        Faults(refuse=True),
        Faults(cut_body=True),
        Faults(html=True),
        Faults(status=503),
        Faults(empty=True),
    ],
)
@pytest.mark.parametrize("jalur", [MASUK, KELUAR], ids=str)
async def test_a_bad_line_is_noted_and_tried_again(province, shelf, fault, jalur):
    await shelf.save(ours(1))
    province.faulty.faults = fault
    titik = await province.sync.work(jalur)
    assert titik.alasan.startswith("upstream_")
    assert titik.lanjut_pada > shelf.clock()
    province.faulty.faults = Faults()
    assert await province.sync.work(jalur) is None
    shelf.clock.advance(timedelta(hours=1))
    province.meeting.clock.advance(timedelta(hours=1))
    titik = await province.sync.work(jalur)
    assert (titik.alasan, titik.gagal) == (None, 0)
    # Of what arrived though its receipt was lost it is said that it lies there.
    arrived = titik.hitungan.baru + titik.hitungan.tetap
    assert arrived == (5 if jalur is MASUK else 1)


async def test_a_lost_acknowledgement_doubles_nothing(province, shelf):
    await shelf.save(ours(1), ours(2))
    await province.meeting.control(lose_acknowledgement=True)
    assert (await province.carry(KELUAR)).alasan is not None
    await province.meeting.control()
    province.meeting.clock.advance(timedelta(hours=1))
    titik = await province.carry(KELUAR)
    assert titik.alasan is None
    assert len(await province.over_there()) == 7


async def test_a_system_that_begins_anew_has_what_it_no_longer_tells_taken_away(province, shelf):
    extra = Province(shelf, tuple(rekaman(number) for number in range(1, 5)))
    await province.carry(MASUK)
    province.meeting, before = extra.meeting, province.meeting
    titik = await province.carry(MASUK)
    province.meeting = before
    await extra.close()
    assert (titik.alasan, titik.hitungan.hilang, titik.putaran) == (None, 1, 2)
    assert len(await shelf.shown()) == 4


async def test_many_do_not_vanish_at_once_without_a_word(shelf):
    province = Province(shelf, tuple(rekaman(number) for number in range(1, 31)))
    empty = Province(shelf, (rekaman(1),))
    await province.carry(MASUK)
    province.meeting, before = empty.meeting, province.meeting
    titik = await province.carry(MASUK)
    assert (titik.alasan, len(await shelf.shown())) == ("many_vanished", 30)
    await province.points.pause(MASUK, dijeda=False, boleh_hilang=True, oleh="CONTOH A")
    titik = await province.carry(MASUK)
    assert (titik.alasan, titik.boleh_hilang, len(await shelf.shown())) == (None, False, 1)
    province.meeting = before
    await province.close()
    await empty.close()


async def test_two_workers_never_have_one_direction(province):
    other = province.worker()
    now = province.shelf.clock()
    held = await province.points.claim(
        MASUK, "lain", now=now, lease=timedelta(seconds=60), early=True
    )
    assert await other.work(MASUK, early=True) is None
    province.shelf.clock.advance(timedelta(seconds=61))
    assert (await other.work(MASUK, early=True)).hitungan.baru == 5
    with pytest.raises(LeaseLost):
        await province.points.keep(held, "lain", until=now)


async def test_paused_it_rests_and_resumed_it_goes_on(province):
    await province.points.pause(MASUK, dijeda=True, boleh_hilang=False, oleh="CONTOH A")
    assert await province.sync.work(MASUK, early=True) is None
    await province.points.pause(MASUK, dijeda=False, boleh_hilang=False, oleh="CONTOH A")
    assert (await province.carry(MASUK)).hitungan.baru == 5
    rows = await province.shelf.rows("catatan_admin")
    assert [row["peristiwa"] for row in rows] == ["sinkron.jeda", "sinkron.lanjut"]


async def test_reset_reads_all_anew_and_carries_nothing_twice(province, shelf):
    await shelf.save(ours(1))
    for jalur in (MASUK, KELUAR):
        before = await province.carry(jalur)
        await province.points.reset(jalur, oleh="CONTOH A")
        after = await province.carry(jalur)
        assert after.putaran > before.putaran
        assert after.hitungan.baru == before.hitungan.baru
        assert after.hitungan.berubah == 0
    assert len(await province.over_there()) == 6


async def test_one_turn_has_an_end_and_the_next_goes_on(shelf):
    province = Province(shelf, tuple(rekaman(number) for number in range(1, 9)), page_size=2)
    worker = province.worker(pages=1)
    turns: list[Titik] = []
    while not turns or turns[-1].lanjut_pada is None:
        turns.append(await worker.work(MASUK))
    assert [titik.hitungan.baru for titik in turns] == [2, 4, 6, 8]
    await province.close()
