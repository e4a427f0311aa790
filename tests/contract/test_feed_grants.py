"""A grant that changes while a copy is kept: what leaves is told gone, what enters is told."""

import pytest

from gateway.domain.umpan import JenisPerubahan
from tests.contract.follower import Follower
from tests.contract.shelf import person, record

HERE, THERE = "64.02.06", "65.01"


@pytest.fixture
async def reader(shelf):
    """Has a copy of three records here; three more are there."""
    for number, area in enumerate((HERE, HERE, HERE, THERE, THERE, THERE)):
        kind = f"ppks:{number % 3}"
        await shelf.save(record(number, kind, orang=person(number, kode_wilayah=area)))
    follower = Follower(shelf, wilayah=frozenset({"64"}))
    assert len(await follower.catch_up()) == 3
    return follower


def sorts(told):
    return [item.jenis for item in told]


async def test_an_area_more_tells_what_lies_there_and_nothing_again(reader):
    reader.history.amend(wilayah=frozenset({"64", "65"}))
    assert sorts(await reader.catch_up()) == [JenisPerubahan.ADA] * 3
    assert len(reader.copy) == 6


async def test_an_area_less_tells_what_is_gone_and_nothing_else(reader):
    before = set(reader.copy)
    reader.history.amend(wilayah=frozenset({"65"}))
    told = await reader.catch_up(2)
    assert {item.id for item in told if item.jenis is JenisPerubahan.HAPUS} == before
    assert sorts(told).count(JenisPerubahan.ADA) == 3
    assert reader.copy == await reader.shown()


async def test_a_kind_less_takes_its_records_away(reader):
    reader.history.amend(kategori=frozenset({"ppks:0"}))
    await reader.catch_up()
    assert len(reader.copy) == 1
    assert reader.copy == await reader.shown()


async def test_an_attribute_more_tells_every_record_again_with_it(reader):
    more = reader.history.versions[-1].atribut | {"tanggal_lahir"}
    reader.history.amend(atribut=more)
    assert sorts(await reader.catch_up()) == [JenisPerubahan.ADA] * 3
    assert all("tanggal_lahir" in data for data in reader.copy.values())


async def test_an_attribute_that_comes_and_goes_while_a_reader_is_behind_leaves_no_trace(reader):
    less = reader.history.versions[-1].atribut
    reader.history.amend(atribut=less | {"tanggal_lahir"})
    assert not await reader.poll(1)
    reader.history.amend(atribut=less)
    await reader.catch_up()
    assert reader.copy == await reader.shown()


async def test_an_amendment_that_shows_the_same_tells_nothing(reader):
    reader.history.amend(tujuan="P-LAIN")
    assert await reader.catch_up() == []


async def test_a_record_that_moves_out_of_the_grant_is_told_gone_once(reader, shelf):
    moved = person(0, kode_wilayah=THERE)
    await shelf.save(record(0, orang=moved))
    (told,) = await reader.catch_up()
    assert (told.jenis, told.data) == (JenisPerubahan.HAPUS, None)
    # Where it is now, it goes on without the reader's notice.
    await shelf.save(record(0, orang=moved, versi="lagi"), record(0, orang=moved, dihapus=True))
    assert await reader.catch_up() == []


async def test_a_record_that_was_never_shown_leaves_without_a_word(reader, shelf):
    there = person(3, kode_wilayah=THERE)
    await shelf.save(record(3, orang=there, dihapus=True), record(4, "ppks:lain", orang=there))
    assert await reader.catch_up() == []


async def test_records_that_come_and_go_before_a_reader_begins_are_not_told(shelf):
    await shelf.save(record(1), record(2))
    await shelf.save(record(1, dihapus=True))
    assert sorts(await Follower(shelf).catch_up()) == [JenisPerubahan.ADA]
