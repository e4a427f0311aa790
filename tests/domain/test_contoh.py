"""Samples: who is drawn is fixed by the seed, and no small group is told, whatever is asked."""

from collections import defaultdict
from hashlib import sha256
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.domain.contoh import (
    KondisiContoh,
    RekamanKasar,
    Undian,
    golongan,
    golongan_tampak,
)
from gateway.domain.policy import View

THRESHOLD = 5
KINDS = ["ppks:a", "ppks:b"]
WHOLE = View(
    atribut=frozenset(), atribut_cocok=frozenset(), wilayah=frozenset(("64",)), kategori=None
)


def names(key):
    return lambda text: str(UUID(bytes=sha256(f"{key}|{text}".encode()).digest()[:16]))


def record(number, *, person=None, year="1990", area="64.02.06.1001", kinds=("ppks:a",)):
    return RekamanKasar(
        id=f"id-{number}",
        rujukan=f"orang-{number if person is None else person}",
        tahun_lahir=year,
        kode_wilayah=area,
        kategori=kinds,
    )


def draw(records, *, key="k", shown=lambda _group: True, size=1000, seed="1", **asked):
    kondisi = KondisiContoh(ukuran=size, benih=seed, **asked)
    undian = Undian(kondisi, THRESHOLD, shown, names(key))
    undian.lihat(records)
    return undian.hasil()


def people(seed=0, count=400):
    chance = Random(seed)
    return [
        record(
            number,
            person=chance.randrange(count),
            year=chance.choice([None, "", "1950", "1954", "1955", "1990", "2001"]),
            area=chance.choice([None, "64", "64.02", "64.02.06", "64.03.01.2001", "65.71.01"]),
            kinds=tuple(chance.sample(KINDS, chance.randint(0, 2))),
        )
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"year": "1994", "area": "64.02.06.1001"}, ("1990-1994", "64.02", ("ppks:a",))),
        ({"year": "1995", "area": "64"}, ("1995-1999", "64", ("ppks:a",))),
        ({"year": None, "area": None}, (None, None, ("ppks:a",))),
        ({"kinds": ("ppks:b", "ppks:a")}, ("1990-1994", "64.02", ("ppks:a", "ppks:b"))),
    ],
)
def test_a_record_is_told_as_coarsely_as_its_group(told, expected):
    assert golongan(record(1, **told)) == expected


def test_the_same_seed_draws_the_same_whatever_the_order():
    some = people()
    shuffled = Random(1).sample(some, len(some))
    assert draw(some, size=50) == draw(shuffled, size=50)


def test_another_seed_or_engagement_draws_others_under_other_names():
    some = people()
    usual = {each.id for each in draw(some, size=50).items}
    for other in (draw(some, size=50, seed="2"), draw(some, size=50, key="lain")):
        assert not usual & {each.id for each in other.items}


def test_a_larger_sample_holds_the_smaller_one():
    some = people()
    small = {each.id for each in draw(some, size=30).items}
    assert small <= {each.id for each in draw(some, size=60).items}


def sizes(records):
    persons = defaultdict(set)
    for each in records:
        persons[golongan(each)].add(each.rujukan)
    return {group: len(some) for group, some in persons.items()}


@given(
    seed=st.integers(0, 1000),
    size=st.sampled_from([1, 10, 1000]),
    area=st.sampled_from([None, "64", "64.02", "65"]),
    kind=st.sampled_from([None, *KINDS]),
)
@settings(max_examples=60)
def test_only_groups_of_enough_persons_are_drawn_and_the_rest_is_counted(seed, size, area, kind):
    some = people(seed, 150)
    large = sizes(some)
    told = draw(some, size=size, kode_wilayah=area, kategori=kind)
    assert all(large[each.golongan] >= THRESHOLD for each in told.items)
    withheld = sum(large[golongan(each)] < THRESHOLD for each in some)
    assert told.ditahan == (None if 0 < withheld < THRESHOLD else withheld)
    asked = [each for each in some if fits(golongan(each), area, kind)]
    assert len(told.items) == min(size, sum(large[golongan(each)] >= THRESHOLD for each in asked))


def test_no_sample_tells_how_many_records_a_small_group_has():
    """Neither by what a filter leaves out of it, nor by where a larger sample is no longer one."""
    usual = [record(number) for number in range(20)]
    few = {year: [record(n, year=year, kinds=KINDS) for n in range(int(year), int(year) + count)]
           for year, count in (("1950", 4), ("1960", 1), ("1970", 3))}  # fmt: skip
    some = usual + [each for group in few.values() for each in group]
    for asked in ({}, {"kode_wilayah": "64.02"}, {"kategori": "ppks:b"}):
        large = 0 if "kategori" in asked else 20
        for size in (*range(1, 24), 1000):
            told = draw(some, size=size, **asked)
            assert (len(told.items), told.ditahan) == (min(size, large), 8)
    assert draw(some).items == draw(usual).items


def fits(group, area, kind):
    inside = area is None or (group.kode_wilayah or "").startswith(area)
    return inside and (kind is None or kind in group.kategori)


def test_many_records_of_one_person_are_one_person():
    told = draw([record(number, person=1) for number in range(50)])
    assert (told.items, told.ditahan) == ((), 50)


def test_what_is_withheld_does_not_depend_on_what_is_asked():
    """A filter cannot make a small group of a large one, nor the other way round."""
    some = [record(n) for n in range(9)]
    some += [record(n, kinds=("ppks:a", "ppks:b")) for n in range(9, 13)]
    told = draw(some, kategori="ppks:b")
    assert (told.items, told.ditahan) == ((), None)
    assert draw(some, kategori="ppks:a").ditahan is None
    assert len(draw(some, kategori="ppks:a").items) == 9


@pytest.mark.parametrize(
    ("narrowed", "shown"),
    [
        ({}, True),
        ({"wilayah": frozenset(("64.02",))}, True),
        ({"wilayah": frozenset(("64.02.06",))}, False),
        ({"wilayah": frozenset(("64.03",))}, False),
        ({"kategori": frozenset(("ppks:a", "ppks:b"))}, True),
        ({"kategori": frozenset(("ppks:a",))}, False),
    ],
)
def test_a_narrowed_token_is_told_groups_that_it_sees_whole(narrowed, shown):
    group = golongan(record(1, kinds=("ppks:a", "ppks:b")))
    assert golongan_tampak(WHOLE, replace(WHOLE, **narrowed))(group) is shown
