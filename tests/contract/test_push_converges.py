"""Whoever takes the messages that come has what the grant shows, whatever went wrong on the way."""

from datetime import timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gateway.domain.webhook import Jawaban
from gateway.infra.db.tables import METADATA
from tests.contract.follower import AREAS, grants
from tests.contract.shelf import person, record
from tests.contract.subscriber import TAKEN, Pushed

TABLES = (
    *("ppks_kategori", "ppks", "ppks_asal", "ppks_riwayat", "ppks_lampau"),
    *("kiriman", "langganan", "grant_versi"),
)
DOWN, LOST, CUT = Jawaban(status=503), Jawaban(alasan="timed_out"), Jawaban(alasan="broken_off")

stores = st.lists(
    st.tuples(st.integers(1, 5), st.sampled_from(AREAS), st.booleans(), st.integers(0, 2)),
    min_size=1,
    max_size=4,
)
steps = st.lists(
    st.tuples(st.just("store"), stores)
    | st.tuples(st.just("amend"), grants)
    | st.tuples(st.just("push"), st.lists(st.sampled_from((TAKEN, DOWN, LOST, CUT)), max_size=3)),
    min_size=1,
    max_size=15,
)


async def emptied(shelf):
    async with shelf.database.writing() as connection:
        for name in TABLES:
            await connection.execute(METADATA.tables[name].delete())


LATE = [
    ("store", [(1, "64", False, 0)]),
    ("push", [LOST]),
    ("amend", {"wilayah": frozenset()}),
]
"""A message arrives, its receipt is lost, and then the grant shows nothing of it any more."""

UNDER_WAY = [
    ("push", []),
    ("amend", {"atribut": frozenset({"kode_wilayah"})}),
    ("store", [(1, "64", False, 0)]),
    ("push", [LOST]),
    ("store", [(1, "64", True, 0)]),
]
"""What came under a new view arrives, its receipt is lost, and it is gone before the next try."""


@example(first={}, steps=UNDER_WAY)
@example(first={}, steps=LATE)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=grants, steps=steps)
async def test_a_copy_by_messages_becomes_what_the_list_shows(shelf, first, steps):
    await emptied(shelf)
    pushed = Pushed(shelf)
    await pushed.begin(**{"wilayah": frozenset({"*"}), "kategori": frozenset({"*"})} | first)
    for what, told in steps:
        shelf.clock.advance(timedelta(seconds=30))
        if what == "store":
            await shelf.save(
                *(
                    record(
                        number,
                        orang=person(number, kode_wilayah=area),
                        dihapus=gone,
                        versi=str(version),
                    )
                    for number, area, gone, version in told
                )
            )
        elif what == "amend":
            await pushed.amend(**told)
        else:
            pushed.receiver.answers = list(told)
            await pushed.pushed()
    pushed.receiver.answers = []
    shelf.clock.advance(timedelta(hours=6))
    await pushed.pushed()
    assert pushed.receiver.copy == await pushed.shown()
    assert await pushed.pushed() == 0
