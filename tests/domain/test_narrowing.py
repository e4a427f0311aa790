"""A narrowing takes away and never adds, whatever becomes of the grant."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from gateway.domain.grant import SEMUA, Grant, Scope
from gateway.domain.narrowing import NarrowingRefused, Penyempitan, narrowing
from gateway.domain.policy import NOTHING, View, buka, tampak
from tests.fixtures.oauth import START, grant_of

AREAS = ["64", "64.02", "64.02.06", "64.02.06.1001", "64.020.06", "64.021", "64.03", "65"]
KINDS = ["ppks:lanjut-usia-telantar", "ppks:penyandang-disabilitas", "psks:karang-taruna"]
NAMES = ["nik", "nama_lengkap", "kode_wilayah", "kategori"]


def some(names, *, whole: bool = False):
    picked = st.frozensets(st.sampled_from(names))
    return picked | st.just(frozenset((SEMUA,))) if whole else picked


grants = st.builds(
    lambda **fields: grant_of("dinkes", "G-1", **fields),
    scopes=some(list(Scope)),
    atribut=some(NAMES),
    atribut_cocok=some(NAMES),
    wilayah=some([area for area in AREAS if area != "64.020.06"], whole=True),
    kategori=some(KINDS, whole=True),
)
narrowings = st.builds(
    Penyempitan,
    type=st.just("uji"),
    actions=st.just(UNSET) | some(list(Scope)).map(tuple),
    wilayah=st.just(UNSET) | some(AREAS, whole=True).map(tuple),
    kategori=st.just(UNSET) | some(KINDS, whole=True).map(tuple),
    atribut=st.just(UNSET) | some(NAMES).map(tuple),
    atribut_cocok=st.just(UNSET) | some(NAMES).map(tuple),
)
records = st.tuples(st.none() | st.sampled_from(AREAS), some(KINDS))


def asked(**fields) -> Penyempitan:
    return Penyempitan(type="uji", **fields)


def alone(sempit: Penyempitan) -> View:
    """What a grant of everything, narrowed so, shows."""
    everything = grant_of(
        "a", "G", atribut=frozenset(NAMES), atribut_cocok=frozenset(NAMES),
        wilayah=frozenset("*"), kategori=frozenset("*"),
    )  # fmt: skip
    return buka(everything, START, sempit)


@given(grant=grants, sempit=narrowings, record=records)
def test_what_is_shown_is_what_both_show_and_nothing_else(
    grant: Grant, sempit: Penyempitan, record: tuple[str | None, frozenset[str]]
):
    """Also where the narrowing holds more than the grant has by now."""
    both, whole, narrow = buka(grant, START, sempit), buka(grant, START), alone(sempit)
    assert both.atribut == whole.atribut & narrow.atribut
    assert both.atribut_cocok == whole.atribut_cocok & narrow.atribut_cocok
    area, kinds = record
    seen_by_each = [
        tampak(msgspec.structs.replace(view, kategori=None), area, kinds)
        for view in (whole, narrow)
    ]
    assert tampak(msgspec.structs.replace(both, kategori=None), area, kinds) is all(seen_by_each)
    for kind in KINDS:
        assert _shows(both, kind) is (_shows(whole, kind) and _shows(narrow, kind))


def _shows(view: View, kind: str) -> bool:
    return view.kategori is None or kind in view.kategori


@given(grant=grants, sempit=narrowings)
def test_what_is_allowed_shows_exactly_what_was_asked_for(grant: Grant, sempit: Penyempitan):
    try:
        allowed = narrowing(sempit, grant)
    except NarrowingRefused:
        return
    view, narrow = buka(grant, START, allowed), alone(allowed)
    if allowed.wilayah is not UNSET:
        # The grant may name an area and one within it; which of them are named says the same.
        every_kind = [replace(each, kategori=None) for each in (view, narrow)]
        for area in AREAS:
            assert len({tampak(each, area, ()) for each in every_kind}) == 1
    if allowed.kategori is not UNSET:
        assert view.kategori == narrow.kategori
    if allowed.atribut is not UNSET:
        assert view.atribut == frozenset(allowed.atribut)


def test_a_grant_that_does_not_hold_opens_nothing_however_narrow():
    over = START + timedelta(days=400)
    assert buka(grant_of("dinkes", "G-1"), over, asked(wilayah=("64.02",))) == NOTHING


def test_names_are_kept_once_and_in_order():
    grant = grant_of("dinkes", "G-1", wilayah=frozenset(("64",)))
    allowed = narrowing(asked(wilayah=("64.03", "64.02", "64.03")), grant)
    assert allowed.wilayah == ("64.02", "64.03")


def test_empty_is_nothing():
    allowed = narrowing(asked(wilayah=(), atribut=()), grant_of("dinkes", "G-1"))
    view = buka(grant_of("dinkes", "G-1"), START, allowed)
    assert view.kosong
    assert view.atribut == frozenset()


MORE = {
    "another area": ("wilayah", ("64.03",)),
    "the area around": ("wilayah", ("64",)),
    "an area that begins with the same characters": ("wilayah", ("64.021",)),
    "all areas": ("wilayah", ("*",)),
    "one area too many": ("wilayah", ("64.02.06", "65")),
    "no area code": ("wilayah", ("64.02.x",)),
    "another category": ("kategori", ("psks:karang-taruna",)),
    "all categories": ("kategori", ("*",)),
    "another attribute": ("atribut", ("nik",)),
    "all attributes": ("atribut", ("*",)),
    "an attribute that is only shown": ("atribut_cocok", ("nama_lengkap",)),
    "another scope": ("actions", (Scope.SYSTEMS_READ,)),
    "no scope at all": ("actions", ()),
}


@pytest.mark.parametrize("case", MORE)
def test_refused_is(case):
    field, names = MORE[case]
    grant = grant_of("dinkes", "G-1", kategori=frozenset(("ppks:lanjut-usia-telantar",)))
    with pytest.raises(NarrowingRefused) as raised:
        narrowing(asked(**{field: names}), grant)
    assert raised.value.field == field
    assert not any(name in str(raised.value) for name in names)


def test_under_a_grant_of_all_areas_an_area_must_still_be_one():
    grant = grant_of("dinkes", "G-1", wilayah=frozenset(("*",)))
    with pytest.raises(NarrowingRefused):
        narrowing(asked(wilayah=("6402",)), grant)
    assert narrowing(asked(wilayah=("*",)), grant).wilayah == ("*",)
