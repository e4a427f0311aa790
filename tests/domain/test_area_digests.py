"""Digests of areas: the same records, the same digests; what differs is found where it lies."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.area_digests import AreaDigests, differing, nothing, only_in

AREAS = ("", "64", "64.02", "64.02.06", "64.020", "65", "65.01.05.1001")
records = st.lists(
    st.tuples(st.sampled_from(AREAS), st.binary(min_size=16, max_size=16)), max_size=20
)


def summed(told):
    sums = AreaDigests()
    for kode, sidik in told:
        sums.add(kode, sidik)
    return sums


def walk(ours, theirs, kode=None):
    """Every area in which the two differ."""
    for name in differing(ours.below(kode), theirs.below(kode)):
        yield name
        if name:
            yield from walk(ours, theirs, name)


@given(told=records, data=st.data())
def test_the_order_does_not_matter(told, data):
    shuffled = data.draw(st.permutations(told))
    assert not list(walk(summed(told), summed(shuffled)))


@given(told=records, extra=st.tuples(st.sampled_from(AREAS), st.binary(min_size=16, max_size=16)))
def test_one_record_more_shows_in_its_area_and_those_around_it_alone(told, extra):
    kode = extra[0]
    around = {kode, *(kode[:place] for place, sign in enumerate(kode) if sign == ".")}
    assert set(walk(summed(told), summed([*told, extra]))) == around


@given(told=records)
def test_an_area_is_what_lies_in_it_alone_and_what_lies_below(told):
    sums = summed(told)
    for kode, area in sums.below(None).items():
        alone = [item for item in told if item[0] == kode]
        below = sums.below(kode).values() if kode else ()
        expected = summed(alone).below(None).get(kode) or nothing(kode)
        assert only_in(area, below) == expected
