"""Whose records are whose: by a number that proves it, or by a review, and never by a guess."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.merging.identity import Ciri
from gateway.domain.merging.persons import Sumber, Tinjauan, kelompok_orang

TODAY = date(2026, 11, 21)
ONE, TWO = "9901014101900001", "9901014101900002"


def source(name, nik=None, nama="CONTOH SATU", *, dihapus=False):
    return Sumber(id=name, nik=nik, ciri=Ciri(nama_lengkap=nama), dihapus=dihapus)


def groups(*sources, sama=(), beda=()):
    reviews = Tinjauan(sama=frozenset(sama), beda=frozenset(beda))
    return kelompok_orang(sources, reviews, TODAY)


def test_the_same_number_is_the_same_person():
    assert groups(source("a", ONE), source("b", TWO), source("c", ONE)) == [("a", "c"), ("b",)]


def test_the_same_name_is_not():
    assert groups(source("a"), source("b")) == [("a",), ("b",)]


def test_one_contradiction_keeps_all_of_a_number_apart():
    three = (source("a", ONE), source("b", ONE), source("c", ONE, "TETANGGA LAIN"))
    assert groups(*three) == [("a",), ("b",), ("c",)]
    gone = source("c", ONE, "TETANGGA LAIN", dihapus=True)
    assert groups(*three[:2], gone) == [("a", "b", "c")]


def test_what_was_reviewed_holds_whatever_the_numbers_say():
    assert groups(source("a", ONE), source("b", TWO), sama=[("a", "b")]) == [("a", "b")]
    assert groups(source("a", ONE), source("b", ONE), beda=[("a", "b")]) == [("a",), ("b",)]


def test_two_whom_a_reviewer_kept_apart_are_not_joined_through_a_third():
    three = (source("a"), source("b"), source("c"))
    joined = {"sama": [("a", "b"), ("b", "c")], "beda": [("a", "c")]}
    assert groups(*three, **joined) == [("a",), ("b",), ("c",)]


names = st.sampled_from("abcdef")
sources = st.lists(
    st.builds(
        source,
        names,
        st.sampled_from((None, ONE, TWO)),
        st.sampled_from(("CONTOH SATU", "TETANGGA LAIN", None)),
        dihapus=st.booleans(),
    ),
    unique_by=lambda one: one.id,
)
pairs = st.lists(
    st.tuples(names, names).filter(lambda pair: pair[0] < pair[1]), max_size=3, unique=True
)


@given(sources.flatmap(lambda made: st.tuples(st.just(made), st.permutations(made))), pairs, pairs)
def test_each_record_is_of_one_person_and_the_order_is_nothing(orders, sama, beda):
    first, second = (groups(*order, sama=sama, beda=beda) for order in orders)
    assert first == second
    assert sorted(record for group in first for record in group) == sorted(
        one.id for one in orders[0]
    )
    assert not any(one in group and other in group for group in first for one, other in beda)
