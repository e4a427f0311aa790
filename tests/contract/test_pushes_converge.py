"""Whatever the order and however often batches arrive, the store comes to one state."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.domain.kiriman import Batch, Dibaca, Pengirim
from gateway.domain.policy import View
from gateway.kit.ids import new_id
from tests.contract.shelf import ALL_ATTRIBUTES, person, record
from tests.contract.test_persons import A, B, content, emptied

EVERYWHERE = View(atribut=ALL_ATTRIBUTES, atribut_cocok=frozenset(), wilayah=None, kategori=None)
IN_6402 = View(
    atribut=ALL_ATTRIBUTES,
    atribut_cocok=frozenset(),
    wilayah=frozenset(("64.02",)),
    kategori=frozenset((A,)),
)


@pytest.fixture
def pushes(shelf):
    return shelf.records.pushes


async def save(pushes, *records, hak=EVERYWHERE):
    """What became of each, in a batch with a key of its own."""
    sender = Pengirim(client_id="dinkes", grant_id="G-1", kunci=new_id())
    batch = Batch(pengirim=sender, sidik="s", hak=hak, sebab="kirim:r-1")
    read = [Dibaca(nomor=number, rekaman=one) for number, one in enumerate(records, 1)]
    return [one.hasil.value for one in (await pushes.save(batch, 0, read)).hasil]


def version(client, name, urutan):
    """The one content of a version; the versions of a record differ in everything."""
    number = 1 + (name + urutan) % 3
    called = ("CONTOH SATU", "CONTOH SATUU", "CONTOH LAIN SEKALI")[(urutan + name * 2) % 3]
    changed = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=urutan * 10 + name + len(client))
    return record(
        name,
        *((A,), (B,), (A, B))[urutan % 3],
        sistem=f"klien:{client}",
        orang=person(number, nama_lengkap=called),
        urutan=urutan,
        diubah_sumber=changed,
        dihapus=urutan % 5 == 4,
    )


versions = st.tuples(st.sampled_from(("dinkes", "dinsos")), st.integers(1, 2), st.integers(1, 5))
runs = st.lists(versions, min_size=1, max_size=8, unique=True).flatmap(
    lambda told: st.tuples(
        *[
            st.tuples(
                st.permutations(told),
                st.lists(st.sampled_from(told), max_size=4),
                st.integers(1, 4),
            )
        ]
        * 2
    )
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(runs=runs)
async def test_any_order_and_repetition_comes_to_one_state(shelf, pushes, runs):
    outcomes = []
    for order, repeated, size in runs:
        await emptied(shelf)
        made = [version(*one) for one in (*order, *repeated)]
        for start in range(0, len(made), size):
            shelf.clock.advance(timedelta(seconds=1))
            await save(pushes, *made[start : start + size])
        outcomes.append(sorted(map(content, await shelf.shown())))
    assert outcomes[0] == outcomes[1]


async def test_two_contents_of_one_version_are_told_and_the_first_stays(shelf, pushes):
    first, other = version("dinkes", 1, 3), version("dinkes", 1, 3)
    other = record(1, sistem="klien:dinkes", urutan=3, orang=person(9))
    assert await save(pushes, first, other) == ["baru", "bertentangan"]
    assert await save(pushes, other, first) == ["bertentangan", "tetap"]


async def test_a_record_that_stands_elsewhere_is_left_alone(shelf, pushes):
    here = record(1, A, sistem="klien:dinkes", urutan=1)
    away = record(1, B, sistem="klien:dinkes", urutan=2)
    assert await save(pushes, here, hak=IN_6402) == ["baru"]
    assert await save(pushes, away) == ["berubah"]
    back = record(1, A, sistem="klien:dinkes", urutan=3)
    again = record(2, A, sistem="klien:dinkes", urutan=1)
    assert await save(pushes, back, again, hak=IN_6402) == ["ditolak", "baru"]
