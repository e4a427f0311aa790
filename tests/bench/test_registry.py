"""The measure of the registry asks what is there, here of a few hundred records."""

from bench.registry import measured
from bench.registry_people import nik, record
from bench.registry_store import filled
from bench.stores import SqliteStores

SIZE = 300


def test_every_question_is_answered_and_the_store_is_kept(tmp_path):
    stores = SqliteStores(tmp_path)
    found = measured(stores, SIZE, 0.05)
    assert len(found.pages) > 10
    assert all(waits.seconds for waits in found.pages.values())
    whole = next(iter(found.feed.values()))
    assert whole.per_second > 0
    (kept,) = tmp_path.iterdir()
    before = kept.stat().st_mtime_ns
    with filled(stores, SIZE) as url:
        assert url.endswith("store.db")
    assert kept.stat().st_mtime_ns == before


def test_nobody_is_there_twice():
    assert len({nik(number) for number in range(100_000)}) == 100_000
    assert len({record(number).id_sumber for number in range(1000)}) == 1000
