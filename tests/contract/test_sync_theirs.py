"""What somebody over there makes of a record that was sent is theirs, until an operator decides."""

from datetime import timedelta

import pytest

from gateway.domain.errors import Unavailable
from gateway.domain.person import Penduduk
from gateway.kit.faults import Faults
from tests.contract.province import KELUAR, MASUK, Province
from tests.contract.shelf import nik, record

NAME = "CONTOH SITI AMINAH"


@pytest.fixture
async def province(shelf):
    await shelf.save(ours())
    made = Province(shelf)
    await carried(made)
    yield made
    await made.close()


def ours(*kinds, **more):
    who = Penduduk(nik=nik(1), nama_lengkap=NAME, kode_wilayah="65")
    return record(1, *kinds, sistem="siks_ng", id_sumber="D-1", orang=who, **more)


async def carried(province):
    for jalur in (MASUK, KELUAR, MASUK, KELUAR):
        assert (await province.carry(jalur)).alasan is None


async def sent(province):
    (one,) = await province.told()
    return one


async def edited(province):
    """Somebody edits it over there, then it changes here too."""
    own = (await sent(province))["id"]
    await province.meeting.control(edit={"id": own, "set": {"nama": "CONTOH SITI AMINA"}})
    await carried(province)
    await province.shelf.save(ours("ppks:gelandangan"))
    await carried(province)


async def held(province):
    return [one.ppks_id for one in await province.sent.held("sijosku", "", 10)]


async def systems(shelf):
    """Who tells of the one person."""
    (shown,) = await shelf.shown()
    joined = shown.get("gabungan")
    sources = [shown["sumber"]] if joined is None else joined["anggota"]
    return {one["sistem"] for one in sources}


async def test_an_edit_is_taken_over_as_theirs_and_ours_is_held(province, shelf):
    await edited(province)
    assert await systems(shelf) == {"siks_ng", "sijosku"}
    assert len(await held(province)) == 1
    assert (await sent(province))["asal"] == "sijosku"


async def test_where_ours_is_sent_over_it_their_telling_ends(province, shelf):
    await edited(province)
    await province.sync.send_over("sijosku", await held(province))
    await carried(province)
    assert await systems(shelf) == {"siks_ng"}
    there = await sent(province)
    assert (there["asal"], there["nama"]) == ("ppks-gateway", NAME)
    assert await held(province) == []


async def test_what_is_deleted_stays_away_until_an_operator_decides(province, shelf):
    await province.meeting.control(delete=(await sent(province))["id"])
    await shelf.save(ours("ppks:gelandangan"))
    await carried(province)
    assert (await sent(province))["dihapus"]
    await province.sync.compare("sijosku", repair=True)
    assert (await sent(province))["dihapus"]
    await province.sync.send_over("sijosku", await held(province))
    await carried(province)
    there = await sent(province)
    assert (there["asal"], there["nama"]) == ("ppks-gateway", NAME)
    assert await systems(shelf) == {"siks_ng"}


async def test_what_they_alone_tell_by_now_is_neither_held_nor_deleted(province, shelf):
    await edited(province)
    names = await held(province)
    await shelf.save(ours(dihapus=True))
    # An operator who still sees it as held deletes nothing by that.
    await province.sync.send_over("sijosku", names)
    await carried(province)
    assert await held(province) == []
    there = await sent(province)
    assert (there["asal"], there.get("dihapus", False)) == ("sijosku", False)
    assert await systems(shelf) == {"sijosku"}


async def test_what_is_held_and_was_lost_over_there_is_sent_again(province):
    await edited(province)
    await province.meeting.control(restart="without_memory")
    assert len(await held(province)) == 1
    await province.sync.compare("sijosku", repair=True)
    await carried(province)
    assert await held(province) == []
    assert (await sent(province))["nama"] == NAME


async def test_what_a_grant_showed_for_a_moment_does_not_stay(province, shelf):
    """An operator sends over while the grant shows the record, between two versions that do not."""
    await edited(province)
    (name,) = await held(province)
    province.agreement.amend(wilayah=frozenset({"11"}))
    assert (await province.carry(KELUAR)).alasan is None
    province.agreement.amend(wilayah=frozenset({"*"}))
    await province.sync.send_over("sijosku", [name])
    assert (await sent(province))["asal"] == "ppks-gateway"
    province.agreement.amend(wilayah=frozenset({"11"}))
    assert (await province.carry(KELUAR)).alasan is None
    assert (await sent(province))["dihapus"]


async def test_what_breaks_off_while_it_is_sent_over_is_held_again(province):
    await edited(province)
    before = await held(province)
    province.faulty.faults = Faults(refuse=True)
    with pytest.raises(Unavailable):
        await province.sync.send_over("sijosku", before)
    province.faulty.faults = Faults()
    wait(province)
    await carried(province)
    assert await held(province) == before


async def test_a_repair_that_breaks_off_is_ended_by_the_next_turn(province):
    await province.meeting.control(restart="without_memory")

    async def refusing() -> None:
        await province.meeting.control(quota_spent=True)

    # Digests are told, and then nothing is taken any more.
    province.line.meanwhile = refusing
    with pytest.raises(Unavailable):
        await province.sync.compare("sijosku", repair=True)
    await province.meeting.control()
    assert await province.told() == []
    wait(province)
    await carried(province)
    assert (await sent(province))["nama"] == NAME


def wait(province):
    province.shelf.clock.advance(timedelta(hours=1))
    province.meeting.clock.advance(timedelta(hours=1))
