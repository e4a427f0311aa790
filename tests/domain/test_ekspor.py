"""Whether what was written under one view may be told under another."""

import msgspec
import pytest

from gateway.domain.ekspor import termuat
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


@pytest.mark.parametrize("part", ["wilayah", "kategori"])
def test_all_there_is_is_more_than_any_part(part):
    assert not termuat(changed(**{part: None}), MADE)
    assert termuat(changed(**{part: None}), changed(**{part: None}))
