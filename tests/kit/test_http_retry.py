"""When a call is tried again, and when it must not be."""

import asyncio
import socket

import pytest

from gateway.kit.http import CallReport, HttpPools
from gateway.kit.transport import Call, Endpoint, Http, Limits, TransportFailure, TransportKind
from tests.kit.raw_server import RawServer, cut_after, drip, late, reply, serving, silence

QUICK = Limits(connect_timeout=5, read_timeout=0.15, write_timeout=0.15)
QUICK_IN_ALL = Limits(connect_timeout=0.05, read_timeout=0.05, write_timeout=0.05)
ONCE = Call(operation="lookup", path="/x", body=b"{}")
REPEATABLE = Call(operation="lookup", path="/x", body=b"{}", retry_safe=True)
HALF = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabcde"


class Pauses(list[float]):
    """Stands for asyncio.sleep: notes the pause and does not wait."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


def closed_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def pool(url: str, pauses: Pauses, reports: list[CallReport] | None = None) -> Http:
    report = reports.append if reports is not None else None
    return HttpPools(sleep=pauses, on_call=report)("sistem", Endpoint(base_url=url, limits=QUICK))


async def outcome(server: RawServer, call: Call) -> tuple[object, int]:
    """(status or kind of failure, requests that the server got)."""
    http = pool(server.url, Pauses())
    try:
        return (await http.send(call)).status, len(server.requests)
    except TransportFailure as failure:
        return failure.kind, len(server.requests)
    finally:
        await http.close()


async def test_d29_a_connection_that_fails_before_sending_is_tried_again():
    pauses = Pauses()
    reports: list[CallReport] = []
    http = pool(f"http://127.0.0.1:{closed_port()}", pauses, reports)
    with pytest.raises(TransportFailure) as caught:
        await http.send(ONCE)
    assert caught.value.kind is TransportKind.CONNECT_FAILED
    assert caught.value.sent is False
    assert len(pauses) == 2
    assert [(r.result, r.retries) for r in reports] == [("connect_failed", 2)]
    await http.close()


async def test_d29_a_read_timeout_is_not_tried_again():
    async with serving(silence) as server:
        assert await outcome(server, ONCE) == (TransportKind.TIMED_OUT, 1)


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        pytest.param(silence, TransportKind.TIMED_OUT, id="silence"),
        pytest.param(cut_after(HALF), TransportKind.BROKEN_OFF, id="half a body"),
        pytest.param(cut_after(b""), TransportKind.BROKEN_OFF, id="no answer"),
        pytest.param(cut_after(b"SSH-2.0-x\r\n\r\n"), TransportKind.BROKEN_OFF, id="not HTTP"),
    ],
)
async def test_what_may_have_been_received_is_repeated_only_where_safe(behaviour, kind):
    async with serving(behaviour) as server:
        assert await outcome(server, ONCE) == (kind, 1)
    async with serving(behaviour, reply(200)) as server:
        assert await outcome(server, REPEATABLE) == (200, 2)


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_passing_statuses_are_repeated_only_where_safe(status: int):
    async with serving(reply(status), reply(200)) as server:
        assert await outcome(server, ONCE) == (status, 1)
    async with serving(reply(status), reply(200)) as server:
        assert await outcome(server, REPEATABLE) == (200, 2)


@pytest.mark.parametrize("status", [200, 301, 400, 401, 404, 409, 429, 500])
async def test_other_statuses_are_final(status: int):
    async with serving(reply(status)) as server:
        assert await outcome(server, REPEATABLE) == (status, 1)


async def test_the_last_answer_comes_back_when_the_tries_are_used_up():
    async with serving(reply(503)) as server:
        assert await outcome(server, REPEATABLE) == (503, 3)


async def test_d28_a_body_that_drips_meets_the_deadline_of_the_whole_try():
    async with serving(drip) as server, asyncio.timeout(2):
        http = HttpPools()("sistem", Endpoint(base_url=server.url, limits=QUICK_IN_ALL))
        with pytest.raises(TransportFailure) as caught:
            await http.send(ONCE)
        await http.close()
    assert (caught.value.kind, caught.value.sent) == (TransportKind.TIMED_OUT, True)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(500, b"", id="status 500"),
        pytest.param(200, b"", id="empty body"),
        pytest.param(200, b"<html></html>", id="html"),
    ],
)
async def test_d28_what_only_the_adapter_can_judge_is_an_answer(status: int, body: bytes):
    async with serving(reply(status, body)) as server:
        http = pool(server.url, Pauses())
        answer = await http.send(ONCE)
        assert (answer.status, answer.body) == (status, body)
        await http.close()


async def test_pauses_grow_and_differ():
    seen = set()
    for _ in range(3):
        pauses = Pauses()
        async with serving(reply(503)) as server:
            http = pool(server.url, pauses)
            await http.send(REPEATABLE)
            await http.close()
        assert 0.2 <= pauses[0] <= 0.4 <= pauses[1] <= 0.6
        seen.update(pauses)
    assert len(seen) == 6


async def test_retry_after_is_honoured_within_reason():
    short, long = Pauses(), Pauses()
    async with serving(reply(503, b"", "Retry-After: 0"), reply(200)) as server:
        http = pool(server.url, short)
        assert (await http.send(REPEATABLE)).status == 200
        await http.close()
    async with serving(reply(503, b"", "Retry-After: 600"), reply(200)) as server:
        http = pool(server.url, long)
        assert (await http.send(REPEATABLE)).status == 503
        await http.close()
    assert 0.2 <= short[0] <= 0.4
    assert long == []


async def test_a_pause_is_not_shorter_than_the_answer_asks():
    pauses = Pauses()
    limits = Limits(read_timeout=10)
    async with serving(reply(503, b"", "Retry-After: 7"), reply(200)) as server:
        http = HttpPools(sleep=pauses)("sistem", Endpoint(base_url=server.url, limits=limits))
        assert (await http.send(REPEATABLE)).status == 200
        await http.close()
    assert pauses == [7.0]


async def test_sent_stays_true_when_a_later_try_does_not_connect():
    async with serving(cut_after(b"")) as server:

        async def meanwhile_the_server_goes(seconds: float) -> None:
            server.close()

        pools = HttpPools(sleep=meanwhile_the_server_goes)
        http = pools("sistem", Endpoint(base_url=server.url, limits=QUICK))
        with pytest.raises(TransportFailure) as caught:
            await http.send(REPEATABLE)
        await http.close()
    assert (caught.value.kind, caught.value.sent) == (TransportKind.CONNECT_FAILED, True)


async def test_a_slow_answer_within_the_limits_is_read():
    async with serving(late(0.01, reply(200, b"ok"))) as server:
        assert await outcome(server, ONCE) == (200, 1)
