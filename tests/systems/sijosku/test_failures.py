"""Answers that are no answer: what each means, and what it does to the breaker."""

import json

import pytest

from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.kit.transport import BreakerState
from tests.systems.sijosku.people import from_elsewhere
from tests.systems.sijosku.support import TOKEN, Meeting, meet


class Scripted:
    """An ASGI app that always says the same, and remembers the requests."""

    def __init__(self, status: int = 200, body: bytes = b"", headers=()) -> None:
        self.status, self.body, self.headers = status, body, headers
        self.asked = []

    async def __call__(self, scope, receive, send) -> None:
        body = (await receive())["body"]
        self.asked.append((scope["path"], scope["query_string"], dict(scope["headers"]), body))
        headers = [(name.encode(), text.encode()) for name, text in self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


async def failure_of(app, ask):
    meeting = Meeting(app)
    with pytest.raises(UpstreamFailure) as failure:
        await ask(meeting)
    health = meeting.system.health()
    await meeting.close()
    return failure.value, health


async def read(meeting):
    await meeting.read()


async def push(meeting):
    await meeting.push(from_elsewhere(1))


@pytest.mark.parametrize("ask", [read, push])
@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (400, b"", Outcome.BAD_REQUEST),
        (401, b'{"kode": "TOKEN_DITOLAK"}', Outcome.CONFIG),
        (403, b"<html>", Outcome.CONFIG),
        (404, b"", Outcome.BAD_REQUEST),
        (408, b"", Outcome.TRANSPORT),
        (413, b"", Outcome.BAD_REQUEST),
        (429, b"", Outcome.BUSY),
        (429, b"\xff", Outcome.BUSY),
        (429, b'{"kode": "KUOTA_HABIS"}', Outcome.QUOTA),
        (302, b"", Outcome.UNKNOWN_UPSTREAM),
        (500, b"", Outcome.TRANSPORT),
        (504, b"", Outcome.TRANSPORT),
        (200, b"", Outcome.MALFORMED),
        (200, b"<html>masuk</html>", Outcome.MALFORMED),
        (200, b'{"data": 1}', Outcome.MALFORMED),
        (200, b"\xff\xfe", Outcome.MALFORMED),
        (410, b"", Outcome.MALFORMED),
    ],
)
async def test_an_answer_has_one_meaning(ask, status, body, outcome):
    failure, _ = await failure_of(Scripted(status, body), ask)
    assert failure.outcome is outcome
    assert "html" not in str(failure)


def area(kode):
    return json.dumps({"wilayah": [{"kode": kode, "jumlah": 1, "sidik": "0" * 32}]})


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (410, '{"wilayah": []}'),
        (200, "{}"),
        (200, '{"kode": "TIDAK_ADA"}'),
        (200, '{"rekaman": []}'),
        # Who knows no parameter tells the highest areas again and again.
        (200, area("64")),
        (200, area("")),
        (200, area("64.02.01")),
    ],
)
async def test_what_answers_no_question_for_digests_is_not_taken_for_an_empty_area(status, body):
    async def areas(meeting) -> None:
        await meeting.system.record_digests.areas("64")

    failure, _ = await failure_of(Scripted(status, body.encode()), areas)
    assert failure.outcome is Outcome.MALFORMED


@pytest.mark.parametrize("status", [401, 403])
async def test_refused_credentials_open_the_breaker_at_once(status):
    _, health = await failure_of(Scripted(status), read)
    assert health.breakers == {"read": BreakerState.OPEN}


async def test_malformed_answers_open_the_breaker_after_some():
    app = Scripted(200, b"{")
    meeting = Meeting(app)
    for _ in range(5):
        with pytest.raises(UpstreamFailure):
            await meeting.read()
    assert meeting.system.health().breakers == {"read": BreakerState.OPEN}
    with pytest.raises(UpstreamFailure) as failure:
        await meeting.read()
    assert failure.value.outcome is Outcome.TRANSPORT
    assert failure.value.retry_after
    assert len(app.asked) == 5
    await meeting.close()


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("17", 17.0),
        ("Mon, 05 Jan 2026 03:00:30 GMT", 30.0),
        ("Mon, 05 Jan 2026 02:00:00 -0000", 0.0),
        ("segera", None),
        ("", None),
        ("Mon, 05 Jan 99999999999999999999 03:00:30 GMT", None),
    ],
)
async def test_retry_after_is_read_as_number_or_date(told, seconds):
    failure, _ = await failure_of(Scripted(429, headers=[("retry-after", told)]), read)
    assert failure.retry_after == seconds


@pytest.mark.parametrize(
    "hasil",
    [
        [],
        [{"kunci": "lain", "hasil": "dibuat"}],
        [{"kunci": "siks_ng:D-1", "hasil": "entahlah"}],
    ],
)
async def test_an_acknowledgement_that_leaves_a_record_open_is_malformed(hasil):
    body = json.dumps({"hasil": hasil}).encode()
    failure, _ = await failure_of(Scripted(200, body), push)
    assert failure.outcome is Outcome.MALFORMED


@pytest.mark.parametrize(
    ("told", "kept"),
    [(12, "12"), ("SJK-1", "SJK-1"), ("9901014101900001", None), (9901014101900001, None)],
)
async def test_an_acknowledgement_names_a_record_by_text_or_number_and_never_by_a_nik(told, kept):
    hasil = {"kunci": "siks_ng:D-1", "hasil": "dibuat", "id": told, "versi": 3}
    meeting = Meeting(Scripted(200, json.dumps({"hasil": [hasil]}).encode()))
    (result,) = await meeting.push(from_elsewhere(1))
    assert (result.id_jauh, result.versi_jauh) == (kept, "3")
    await meeting.close()


async def test_a_cursor_that_does_not_move_is_malformed():
    body = json.dumps({"data": [], "kursor": "a", "masih_ada": True}).encode()
    app = Scripted(200, body)
    failure, _ = await failure_of(app, read)
    assert failure.outcome is Outcome.MALFORMED
    assert len(app.asked) == 2


async def test_cursors_that_go_round_are_malformed():
    class Round(Scripted):
        async def __call__(self, scope, receive, send) -> None:
            kursor = "ab"[len(self.asked) % 2]
            self.body = json.dumps({"data": [], "kursor": kursor, "masih_ada": True}).encode()
            await super().__call__(scope, receive, send)

    app = Round()
    failure, _ = await failure_of(app, read)
    assert failure.outcome is Outcome.MALFORMED
    assert len(app.asked) == 3


async def test_a_push_carries_token_and_a_key_that_only_its_retries_share():
    app = Scripted(503)
    for number in (1, 1, 2):
        meeting = Meeting(app)
        with pytest.raises(UpstreamFailure):
            await meeting.push(from_elsewhere(number))
        await meeting.close()
    headers = [asked[2] for asked in app.asked]
    assert {told[b"authorization"] for told in headers} == {f"Bearer {TOKEN}".encode()}
    keys = [told[b"idempotency-key"] for told in headers]
    assert keys == [key for key in dict.fromkeys(keys) for _ in range(3)]
    assert len(keys) == 9


async def test_no_nik_stands_in_path_query_or_headers():
    app = Scripted(200, b'{"data": [], "kursor": "a"}')
    meeting = Meeting(app)
    await meeting.read("b")
    with pytest.raises(UpstreamFailure):
        await meeting.push(from_elsewhere(1))
    nik = from_elsewhere(1).orang.nik.encode()
    (_, query, _, _), (*visible, body) = app.asked
    assert query == b"jumlah=200&sejak=b"
    assert nik in body
    assert nik not in repr(visible).encode()
    await meeting.close()


async def test_the_wrong_token_is_refused_by_the_simulator():
    from adapters.sijosku import spec
    from gateway.domain.systems import World
    from gateway.kit.secret import Secret
    from tests.systems.sijosku.support import config

    app = spec.simulator(config(token=Secret("lain")), World())
    failure, _ = await failure_of(app, read)
    assert failure.outcome is Outcome.CONFIG


@pytest.mark.parametrize(
    ("control", "outcome", "retry_after"),
    [
        ({"busy_seconds": 7}, Outcome.BUSY, 7.0),
        ({"quota_spent": True}, Outcome.QUOTA, None),
    ],
)
async def test_the_simulator_can_be_busy_or_without_quota(control, outcome, retry_after):
    meeting = meet()
    await meeting.control(**control, times=1)
    with pytest.raises(UpstreamFailure) as failure:
        await meeting.read()
    assert (failure.value.outcome, failure.value.retry_after) == (outcome, retry_after)
    assert await meeting.read_all() == []
    await meeting.close()
