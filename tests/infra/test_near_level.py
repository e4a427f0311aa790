"""The process's own level is bounded in number and in bytes, also in bytes that really are taken."""

import gc
import tracemalloc
from datetime import timedelta

import pytest

from gateway.domain.nik_cache import CachedAnswer, KeptAnswer, Masa
from gateway.domain.outcome import Outcome
from gateway.domain.person import Alamat, NilaiAsli, Penduduk
from gateway.domain.systems import LookupAnswer
from gateway.infra.nik_cache.near import NearLevel
from gateway.infra.nik_cache.sealing import Sealing
from gateway.kit.clock import ManualClock
from tests.fixtures.lookups import KEYRING, nik_number
from tests.fixtures.oauth import START


@pytest.fixture
def clock():
    return ManualClock(START)


def kept(number: int = 1, seconds: float = 60) -> KeptAnswer:
    text = f"CONTOH {number:05} "
    penduduk = Penduduk(
        nik=nik_number(number),
        nama_lengkap=text * 2,
        tempat_lahir=text,
        alamat=Alamat(jalan=text * 3, rt="001", rw="002"),
        pekerjaan=text,
        pendidikan=text,
        nama_ibu_kandung=text * 2,
        kode_wilayah="64.02.06.1001",
        kecamatan=text,
    )
    asli = {name: NilaiAsli(teks=text + name) for name in ("agama", "pekerjaan", "pendidikan")}
    answer = LookupAnswer(outcome=Outcome.FOUND, penduduk=penduduk, asli=asli)
    end = START + timedelta(seconds=seconds)
    return KeptAnswer(
        jawaban=CachedAnswer(answer=answer, sistem="dukcapil", pada=START),
        masa=Masa(segar_sampai=end, simpan_sampai=end),
        klaim="satu",
    )


def put(level: NearLevel, name: str, size: int = 100) -> bool:
    ticket = level.ticket(name)
    taken = level.put(ticket, bytes(size), START + timedelta(seconds=60))
    level.end(ticket)
    return taken


def test_what_was_not_used_for_longest_makes_room(clock):
    level = NearLevel(clock, most_entries=3, most_bytes=1 << 20)
    for name in "abc":
        put(level, name)
    assert level.get("a") is not None
    put(level, "d")
    assert [level.get(name) is not None for name in "abcd"] == [True, False, True, True]
    assert len(level) == 3


def test_bytes_are_bounded_and_given_back(clock):
    level = NearLevel(clock, most_entries=100, most_bytes=10_000)
    for number in range(50):
        put(level, str(number), size=500)
    assert 0 < level.weight <= 10_000
    assert 1 < len(level) < 20
    put(level, "huge", size=1 << 20)
    assert level.get("huge") is None
    level.clear()
    assert (level.weight, len(level)) == (0, 0)
    put(level, "a")
    put(level, "a")
    before = level.weight
    level.drop("a")
    assert (before > 0, level.weight) == (True, 0)


def test_an_answer_ends_by_itself(clock):
    level = NearLevel(clock, most_entries=3, most_bytes=1 << 20)
    put(level, "a")
    clock.advance(timedelta(seconds=59.9))
    assert level.get("a") is not None
    clock.advance(timedelta(seconds=0.1))
    assert (level.get("a"), len(level), level.weight) == (None, 0, 0)


@pytest.mark.parametrize("end", [NearLevel.drop, NearLevel.forget, lambda it, _: it.clear()])
def test_what_was_begun_before_an_ending_is_not_taken_in_after_it(clock, end):
    level = NearLevel(clock, most_entries=3, most_bytes=1 << 20)
    first, second = level.ticket("a"), level.ticket("a")
    end(level, "a")
    later = level.ticket("a")
    ends = START + timedelta(seconds=60)
    assert [level.put(ticket, b"old", ends) for ticket in (first, second)] == [False, False]
    assert level.get("a") is None
    assert level.put(later, b"new", ends)
    for ticket in (first, second, later):
        level.end(ticket)
    assert level._tickets == {}


def filled(number_of_answers: int, clock) -> NearLevel:
    level = NearLevel(clock, most_entries=100_000, most_bytes=1 << 30)
    sealing = Sealing(KEYRING)
    for number in range(number_of_answers):
        name = sealing.name(nik_number(number))
        ticket = level.ticket(name)
        level.put(ticket, sealing.seal(name, kept(number)), START + timedelta(seconds=number))
        level.end(ticket)
    return level


def test_the_bytes_that_are_counted_are_not_fewer_than_those_that_are_taken(clock):
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    level = filled(4_000, clock)
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert taken <= level.weight <= 1.5 * taken


def test_what_is_kept_gives_the_garbage_collector_nothing_to_visit(clock):
    gc.collect()
    before = len(gc.get_objects())
    level = filled(1_000, clock)
    gc.collect()
    assert len(gc.get_objects()) - before < 100
    assert len(level) == 1_000
