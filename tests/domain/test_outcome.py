"""Every answer of an outside system has one rule: retry, fault, breaker, alarm."""

import pytest

from gateway.domain.outcome import REACTIONS, Fault, Outcome, Retry, Trip, UpstreamFailure

ABOUT_PERSON = {
    Outcome.FOUND,
    Outcome.FOUND_DUPLICATE,
    Outcome.DECEASED,
    Outcome.INACTIVE,
    Outcome.NOT_FOUND,
    Outcome.BAD_FORMAT,
    Outcome.NOT_PROCESSABLE,
}


def test_every_outcome_has_a_rule() -> None:
    assert set(REACTIONS) == set(Outcome)


@pytest.mark.parametrize("outcome", Outcome)
def test_answers_about_a_person_are_final_and_alarm_nobody(outcome: Outcome) -> None:
    rule = REACTIONS[outcome]
    assert rule.about_person == (outcome in ABOUT_PERSON)
    if rule.about_person:
        assert (rule.retry, rule.fault, rule.breaker, rule.alarm) == (
            Retry.NEVER,
            Fault.NOBODY,
            Trip.NO,
            False,
        )


def test_only_refused_credentials_open_the_breaker_at_once() -> None:
    opening = {outcome for outcome, rule in REACTIONS.items() if rule.breaker is Trip.OPENS}
    assert opening == {Outcome.CONFIG}


def test_quota_and_access_hours_are_nobodys_failure_and_come_back_later() -> None:
    quota, hours = REACTIONS[Outcome.QUOTA], REACTIONS[Outcome.OUT_OF_HOURS]
    assert (quota.retry, hours.retry) == (Retry.NEXT_DAY, Retry.IN_HOURS)
    assert quota.breaker is hours.breaker is Trip.NO


@pytest.mark.parametrize("outcome", [Outcome.BUSY, Outcome.TRANSPORT, Outcome.MALFORMED])
def test_trouble_of_the_other_side_counts_and_may_be_retried(outcome: Outcome) -> None:
    rule = REACTIONS[outcome]
    assert (rule.retry, rule.fault, rule.breaker) == (Retry.BACKOFF, Fault.UPSTREAM, Trip.COUNTS)


@pytest.mark.parametrize(
    "outcome", [outcome for outcome in Outcome if REACTIONS[outcome].fault is Fault.OURS]
)
def test_what_is_our_fault_calls_an_operator_and_is_never_retried(outcome: Outcome) -> None:
    assert REACTIONS[outcome].alarm
    assert REACTIONS[outcome].retry is Retry.NEVER


def test_unknown_answer_alarms_and_is_never_taken_for_found() -> None:
    rule = REACTIONS[Outcome.UNKNOWN_UPSTREAM]
    assert rule.alarm
    assert not rule.about_person


def test_failure_carries_its_rule_and_hint() -> None:
    failure = UpstreamFailure(Outcome.QUOTA, hint="kuota harian habis", retry_after=60.0)
    assert failure.reaction is REACTIONS[Outcome.QUOTA]
    assert str(failure) == "quota_spent: kuota harian habis"
    assert str(UpstreamFailure(Outcome.BUSY)) == "busy"
