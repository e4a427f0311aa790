"""Whoever applies exports one after another has what the grant shows, whatever happened between."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.domain.errors import Gone
from gateway.infra.db.exports.tables import EKSPOR, EKSPOR_TITIK
from tests.contract.copier import KEEP, Copier
from tests.contract.follower import grants
from tests.contract.shelf import record
from tests.contract.test_feed_converges import changes, emptied, stored

steps = st.lists(
    st.tuples(st.just("store"), changes)
    | st.tuples(st.just("amend"), grants)
    | st.tuples(st.just("update"), st.booleans()),
    min_size=1,
    max_size=15,
)


async def anew(shelf):
    await emptied(shelf)
    async with shelf.database.writing() as connection:
        for table in (EKSPOR, EKSPOR_TITIK):
            await connection.execute(table.delete())


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=grants, steps=steps)
async def test_a_copy_by_exports_becomes_what_the_list_shows(shelf, tmp_path, first, steps):
    await anew(shelf)
    copier = Copier(shelf, tmp_path, **first)
    for what, told in steps:
        if what == "store":
            await shelf.save(*(stored(*one) for one in told))
        elif what == "amend":
            copier.history.amend(**told)
        else:
            # Sometimes several within one moment of the clock.
            shelf.clock.advance(timedelta(microseconds=300) if told else timedelta(seconds=1))
            await copier.update()
            assert copier.copy == await copier.shown_as_json()
    await copier.update()
    assert copier.copy == await copier.shown_as_json()
    assert (await copier.update()).berkas == ()


async def test_records_that_left_are_told_once(shelf, tmp_path):
    await shelf.save(*(record(number) for number in range(4)))
    copier = Copier(shelf, tmp_path)
    await copier.update()
    await shelf.save(record(1, dihapus=True), record(2, "ppks:lain"))
    await shelf.save(record(2, "ppks:lain", dihapus=True))
    await copier.update()
    assert len(copier.left) == 2
    copier.history.amend(wilayah=frozenset({"11"}))
    await copier.update()
    assert len(copier.left) == 2
    assert copier.copy == {}
    await copier.update()
    assert copier.left == set()


@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=5)])
async def test_a_moment_of_nobodys_tells_rather_too_much(shelf, tmp_path, later):
    """A client that asks by its own clock has the last export before it, or the moment's changes."""
    copier = Copier(shelf, tmp_path)
    await shelf.save(record(1))
    shelf.clock.advance(timedelta(hours=1))
    begin = shelf.clock()
    await shelf.save(record(2))
    copier.sejak = begin
    found = await copier.update()
    assert found.ekspor.jumlah == 1
    shelf.clock.advance(timedelta(hours=1))
    await shelf.save(record(3))
    shelf.clock.advance(timedelta(hours=1))
    assert copier.sejak is not None
    copier.sejak += later
    assert (await copier.update()).ekspor.jumlah == 1
    assert len(copier.copy) == 2


async def test_what_changed_too_long_ago_is_refused(shelf, tmp_path):
    copier = Copier(shelf, tmp_path)
    await copier.update()
    shelf.clock.advance(KEEP - timedelta(seconds=1))
    await copier.ask(copier.sejak)
    shelf.clock.advance(timedelta(seconds=2))
    with pytest.raises(Gone) as refused:
        await copier.ask(copier.sejak)
    assert refused.value.code == "since_too_old"


async def test_moments_are_told_in_whole_milliseconds(shelf, tmp_path):
    copier = Copier(shelf, tmp_path)
    shelf.clock.advance(timedelta(microseconds=123456))
    moments = [(await copier.update()).ekspor.transaksi_pada for _ in range(3)]
    assert [moment.microsecond for moment in moments] == [123000, 124000, 125000]
