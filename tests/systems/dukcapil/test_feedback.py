"""Data balikan: stored, stored before, and never lost; the bodies themselves are golden cases."""

import pytest

from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.systems import FeedbackItem, FeedbackOutcome
from gateway.kit.secret import Secret
from gateway.kit.transport import BreakerState
from tests.systems.dukcapil.support import (
    NIK,
    NIK_UNKNOWN,
    TOKEN,
    Fixed,
    Sim,
    config,
    connected,
)

SATU = FeedbackItem(nik=NIK, param=({"LAYANAN": "PKH"},))
DUA = FeedbackItem(nik=NIK_UNKNOWN, param=({"LAYANAN": "BPNT"}, {"LAYANAN": "YAPI"}))
DONE, ALREADY = FeedbackOutcome.DONE, FeedbackOutcome.ALREADY_DONE


@pytest.mark.parametrize("form", ["a", "b"])
async def test_d40_feedback_is_stored_once_and_a_repeat_counts_as_done(form):
    sim = Sim(config(feedback_form=form))
    async with sim.connected() as system:
        assert await system.feedback.send([SATU]) is DONE
        assert await system.feedback.send([SATU]) is ALREADY
        assert await system.feedback.send([DUA, SATU]) is DONE
        assert await system.feedback.send([DUA, SATU]) is ALREADY
        assert await system.feedback.send([]) is DONE
    assert (await sim.control())["feedback_stored"] == 2


async def test_d40_the_token_of_the_feedback_is_its_own():
    app = Fixed(b'{"message":"Success"}')
    async with connected(app) as system:
        await system.feedback.send([SATU])
    headers = dict(app.asked[0][0]["headers"])
    assert headers[b"authorization"] == f"Bearer {TOKEN}".encode()


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b'{"message":"success!"}', DONE),
        (400, b'{"message":"Data Sudah Pernah  Dikirim"}', ALREADY),
        (200, b'{"message":"Data sudah pernah dikirim"}', ALREADY),
        (200, b'{"message":"Tersimpan"}', DONE),
        (409, b'{"message":"Success"}', Outcome.TRANSPORT),
        (400, b'{"message":"Success"}', Outcome.BAD_REQUEST),
        (400, b'{"message":"param salah"}', Outcome.BAD_REQUEST),
        (400, b"<html>", Outcome.BAD_REQUEST),
        (401, b'{"message":"Unauthenticated."}', Outcome.CONFIG),
        (403, b"", Outcome.CONFIG),
        (200, b'{"message":"Mungkin"}', Outcome.UNKNOWN_UPSTREAM),
        (200, b"<html>", Outcome.TRANSPORT),
        (200, b"", Outcome.TRANSPORT),
        (200, b'{"message":"\xff"}', Outcome.TRANSPORT),
        (500, b'{"message":"Success"}', Outcome.TRANSPORT),
    ],
)
async def test_d40_answers_of_the_feedback_endpoint(status, body, outcome):
    settings = config(feedback_done_texts=("Tersimpan",))
    async with connected(Fixed(body, status), settings) as system:
        if isinstance(outcome, FeedbackOutcome):
            assert await system.feedback.send([SATU]) is outcome
        else:
            with pytest.raises(UpstreamFailure) as caught:
                await system.feedback.send([SATU])
            assert caught.value.outcome is outcome


async def test_a_refused_feedback_token_does_not_stop_the_lookup():
    sim = Sim()
    other = config(feedback_token=Secret("token-lain"))
    async with connected(sim.app, other) as system:
        with pytest.raises(UpstreamFailure) as caught:
            await system.feedback.send([SATU])
        assert caught.value.outcome is Outcome.CONFIG
        assert (await system.resident_lookup.lookup(NIK)).outcome is Outcome.FOUND
        assert system.health().breakers == {
            "lookup": BreakerState.CLOSED,
            "feedback": BreakerState.OPEN,
        }


async def test_without_a_token_there_is_no_feedback():
    async with connected(Sim().app, config(feedback_token=Secret(""))) as system:
        assert system.feedback is None
