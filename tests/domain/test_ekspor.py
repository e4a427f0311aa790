"""Whether what was written may be told under another view, and what each of its files holds."""

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.ekspor import BagianEkspor, bagi, termuat
from gateway.domain.policy import NOTHING, View
from gateway.domain.samaran import Samaran
from gateway.domain.wilayah import Tingkat

MADE = View(
    atribut=frozenset({"status", "kategori"}),
    atribut_cocok=frozenset(),
    wilayah=frozenset({"64.02"}),
    kategori=frozenset({"ppks:satu"}),
)


def changed(**changes):
    return msgspec.structs.replace(MADE, **changes)


@pytest.mark.parametrize(
    "now",
    [
        MADE,
        changed(atribut=frozenset({"status", "kategori", "nik"})),
        changed(atribut_cocok=frozenset({"nik"})),
        changed(wilayah=None),
        changed(wilayah=frozenset({"64", "11"})),
        changed(kategori=None),
        changed(kategori=frozenset({"ppks:satu", "ppks:dua"})),
        changed(terbatas=True),
    ],
)
def test_a_view_that_shows_as_much_opens_it(now):
    assert termuat(MADE, now)


@pytest.mark.parametrize(
    "now",
    [
        NOTHING,
        changed(atribut=frozenset({"status"})),
        changed(wilayah=frozenset()),
        changed(wilayah=frozenset({"64.02.06"})),
        changed(wilayah=frozenset({"64.0"})),
        changed(kategori=frozenset({"ppks:dua"})),
        changed(rekaman=False),
        changed(samaran=Samaran(kunci="G-1", tingkat=Tingkat.KAB_KOTA)),
    ],
)
def test_a_view_that_shows_less_does_not(now):
    assert not termuat(MADE, now)


def test_what_shows_those_who_stopped_disclosure_is_more_than_what_does_not():
    assert not termuat(changed(terbatas=True), MADE)


@pytest.mark.parametrize("part", ["wilayah", "kategori"])
def test_all_there_is_is_more_than_any_part(part):
    assert not termuat(changed(**{part: None}), MADE)
    assert termuat(changed(**{part: None}), changed(**{part: None}))


def units(*rows):
    return [
        BagianEkspor(sesudah=10 * place - 1, sampai=10 * place + 9, baris=count)
        for place, count in enumerate(rows)
    ]


@given(
    rows=st.lists(st.integers(1, 10), max_size=60),
    hands=st.integers(1, 4),
    most=st.integers(10, 40),
)
def test_records_are_shared_out_among_files_that_are_not_too_large(rows, hands, most):
    parts = bagi(units(*rows), hands=hands, most=most)
    assert sum(part.baris for part in parts) == sum(rows)
    assert all(0 < part.baris <= most for part in parts)
    assert all(one.sampai <= two.sesudah for one, two in pairwise(parts))
    for unit in units(*rows):
        assert [p for p in parts if p.sesudah <= unit.sesudah and unit.sampai <= p.sampai]


@pytest.mark.parametrize(("count", "files"), [(30, 2), (60, 2), (200, 2), (201, 4), (1000, 10)])
def test_each_hand_has_as_many_files_that_are_as_large(count, files):
    parts = bagi(units(*[1] * count), hands=2, most=100)
    assert len(parts) == files
    assert max(part.baris for part in parts) - min(part.baris for part in parts) <= files


def test_numbers_that_nobody_has_are_passed_over():
    near, far = units(3, 4)[0], BagianEkspor(sesudah=999, sampai=1009, baris=5)
    assert bagi([near, far], hands=1, most=100) == [BagianEkspor(sesudah=-1, sampai=1009, baris=8)]
    assert bagi([], hands=2, most=100) == []
