"""The breaker as a state machine: never more than one probe, never stuck, never early."""

from contextlib import AbstractContextManager

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.kit.breaker import Breaker, BreakerOpenError
from gateway.kit.transport import BreakerState

PAUSE = 30.0


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def make(threshold: int = 3) -> tuple[Breaker, Time]:
    time = Time()
    return Breaker(threshold=threshold, pause=PAUSE, monotonic=time), time


def call(breaker: Breaker, *, sound: bool) -> None:
    with breaker.passage():
        if sound:
            breaker.answered()
        else:
            breaker.failed()


def test_opens_after_failures_in_a_row():
    breaker, _ = make()
    for _ in range(2):
        call(breaker, sound=False)
        assert breaker.state is BreakerState.CLOSED
    call(breaker, sound=False)
    assert breaker.state is BreakerState.OPEN


def test_an_answer_in_between_starts_the_count_again():
    breaker, _ = make()
    for sound in (False, False, True, False, False):
        call(breaker, sound=sound)
    assert breaker.state is BreakerState.CLOSED


def test_answers_that_their_reader_calls_failures_count_in_a_row():
    breaker, _ = make()
    for _ in range(3):
        call(breaker, sound=True)
        breaker.failed()
    assert breaker.state is BreakerState.OPEN


def test_opens_at_once_when_told_so():
    breaker, _ = make()
    breaker.failed(open_now=True)
    assert breaker.state is BreakerState.OPEN


def test_refusal_says_how_long_to_wait():
    breaker, time = make()
    breaker.failed(open_now=True)
    time.now += 12
    with pytest.raises(BreakerOpenError) as caught, breaker.passage():
        raise AssertionError("let through")
    assert caught.value.retry_after == pytest.approx(PAUSE - 12)


def test_half_open_lets_exactly_one_call_through():
    breaker, time = make()
    breaker.failed(open_now=True)
    time.now += PAUSE
    assert breaker.state is BreakerState.HALF_OPEN
    with breaker.passage():
        with pytest.raises(BreakerOpenError) as caught:
            breaker.check()
        assert 0 < caught.value.retry_after <= 1


@pytest.mark.parametrize(
    ("sound", "after"), [(True, BreakerState.CLOSED), (False, BreakerState.OPEN)]
)
def test_the_one_call_decides(sound: bool, after: BreakerState):
    breaker, time = make()
    breaker.failed(open_now=True)
    time.now += PAUSE
    with breaker.passage():
        (breaker.succeeded if sound else breaker.failed)()
    assert breaker.state is after


def test_an_answer_of_the_one_call_that_nobody_judges_lets_the_next_call_through():
    breaker, time = make()
    breaker.failed(open_now=True)
    time.now += PAUSE
    call(breaker, sound=True)
    assert breaker.state is BreakerState.HALF_OPEN
    call(breaker, sound=True)
    assert breaker.state is BreakerState.CLOSED


def test_the_one_call_that_ends_without_verdict_makes_room_for_another():
    breaker, time = make()
    breaker.failed(open_now=True)
    time.now += PAUSE
    with pytest.raises(RuntimeError), breaker.passage():
        raise RuntimeError
    breaker.check()


def test_a_late_success_of_a_call_from_before_does_not_close_an_open_breaker():
    breaker, _ = make()
    with breaker.passage():
        breaker.failed(open_now=True)
        breaker.answered()
        breaker.succeeded()
    assert breaker.state is BreakerState.OPEN


def test_failures_of_calls_from_before_do_not_lengthen_the_pause():
    breaker, time = make()
    breaker.failed(open_now=True)
    time.now += PAUSE - 1
    breaker.failed()
    time.now += 1
    assert breaker.state is BreakerState.HALF_OPEN


def entered(passage: AbstractContextManager[None]) -> float | None:
    """Seconds to wait where the passage refuses, None once inside."""
    try:
        passage.__enter__()
    except BreakerOpenError as refusal:
        return refusal.retry_after
    return None


class BreakerMachine(RuleBasedStateMachine):
    """Calls come, end in any way and in any order, and time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker, self.time = make()
        self.running: list[tuple[AbstractContextManager[None], int | None]] = []
        self.openings = 0

    @rule()
    def begin(self) -> None:
        before = self.breaker.state
        passage = self.breaker.passage()
        if (wait := entered(passage)) is not None:
            assert before is not BreakerState.CLOSED
            assert 0 < wait <= PAUSE
            return
        assert before is not BreakerState.OPEN
        probe = self.openings if self.breaker.state is BreakerState.HALF_OPEN else None
        if probe is not None:
            assert probe not in [other for _, other in self.running]
        self.running.append((passage, probe))

    @precondition(lambda self: self.running)
    @rule(data=st.data(), end=st.sampled_from(["sound", "answered", "failed", "fatal", "lost"]))
    def finish(self, data: st.DataObject, end: str) -> None:
        passage, _ = self.running.pop(data.draw(st.integers(0, len(self.running) - 1)))
        was_open = self.breaker.state is BreakerState.OPEN
        match end:
            case "sound":
                self.breaker.succeeded()
                assert self.breaker.state is (
                    BreakerState.OPEN if was_open else BreakerState.CLOSED
                )
            case "answered":
                self.breaker.answered()
            case "failed":
                self.breaker.failed()
            case "fatal":
                self.breaker.failed(open_now=True)
                assert self.breaker.state is BreakerState.OPEN
        self.openings += self.breaker.state is BreakerState.OPEN
        passage.__exit__(None, None, None)

    @rule(seconds=st.integers(1, 30))
    def pass_time(self, seconds: int) -> None:
        self.time.now += seconds

    @rule()
    def wait_out(self) -> None:
        self.time.now += PAUSE
        assert self.breaker.state is not BreakerState.OPEN

    @precondition(lambda self: not self.running)
    @rule()
    def idle_and_waited_out_a_call_passes(self) -> None:
        self.time.now += PAUSE
        self.breaker.check()

    @invariant()
    def checking_changes_nothing(self) -> None:
        before = self.breaker.state
        refused = []
        for _ in range(2):
            try:
                self.breaker.check()
            except BreakerOpenError as refusal:
                refused.append(refusal.retry_after)
        assert len(refused) in (0, 2)
        assert self.breaker.state is before
        if before is BreakerState.CLOSED:
            assert not refused


TestBreakerMachine = BreakerMachine.TestCase
