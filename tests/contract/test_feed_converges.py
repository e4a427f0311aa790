"""Whoever applies the feed has what the grant shows, whatever happened to records and grant."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.domain.person import Penduduk
from gateway.infra.db.tables import METADATA, PPKS, PPKS_KATEGORI, PPKS_LAMPAU
from tests.contract.follower import AREAS, KINDS, Follower, grants
from tests.contract.shelf import record

changes = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.sampled_from(AREAS) | st.none(),
        st.sets(st.sampled_from(KINDS)),
        st.booleans(),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=4,
)
steps = st.lists(
    st.tuples(st.just("store"), changes)
    | st.tuples(st.just("amend"), grants)
    | st.tuples(st.just("poll"), st.integers(1, 4)),
    min_size=1,
    max_size=25,
)


def stored(number, area, kinds, dihapus, name):
    person = Penduduk(nama_lengkap=f"CONTOH {name}", **({"kode_wilayah": area} if area else {}))
    return record(number, *sorted(kinds) or KINDS[:1], orang=person, dihapus=dihapus)


async def emptied(shelf):
    async with shelf.database.writing() as connection:
        for table in (PPKS_KATEGORI, PPKS, PPKS_LAMPAU):
            await connection.execute(METADATA.tables[table.name].delete())


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=grants, steps=steps)
async def test_a_copy_by_the_feed_becomes_what_the_list_shows(shelf, first, steps):
    await emptied(shelf)
    follower = Follower(shelf, **first)
    for what, told in steps:
        shelf.clock.advance(timedelta(seconds=1))
        if what == "store":
            await shelf.save(*(stored(*one) for one in told))
        elif what == "amend":
            follower.history.amend(**told)
        elif await follower.poll(told):
            assert follower.copy == await follower.shown()
    await follower.catch_up(3)
    assert follower.copy == await follower.shown()
    assert await follower.catch_up() == []


@pytest.mark.parametrize("limit", [1, 2, 1000])
async def test_without_a_cursor_it_is_all_that_the_grant_shows_each_once(shelf, limit):
    await shelf.save(*(record(number) for number in range(5)))
    await shelf.save(record(2, dihapus=True), record(3, "ppks:lain"))
    follower = Follower(shelf)
    told = await follower.catch_up(limit)
    assert [item.jenis for item in told] == ["ada"] * 4
    assert follower.copy == await follower.shown()
