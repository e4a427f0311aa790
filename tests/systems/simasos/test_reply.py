"""Replies: sent at most once, with an outcome that says what to do next."""

from typing import Any

import msgspec
import pytest

from adapters.simasos.client import connect
from adapters.simasos.config import Config
from gateway.domain.complaint import Pelapor
from gateway.domain.outcome import Outcome, Retry, UpstreamFailure
from gateway.domain.systems import Outside
from gateway.kit.clock import ManualClock
from gateway.kit.http import HttpPools, asgi_transport
from gateway.kit.secret import Secret
from gateway.kit.transport import BreakerState
from tests.systems.simasos.support import CONFIG, ISI, NOW, TOKEN, Areas, Street, aduan

BALASAN = "Pengaduan diterima dan segera diproses"


class Fixed:
    """A service with one answer; counts how often it was asked."""

    def __init__(
        self, status: int = 200, body: bytes = b"", headers: tuple = (), drop: bool = False
    ) -> None:
        self.answer = (status, body, headers)
        self.drop = drop
        self.asked: list[dict] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        status, body, headers = self.answer
        message = await receive()
        self.asked.append(
            {
                "path": scope["path"],
                "query": scope["query_string"],
                "headers": dict(scope["headers"]),
                "body": message["body"],
            }
        )
        if self.drop:
            raise ConnectionResetError
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": body})


def connected(service, config=CONFIG):
    pools = HttpPools(transport_for=lambda _: asgi_transport(service))
    return connect(config, Outside(http=pools, clock=ManualClock(NOW), wilayah=Areas()))


def line_to(service):
    return connected(service).complaint_channel


def error(code):
    return msgspec.json.encode({"error": {"message": ISI, "type": "OAuthException", "code": code}})


RECEIPT = b'{"messaging_product":"whatsapp","contacts":[],"messages":[{"id":"wamid.R1"}]}'


async def test_a_reply_goes_out_as_meta_wants_it():
    service = Fixed(body=RECEIPT)
    assert await line_to(service).reply(aduan(1), BALASAN) == "wamid.R1"
    (asked,) = service.asked
    assert asked["path"] == "/v26.0/990000000000001/messages"
    assert asked["query"] == b""
    assert asked["headers"][b"authorization"] == f"Bearer {TOKEN}".encode()
    assert msgspec.json.decode(asked["body"]) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "6280000000002",
        "type": "text",
        "text": {"preview_url": False, "body": BALASAN},
        "context": {"message_id": "wamid.CONTOH001"},
    }


async def test_a_hidden_number_is_answered_by_its_user_id():
    service = Fixed(body=RECEIPT)
    hidden = msgspec.structs.replace(aduan(1), pelapor=Pelapor(nomor="ID.9900AbC"))
    await line_to(service).reply(hidden, BALASAN)
    sent = msgspec.json.decode(service.asked[0]["body"])
    assert sent["recipient"] == "ID.9900AbC"
    assert "to" not in sent


async def test_a_complaint_from_a_file_is_answered_without_a_quote():
    service = Fixed(body=RECEIPT)
    await line_to(service).reply(
        msgspec.structs.replace(aduan(1), id_sumber="ekspor:0123"), BALASAN
    )
    assert "context" not in msgspec.json.decode(service.asked[0]["body"])


@pytest.mark.parametrize("pelapor", [None, Pelapor(), Pelapor(nama="CONTOH")])
async def test_nobody_to_answer_makes_no_call(pelapor):
    service = Fixed(body=RECEIPT)
    with pytest.raises(UpstreamFailure) as failed:
        await line_to(service).reply(msgspec.structs.replace(aduan(1), pelapor=pelapor), BALASAN)
    assert failed.value.outcome is Outcome.BAD_REQUEST
    assert service.asked == []


@pytest.mark.parametrize("text", ["", "  \n", "x" * 4097])
async def test_a_text_that_meta_would_not_take_makes_no_call(text):
    service = Fixed(body=RECEIPT)
    with pytest.raises(UpstreamFailure) as failed:
        await line_to(service).reply(aduan(1), text)
    assert failed.value.outcome is Outcome.BAD_REQUEST
    assert service.asked == []


@pytest.mark.parametrize(
    ("status", "body", "outcome", "retry"),
    [
        (400, error(131047), Outcome.NOT_PROCESSABLE, Retry.NEVER),
        (401, error(190), Outcome.CONFIG, Retry.NEVER),
        (429, error(130429), Outcome.BUSY, Retry.BACKOFF),
        (400, error(131048), Outcome.QUOTA, Retry.NEXT_DAY),
        (403, error(368), Outcome.AGREEMENT_ENDED, Retry.NEVER),
        (500, error(131016), Outcome.BUSY, Retry.BACKOFF),
        (200, error(131026), Outcome.NOT_PROCESSABLE, Retry.NEVER),
        (500, b"<html>", Outcome.UNKNOWN_UPSTREAM, Retry.NEVER),
        (504, b"", Outcome.UNKNOWN_UPSTREAM, Retry.NEVER),
        (200, b"", Outcome.UNKNOWN_UPSTREAM, Retry.NEVER),
        (200, b"{}", Outcome.UNKNOWN_UPSTREAM, Retry.NEVER),
        (200, b"[" * 100_000, Outcome.UNKNOWN_UPSTREAM, Retry.NEVER),
        (200, b'{"messages":[{"id":""}]}', Outcome.UNKNOWN_UPSTREAM, Retry.NEVER),
        (401, b"", Outcome.CONFIG, Retry.NEVER),
        (503, b"", Outcome.BUSY, Retry.BACKOFF),
    ],
)
async def test_every_answer_has_an_outcome_and_none_is_asked_twice(status, body, outcome, retry):
    service = Fixed(status, body)
    with pytest.raises(UpstreamFailure) as failed:
        await line_to(service).reply(aduan(1), BALASAN)
    assert failed.value.outcome is outcome
    assert failed.value.reaction.retry is retry
    assert len(service.asked) == 1
    told = str(failed.value) + failed.value.hint
    assert not any(each in told for each in (ISI, BALASAN, "6280000000002", TOKEN))


async def test_a_reply_that_may_have_arrived_is_never_to_be_repeated():
    service = Fixed(drop=True)
    with pytest.raises(UpstreamFailure) as failed:
        await line_to(service).reply(aduan(1), BALASAN)
    assert failed.value.outcome is Outcome.UNKNOWN_UPSTREAM
    assert failed.value.reaction.retry is Retry.NEVER
    assert len(service.asked) == 1


async def test_the_wait_that_meta_names_is_passed_on():
    service = Fixed(429, error(130429), ((b"retry-after", b"30"),))
    with pytest.raises(UpstreamFailure) as failed:
        await line_to(service).reply(aduan(1), BALASAN)
    assert failed.value.retry_after == 30


@pytest.mark.parametrize("told", [b"soon", b"-1", b"99999999999", b"Wed, 21 Oct 2026 07:28:00 GMT"])
async def test_an_odd_wait_is_passed_over(told):
    service = Fixed(429, error(130429), ((b"retry-after", told),))
    with pytest.raises(UpstreamFailure) as failed:
        await line_to(service).reply(aduan(1), BALASAN)
    assert failed.value.retry_after is None


async def test_a_refused_token_opens_the_breaker_at_once():
    service = Fixed(401, error(190))
    system = connected(service)
    for _ in range(2):
        with pytest.raises(UpstreamFailure):
            await system.complaint_channel.reply(aduan(1), BALASAN)
    assert len(service.asked) == 1
    assert system.health().breakers == {"reply": BreakerState.OPEN}


async def test_a_window_that_closed_is_nobodys_fault_and_opens_nothing():
    service = Fixed(400, error(131047))
    system = connected(service)
    for _ in range(8):
        with pytest.raises(UpstreamFailure):
            await system.complaint_channel.reply(aduan(1), BALASAN)
    assert len(service.asked) == 8
    assert system.health().breakers == {"reply": BreakerState.CLOSED}


async def test_a_closed_line_sends_nothing():
    service = Fixed(body=RECEIPT)
    system = connected(service)
    await system.close()
    with pytest.raises(UpstreamFailure):
        await system.complaint_channel.reply(aduan(1), BALASAN)
    assert service.asked == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone_number_id", ""),
        ("phone_number_id", "../me"),
        ("api_version", "26"),
        ("access_token", Secret("")),
        ("app_secret", Secret("")),
        ("verify_token", Secret("")),
    ],
)
def test_a_config_without_the_needful_is_refused_by_name(field, value):
    config = Config(**{**msgspec.structs.asdict(CONFIG), field: value})
    with pytest.raises(ValueError, match=field):
        connected(Fixed(), config)


def test_all_missing_settings_are_named_together():
    with pytest.raises(
        ValueError, match=r"phone_number_id, access_token, app_secret, verify_token"
    ):
        connected(Fixed(), Config(url="http://meta.test"))


async def test_the_simulator_takes_what_the_line_sends_and_reports_its_delivery():
    street = Street()
    wamid = await street.line.reply(aduan(1), BALASAN)
    assert wamid.startswith("wamid.")
    assert street.office.statuses == ["sent", "delivered"]
