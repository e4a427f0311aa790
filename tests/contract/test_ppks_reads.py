"""What a view shows of the store is what the policy says in memory, row by row."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from gateway.domain.policy import SELALU, View, saring_kategori, tampak
from gateway.domain.ports import KondisiPpks
from gateway.domain.ppks import RekamanPpks, StatusPpks
from tests.contract.shelf import (
    ALL_ATTRIBUTES,
    EVERYTHING,
    NO_CONDITION,
    START,
    Shelf,
    category,
    nik,
    person,
    record,
)

# Neighbours whose codes begin alike, in characters but not in segments.
AREAS = (
    None, "6", "64", "64.0", "64.02", "64.02.06", "64.02.06.1001", "64.02.06.10010", "64.02.060", "64.020",
    "64.03", "640", "6402", "64/", "64-02", "65", "65.02.06", "64.02.16", "64.2", "64.02.06/",
)  # fmt: skip
KINDS = ("ppks:a", "ppks:b", "ppks:ab", "ppks:a:b", "psks:a", "pas:anak", "PPKS:A")
GRANTED_AREAS = ("6", "64", "64.02", "64.02.06", "64.02.06.1001", "65", "11", "64.0")
CONDITIONS = tuple(name for name in KondisiPpks.__struct_fields__ if name != "diubah_sejak")
STATUSES = (StatusPpks.TERDATA, StatusPpks.DITETAPKAN)
PEOPLE = 300
VIEWS = 200


def some(chance: random.Random, choices: tuple[Any, ...], most: int) -> list[Any]:
    return chance.sample(choices, chance.randint(0, most))


def invented_records(chance: random.Random) -> Iterator[RekamanPpks]:
    for number in range(PEOPLE):
        born = date(1990, 1, 1) + timedelta(days=number % 5)
        name = f"CONTOH WARGA {number % 40}"
        area = chance.choice(AREAS)
        yield record(
            number,
            orang=person(number, kode_wilayah=area, tanggal_lahir=born, nama_lengkap=name),
            kategori=tuple(map(category, some(chance, KINDS, 3))),
            status=chance.choice(STATUSES),
            dihapus=chance.random() < 0.1,
        )


def invented_view(chance: random.Random) -> View:
    return View(
        atribut=frozenset(some(chance, tuple(sorted(ALL_ATTRIBUTES)), len(ALL_ATTRIBUTES))),
        atribut_cocok=frozenset(),
        wilayah=chance.choice((None, frozenset(some(chance, GRANTED_AREAS, 3)))),
        kategori=chance.choice((None, frozenset(some(chance, (*KINDS, "ppks:lain"), 3)))),
    )


def invented_condition(chance: random.Random) -> KondisiPpks:
    told = {
        "kode_wilayah": chance.choice(GRANTED_AREAS),
        "kategori": chance.choice(KINDS),
        "status": chance.choice(STATUSES).value,
        "nik": nik(chance.randrange(PEOPLE)),
        "nama_lengkap": f"CONTOH WARGA {chance.randrange(45)}",
        "tanggal_lahir": date(1990, 1, 1) + timedelta(days=chance.randrange(6)),
    }
    return KondisiPpks(**{name: told[name] for name in some(chance, CONDITIONS, 2)})


def expected(view: View, kondisi: KondisiPpks, one: RekamanPpks) -> bool:
    """The rule, written out once more without a database."""
    area = one.orang.kode_wilayah
    kinds = {item.kode for item in one.kategori}
    if one.dihapus or not tampak(view, area, kinds):
        return False
    asked = kondisi.kode_wilayah
    if asked is not None and not (area == asked or str(area).startswith(asked + ".")):
        return False
    shown_kinds = {item.kode for item in saring_kategori(view, one.kategori)}
    if kondisi.kategori is not None and kondisi.kategori not in shown_kinds:
        return False
    pairs = (
        (kondisi.status, one.status.value),
        (kondisi.nik, one.orang.nik),
        (kondisi.nama_lengkap, one.orang.nama_lengkap),
        (kondisi.tanggal_lahir, one.orang.tanggal_lahir),
    )
    return all(asked is None or asked == told for asked, told in pairs)


async def read_through(shelf: Shelf, view: View, kondisi: KondisiPpks, limit: int) -> list[Any]:
    """Every item, page by page."""
    items: list[Any] = []
    after = None
    while True:
        page = await shelf.ppks.page(view, kondisi, after, limit)
        assert len(page.items) <= limit
        items += page.items
        if (after := page.lanjut) is None:
            return items


async def test_rows_are_those_of_the_policy_in_memory(shelf):
    chance = random.Random(64)
    records = list(invented_records(chance))
    await shelf.save(*records)
    ids = {row["id"]: row["id_sumber"] for row in await shelf.rows("ppks")}
    shown = hidden = 0
    for _ in range(VIEWS):
        view, kondisi = invented_view(chance), invented_condition(chance)
        right = {one.id_sumber for one in records if expected(view, kondisi, one)}
        items = await read_through(shelf, view, kondisi, chance.choice((7, 50, 1000)))
        assert sorted(ids[item["id"]] for item in items) == sorted(right), (view, kondisi)
        shown += len(right)
        hidden += len(records) - len(right)
    # The examples are worth something: plenty on either side.
    assert min(shown, hidden) > 2_000


async def test_columns_and_categories_are_those_that_are_granted_and_true(shelf):
    chance = random.Random(65)
    records = {one.id_sumber: one for one in invented_records(chance)}
    await shelf.save(*records.values())
    ids = {row["id"]: records[row["id_sumber"]] for row in await shelf.rows("ppks")}
    for _ in range(60):
        view = invented_view(chance)
        for item in await read_through(shelf, view, NO_CONDITION, 1000):
            one = ids[item["id"]]
            assert set(item) <= {*SELALU, *view.atribut}
            for name in {"nik", "no_kk", "nama_lengkap", "kode_wilayah"} & view.atribut:
                assert item.get(name) == getattr(one.orang, name)
            if "kategori" in item:
                assert item["kategori"] == saring_kategori(view, one.kategori)
            if "sumber" in item:
                assert set(item["sumber"]["atribut"]) <= view.atribut
                assert set(item["sumber"]["asli"]) <= view.atribut


async def test_one_record_is_there_exactly_where_the_list_would_show_it(shelf):
    chance = random.Random(66)
    records = {one.id_sumber: one for one in invented_records(chance)}
    await shelf.save(*records.values())
    rows = await shelf.rows("ppks")
    for row in chance.sample(list(rows), 80):
        view = invented_view(chance)
        item = await shelf.ppks.one(view, row["id"])
        assert (item is not None) == expected(view, NO_CONDITION, records[row["id_sumber"]])
    assert await shelf.ppks.one(EVERYTHING, "tak-ada") is None


@pytest.mark.parametrize(
    "view",
    [
        View(atribut=ALL_ATTRIBUTES, atribut_cocok=frozenset(), wilayah=frozenset(), kategori=None),
        View(atribut=ALL_ATTRIBUTES, atribut_cocok=frozenset(), wilayah=None, kategori=frozenset()),
    ],
    ids=["no area", "no category"],
)
async def test_an_empty_list_grants_nothing(shelf, view):
    await shelf.save(record(1))
    [row] = await shelf.rows("ppks")
    assert await shelf.ppks.one(view, row["id"]) is None
    assert (await shelf.ppks.page(view, NO_CONDITION, None, 10)).items == ()


async def test_a_record_without_area_is_shown_to_a_grant_of_all_areas_only(shelf):
    await shelf.save(record(1, orang=person(1, kode_wilayah=None)))
    [item] = await shelf.shown(EVERYTHING)
    assert "kode_wilayah" not in item
    one_area = View(
        atribut=ALL_ATTRIBUTES, atribut_cocok=frozenset(), wilayah=frozenset({"64"}), kategori=None
    )
    assert await shelf.shown(one_area) == []


async def test_what_is_deleted_is_shown_to_nobody(shelf):
    await shelf.save(record(1))
    [item] = await shelf.shown()
    await shelf.save(record(1, dihapus=True))
    assert await shelf.shown() == []
    assert await shelf.ppks.one(EVERYTHING, item["id"]) is None
    await shelf.save(record(1))
    assert [again["id"] for again in await shelf.shown()] == [item["id"]]


@pytest.mark.parametrize("limit", [1, 3, 10, 1000])
async def test_pages_bring_every_record_once_though_many_changed_at_the_same_moment(shelf, limit):
    for step in range(4):
        await shelf.save(*(record(100 * step + number) for number in range(10)))
        shelf.clock.advance(timedelta(microseconds=1) if step % 2 else timedelta(hours=1))
    items = await read_through(shelf, EVERYTHING, NO_CONDITION, limit)
    keys = [(item["diubah_pada"], item["id"]) for item in items]
    assert len(keys) == 40
    assert keys == sorted(set(keys))
    assert len({moment for moment, _ in keys}) == 4


async def test_what_changed_since_a_moment_includes_that_moment(shelf):
    await shelf.save(record(1))
    shelf.clock.advance(timedelta(seconds=1))
    await shelf.save(record(2))
    later = START + timedelta(seconds=1)
    assert len(await shelf.shown(diubah_sejak=START)) == 2
    assert [item["diubah_pada"] for item in await shelf.shown(diubah_sejak=later)] == [later]
    assert await shelf.shown(diubah_sejak=later + timedelta(microseconds=1)) == []


async def test_a_moment_comes_back_aware_and_whole(shelf):
    shelf.clock.now = START.replace(microsecond=123_456)
    await shelf.save(record(1))
    [item] = await shelf.shown()
    assert item["diubah_pada"] == START.replace(microsecond=123_456)
    assert item["diubah_pada"].utcoffset() == timedelta(0)
