"""What happens where no answer about the person was had: outcome, breaker, alarm, retries."""

import logging
import socket
from datetime import timedelta

import msgspec
import pytest

from adapters.dukcapil.client import connect
from adapters.dukcapil.request import Requests
from gateway.domain.outcome import Outcome, UpstreamFailure
from gateway.domain.person import Penduduk
from gateway.domain.systems import Outside
from gateway.kit.clock import ManualClock
from gateway.kit.faults import Faulty
from gateway.kit.http import HttpPools
from gateway.kit.transport import BreakerState
from tests.systems.dukcapil.support import (
    NIK,
    NOW,
    Fixed,
    NoPlaces,
    Sim,
    call,
    config,
    connected,
    page,
)

LOGIN_TEXTS = [
    "Login Gagal",
    "IP Address Tidak Sesuai",
    "IP Client  Tidak terdaftar",
    "login  gagal!",
]
LOGIN_ROWS = [{"RESPONSE_CODE": code} for code in ("03", "04", "09", "10", "16", "17")] + [
    {"RESPON": text} for text in LOGIN_TEXTS
]


async def failure_of(system, nik=NIK):
    with pytest.raises(UpstreamFailure) as caught:
        await system.resident_lookup.lookup(nik)
    return caught.value


@pytest.mark.parametrize("row", LOGIN_ROWS, ids=lambda row: f"D-19-{next(iter(row.values()))}")
async def test_refused_credentials_open_both_breakers_at_once_and_alarm(row, caplog):
    app = Fixed(page(row))
    async with connected(app) as system:
        assert (await failure_of(system)).outcome is Outcome.CONFIG
        assert await failure_of(system)
        with pytest.raises(UpstreamFailure):
            await system.resident_verification.verify(Penduduk(nik=NIK))
        breakers = system.health().breakers
    assert len(app.asked) == 1
    assert breakers == {"lookup": BreakerState.OPEN, "verify": BreakerState.OPEN}
    alarms = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [alarm.getMessage() for alarm in alarms] == ["dukcapil: lookup: credentials_refused"]


async def test_d19_after_the_pause_one_call_tries_again():
    clock = ManualClock(NOW)
    app = Fixed(page({"RESPONSE_CODE": "16"}))
    async with connected(app, config(breaker_pause=60.0), clock) as system:
        await failure_of(system)
        clock.advance(timedelta(seconds=61))
        app.body = msgspec.json.encode(page({"RESPONSE_CODE": "13"}))
        assert (await system.resident_lookup.lookup(NIK)).outcome is Outcome.NOT_FOUND
        assert system.health().breakers["lookup"] is BreakerState.CLOSED


@pytest.mark.parametrize(
    ("control", "outcome", "retry_after"),
    [
        ({"quota": 0}, Outcome.QUOTA, 14 * 3600),
        ({"quota": 0, "style": "texts"}, Outcome.QUOTA, 14 * 3600),
        ({"hours": "22:00-23:30"}, Outcome.OUT_OF_HOURS, 12 * 3600),
    ],
    ids=["D-20-05", "D-20-05-text", "D-20-06"],
)
async def test_try_later_answers_say_when_and_are_not_repeated(control, outcome, retry_after):
    sim = Sim(config(access_hours="22:00-23:30"))
    await sim.control(hours="")
    await sim.control(**control)
    async with sim.connected() as system:
        failure = await failure_of(system)
        assert (failure.outcome, failure.retry_after) == (outcome, retry_after)
        assert system.health().breakers == {"lookup": BreakerState.CLOSED}


@pytest.mark.parametrize(
    "row",
    [
        {"RESPONSE_CODE": "02", "NIK": int(NIK)},
        {"RESPONSE_CODE": "99", "NIK": int(NIK)},
        {"RESPONSE_CODE": ["13"], "NIK": int(NIK)},
        {"RESPON": "Layanan Dalam Pemeliharaan", "NIK": int(NIK)},
        {"RESPON": {"teks": "Data Tidak Ditemukan"}, "NIK": int(NIK)},
    ],
)
async def test_d22_an_unknown_code_or_text_is_never_found_and_alarms(row, caplog):
    async with connected(Fixed(page(row))) as system:
        failure = await failure_of(system)
    assert failure.outcome is Outcome.UNKNOWN_UPSTREAM
    assert [record.getMessage() for record in caplog.records] == [
        "dukcapil: lookup: unknown_answer"
    ]


async def test_d22_an_unknown_text_is_described_but_not_repeated():
    async with connected(Fixed(page({"RESPON": "Kepada CONTOH PALSU SATU"}))) as system:
        failure = await failure_of(system)
    assert failure.hint == "unknown text of 24 characters"


@pytest.mark.parametrize("code", ["07"])
async def test_a_bad_request_is_our_fault_and_leaves_the_breaker_closed(code):
    async with connected(Fixed(page({"RESPONSE_CODE": code}))) as system:
        assert (await failure_of(system)).outcome is Outcome.BAD_REQUEST
        assert system.health().breakers == {"lookup": BreakerState.CLOSED}


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"", Outcome.TRANSPORT),
        (b"  \n", Outcome.TRANSPORT),
        (b"<html>Masuk</html>", Outcome.TRANSPORT),
        (b'{"content":[{"NIK":99999', Outcome.TRANSPORT),
        (b'{"content":[{"NAMA_LGKP":"\xff"}]}', Outcome.TRANSPORT),
        (b'{"content":' + b"[" * 100_000, Outcome.TRANSPORT),
        (b"[]", Outcome.MALFORMED),
        (b"{}", Outcome.MALFORMED),
        (b"null", Outcome.MALFORMED),
        (b'{"message":"no Route matched"}', Outcome.MALFORMED),
        (b'{"content":5}', Outcome.MALFORMED),
        (b'{"content":[null,7]}', Outcome.MALFORMED),
    ],
)
async def test_d28_what_is_no_page_counts_against_the_service(body, outcome):
    async with connected(Fixed(body)) as system:
        for _ in range(5):
            assert (await failure_of(system)).outcome is outcome
        assert system.health().breakers == {"lookup": BreakerState.OPEN}


@pytest.mark.parametrize("status", [201, 302, 400, 401, 404, 429, 500, 502, 503])
async def test_d28_every_other_status_is_transport_trouble_and_is_not_repeated(status):
    app = Fixed(page({"NIK": int(NIK)}), status)
    async with connected(app) as system:
        for calls in range(1, 6):
            assert system.health().breakers.get("lookup") is not BreakerState.OPEN
            assert (await failure_of(system)).outcome is Outcome.TRANSPORT
            assert len(app.asked) == calls
        assert system.health().breakers == {"lookup": BreakerState.OPEN}


@pytest.mark.parametrize(
    "fault",
    [{"html": True}, {"empty": True}, {"cut_body": True}, {"refuse": True}, {"status": 500}],
)
async def test_d28_generic_faults_of_a_server_are_transport_trouble(fault):
    sim = Sim()
    app = Faulty(sim.app)
    status, _ = await call(app, "PUT", "/_faults", msgspec.json.encode({**fault, "times": 1}))
    assert status == 200
    async with connected(app, sim.settings) as system:
        assert (await failure_of(system)).outcome is Outcome.TRANSPORT
        assert (await system.resident_lookup.lookup(NIK)).outcome is Outcome.FOUND


async def test_d29_a_read_timeout_is_not_repeated_because_the_call_may_have_been_billed():
    sim = Sim(config(daily_quota=100, read_timeout=0.05))
    app = Faulty(sim.app)
    await call(app, "PUT", "/_faults", b'{"slow_seconds":5,"times":1}')
    async with connected(app, sim.settings) as system:
        failure = await failure_of(system)
        assert (failure.outcome, failure.hint) == (Outcome.TRANSPORT, "timed_out")
        answer = await system.resident_lookup.lookup(NIK)
    assert answer.kuota_sisa == 99


async def test_d29_no_lookup_and_no_verification_is_declared_safe_to_repeat():
    requests = Requests(config())
    calls = (
        requests.lookup(NIK, None),
        requests.verify(Penduduk(nik=NIK), None).call,
    )
    assert [asked.retry_safe for asked in calls] == [False, False]


async def test_d29_a_connection_that_was_not_made_is_tried_again():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    pauses = []

    async def noted(seconds: float) -> None:
        pauses.append(seconds)

    clock = ManualClock(NOW)
    outside = Outside(http=HttpPools(clock=clock, sleep=noted), clock=clock, wilayah=NoPlaces())
    system = connect(config(url=url), outside)
    assert (await failure_of(system)).hint == "connect_failed"
    assert len(pauses) == 2
    await system.close()
