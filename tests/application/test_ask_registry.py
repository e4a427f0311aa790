"""Asking the registry: which system, how long an answer is kept, and what trouble is called."""

from datetime import timedelta

import pytest

from gateway.application.ask_registry import AskRegistry, Lifetimes, age, one_system, unavailable
from gateway.domain.errors import Unavailable
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.person import Penduduk
from gateway.domain.systems import Capability, Health, LookupAnswer, System
from tests.fakes import FakeNikCache
from tests.fixtures.oauth import START

NIK = "9901010101900001"
FOUND = LookupAnswer(outcome=Outcome.FOUND, penduduk=Penduduk(nik=NIK))


class Registry:
    """Answers as it is told, and remembers for whom it was asked."""

    def __init__(self, answer) -> None:
        self.answer = answer
        self.asked: list[str | None] = []

    async def lookup(self, nik, *, caller_ip=None):
        self.asked.append(caller_ip)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def nothing() -> None:
    return


def connected(registry):
    system = System(resident_lookup=registry, health=Health, close=nothing)
    return lambda capability: {"daftar": system} if capability is Capability.RESIDENT_LOOKUP else {}


def asking(registry, clock, cache=None):
    return AskRegistry(connected(registry), cache, Lifetimes(3600, 300), clock)


@pytest.mark.parametrize(
    ("outcome", "seconds"),
    [
        (Outcome.FOUND, 3600),
        (Outcome.NOT_FOUND, 300),
        (Outcome.DECEASED, 300),
        (Outcome.FOUND_DUPLICATE, 300),
    ],
)
async def test_only_a_found_person_is_kept_for_long(clock, outcome, seconds):
    cache = FakeNikCache()
    ask = asking(Registry(LookupAnswer(outcome=outcome)), clock, cache)
    await ask(NIK, oldest=0, ip=None)
    assert cache.ttls == {NIK: seconds}


async def test_an_answer_is_taken_from_the_cache_up_to_the_age_that_is_asked_for(clock):
    cache = FakeNikCache()
    registry = Registry(FOUND)
    ask = asking(registry, clock, cache)
    assert (await ask(NIK, oldest=60, ip="192.0.2.1"))[1] is False
    clock.advance(timedelta(seconds=60))
    answer, from_cache = await ask(NIK, oldest=60, ip=None)
    assert (answer.answer, answer.sistem, answer.pada, from_cache) == (FOUND, "daftar", START, True)
    assert (await ask(NIK, oldest=59, ip=None))[1] is False
    assert (await ask(NIK, oldest=0, ip=None))[1] is False
    assert registry.asked == ["192.0.2.1", None, None]


async def test_without_a_cache_every_question_is_asked(clock):
    registry = Registry(FOUND)
    ask = asking(registry, clock)
    for _ in range(2):
        assert (await ask(NIK, oldest=3600, ip=None))[1] is False
    assert len(registry.asked) == 2


async def test_trouble_is_not_kept(clock):
    cache = FakeNikCache()
    ask = asking(Registry(UpstreamFailure(Outcome.BUSY)), clock, cache)
    with pytest.raises(Unavailable):
        await ask(NIK, oldest=60, ip=None)
    assert cache.ttls == {}


def test_without_a_system_nothing_is_available():
    with pytest.raises(Unavailable) as caught:
        one_system(lambda _capability: {}, Capability.RESIDENT_LOOKUP)
    assert caught.value.code == "system_not_connected"


@pytest.mark.parametrize(
    ("failure", "retry_after"),
    [
        (UpstreamFailure(Outcome.BUSY), 10),
        (UpstreamFailure(Outcome.BUSY, retry_after=0.2), 1),
        (UpstreamFailure(Outcome.TRANSPORT, retry_after=59.6), 60),
        (UpstreamFailure(Outcome.QUOTA), 3600),
        (UpstreamFailure(Outcome.OUT_OF_HOURS), 1800),
        (UpstreamFailure(Outcome.CONFIG), None),
        (UpstreamFailure(Outcome.AGREEMENT_ENDED), None),
        (UpstreamFailure(Outcome.UNKNOWN_UPSTREAM), None),
    ],
    ids=lambda value: value.outcome.value if isinstance(value, UpstreamFailure) else "",
)
def test_trouble_is_named_with_the_time_to_try_again(failure, retry_after):
    error = unavailable("daftar", failure)
    assert error.code == f"upstream_{failure.outcome.value}"
    assert error.retry_after == retry_after


def test_an_answer_from_the_future_has_no_age():
    assert age(START + timedelta(seconds=5), START) == 0
