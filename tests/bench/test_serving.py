"""What the measures of lookups and tokens start really works, here under a few requests."""

import contextlib

import pytest

from bench.load.steady import Pace, send_all
from bench.lookup_load import by_bearer, by_holder, with_headers
from bench.lookup_people import fill_cache, one_answer, people, strangers
from bench.peers.starting import bare
from bench.serving.gateway import gateway_at_work
from bench.stores import SqliteStores
from gateway.domain.nik import baca_nik
from gateway.kit.clock import system_clock
from tests.fixtures.redis_alone import lone_redis

NIKS = people()[0][:20]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def working(folder):
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(SqliteStores().fresh())
        redis = stack.enter_context(lone_redis())
        gateway = stack.enter_context(gateway_at_work(url, redis.url, folder))
        fill_cache(gateway, NIKS)
        yield gateway


def statuses(server, load, folder, total):
    load(folder / "requests", total)
    pace = Pace(file=str(folder / "requests"), port=server.port, total=total, connections=4)
    return send_all(pace).statuses


@pytest.mark.parametrize("load", ["legacy", "strict"])
def test_both_issuers_are_answered_from_the_cache_also_while_the_registry_is_slow(
    working, folder, load
):
    made = {"legacy": by_bearer(NIKS, working.legacy), "strict": by_holder(NIKS, working.strict)}
    calls = working.registry.quota_left()
    before = working.server.cpu_seconds()
    with working.registry.slow(60):
        assert statuses(working.server, made[load], folder, 40) == {"200": 40}
    assert working.server.cpu_seconds() > before
    assert working.registry.quota_left() == calls


def test_a_proof_that_was_sent_is_not_good_again(working, folder):
    by_holder(NIKS, working.strict)(folder / "once", 5)
    pace = Pace(file=str(folder / "once"), port=working.server.port, total=10, connections=1)
    assert send_all(pace).statuses == {"200": 5, "401": 5}


def test_a_bare_server_answers_what_the_gateway_answered(working, folder):
    answer = folder / "answer.json"
    answer.write_bytes(one_answer(working, NIKS[0]))
    assert 900 < answer.stat().st_size < 1200
    with bare("litestar", answer, folder) as server:
        assert statuses(server, with_headers(NIKS, {}), folder, 40) == {"200": 40}


def test_strangers_are_possible_people_and_never_twice_the_same():
    some = [nik for nik, _ in zip(strangers(), range(5000), strict=False)]
    assert len(set(some)) == 5000
    assert not set(some) & {nik for group in people() for nik in group}
    today = system_clock().date()
    assert all(baca_nik(nik, today).kode_wilayah == "64.02.99" for nik in some)
