"""Persons of whom SIJOSKU tells too: what it is sent of them, and what is taken back."""

from datetime import timedelta
from typing import Any

import pytest

from gateway.application.records.shown_record import told_by
from gateway.application.sync.sync_out import SyncOut
from gateway.domain.person import Penduduk
from gateway.domain.umpan import JenisPerubahan, Perubahan
from gateway.kit.faults import Faults
from tests.contract.province import KELUAR, MASUK, Province
from tests.contract.shelf import KEYRING, START, nik
from tests.contract.test_persons import B, told
from tests.contract.troubled_processes import Crash
from tests.systems.sijosku.people import rekaman

THEIRS = "SJK-0000001"


@pytest.fixture
async def province(shelf):
    who = Penduduk(nik=nik(1), nama_lengkap="CONTOH SITI AMINAH", kode_wilayah="65.01.05")
    made = Province(shelf, (rekaman(1, orang=who),))
    yield made
    await made.close()


async def carried(province) -> list[str]:
    """The ids of ours that lie over there, after both directions."""
    for jalur in (MASUK, KELUAR):
        assert (await province.carry(jalur)).alasan is None
    names = (await province.over_there()).keys() - {THEIRS}
    return sorted(name.removeprefix("gateway:") for name in names)


async def there(province) -> list[dict[str, Any]]:
    return [one for one in await province.told() if one["asal"] != "sijosku" and _lives(one)]


def _lives(one: dict[str, Any]) -> bool:
    return not one.get("dihapus")


async def test_what_both_tell_lies_beside_their_own_in_the_gateways_name(province, shelf):
    await shelf.save(told("siks_ng", 1, B))
    await carried(province)
    [ours] = await there(province)
    [shown] = await shelf.shown()
    assert shown["sumber"]["sistem"] == "gabungan"
    assert (ours["nik"], ours["nama"]) == (nik(1), shown["nama_lengkap"])
    assert THEIRS in await province.over_there()


@pytest.mark.parametrize("change", [{"dihapus": True}, {"nik": nik(2)}])
async def test_what_they_alone_tell_again_is_taken_back(province, shelf, change):
    await shelf.save(told("siks_ng", 1, B))
    await carried(province)
    await shelf.save(told("siks_ng", 1, B, **change))
    await carried(province)
    left = [one["nik"] for one in await there(province)]
    assert left == ([] if "dihapus" in change else [nik(2)])
    await shelf.save(told("siks_ng", 1, B))
    await carried(province)
    assert [one["nik"] for one in await there(province)] == [nik(1)]


async def test_what_came_again_is_taken_back_again(province, shelf):
    """The same words a second time are no repetition of the first."""
    for _ in range(2):
        await shelf.save(told("siks_ng", 1, B))
        await carried(province)
        assert len(await there(province)) == 1
        await shelf.save(told("siks_ng", 1, B, dihapus=True))
        await carried(province)
        assert await there(province) == []


async def test_two_records_of_theirs_of_one_person_are_no_news_to_them(shelf):
    who = Penduduk(nik=nik(1), nama_lengkap="CONTOH SITI AMINAH", kode_wilayah="65.01.05")
    province = Province(shelf, (rekaman(1, orang=who), rekaman(2, orang=who)))
    await carried(province)
    assert [item["sumber"]["sistem"] for item in await shelf.shown()] == ["gabungan"]
    assert await there(province) == []
    await province.close()


async def test_where_nobodys_words_are_shown_nothing_is_sent(province):
    """Who told the categories is not shown to a view of some of them."""
    data = {"sumber": {"sistem": "gabungan"}, "gabungan": {"anggota": [], "konflik": []}}
    assert told_by(data) == frozenset()
    item = Perubahan(nomor=1, jenis=JenisPerubahan.ADA, id="x", versi=1, pada=START, data=data)
    out = SyncOut(None, province.sent, KEYRING)  # type: ignore[arg-type]  # the feed is not read
    assert out.outgoing("sijosku", item).rekaman.dihapus


class DiesAtKeep:
    """Kept is the round, then the hold before what is sent; at the page's end the process dies."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self._left = 3

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def keep(self, *words: Any, **named: Any) -> Any:
        self._left -= 1
        if not self._left:
            raise Crash
        return await self._store.keep(*words, **named)


async def test_what_was_sent_before_a_place_was_ever_kept_is_taken_back(province, shelf):
    """The record arrives, its page is never noted, and it is gone when the feed is read again."""
    await shelf.save(told("siks_ng", 3, B))
    with pytest.raises(Crash):
        await province.worker(around=_dying).work(KELUAR, early=True)
    assert len(await there(province)) == 1
    await shelf.save(told("siks_ng", 3, B, dihapus=True))
    shelf.clock.advance(timedelta(hours=1))
    await province.carry(KELUAR)
    assert await there(province) == []


def _dying(store: Any) -> Any:
    return DiesAtKeep(store) if hasattr(store, "keep") else store


async def test_an_end_that_broke_off_at_the_end_of_a_round_is_tried_again(province, shelf):
    await shelf.save(told("siks_ng", 3, B))
    await carried(province)
    province.agreement.amend(wilayah=frozenset({"11"}))
    province.faulty.faults = Faults(refuse=True)
    assert (await province.sync.work(KELUAR, early=True)).alasan is not None
    province.faulty.faults = Faults()
    shelf.clock.advance(timedelta(hours=1))
    province.meeting.clock.advance(timedelta(hours=1))
    await province.carry(KELUAR)
    assert await there(province) == []
