"""The breaker and the bulkhead around real calls, and what cancelling leaves behind."""

import asyncio
import datetime as dt

import pytest

from gateway.kit.clock import ManualClock
from gateway.kit.http import CallReport, HttpPools
from gateway.kit.transport import (
    Answer,
    BreakerState,
    Call,
    Endpoint,
    Limits,
    TransportFailure,
    TransportKind,
)
from tests.kit.raw_server import RawServer, cut_after, late, reply, serving, silence

LIMITS = Limits(
    read_timeout=5, pool_timeout=0.02, max_concurrency=2, retries=0, breaker_threshold=3
)
LOOKUP = Call(operation="lookup", path="/x")
VERIFY = Call(operation="verify", path="/y")
PAUSE = dt.timedelta(seconds=LIMITS.breaker_pause)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


async def cancelled(server: RawServer, *sends: asyncio.Task[Answer]) -> None:
    """Cancel calls once the server has them."""
    await server.received(len(sends))
    for send in sends:
        send.cancel()
    results = await asyncio.gather(*sends, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)


async def test_an_open_breaker_refuses_without_sending_and_says_when_to_come_back(
    clock: ManualClock,
):
    reports: list[CallReport] = []
    async with serving(reply(500)) as server:
        pools = HttpPools(clock=clock, on_call=reports.append)
        http = pools("sistem", Endpoint(base_url=server.url, limits=LIMITS))
        for _ in range(3):
            assert (await http.send(LOOKUP)).status == 500
        clock.advance(dt.timedelta(seconds=10))
        with pytest.raises(TransportFailure) as caught:
            await http.send(LOOKUP)
        assert (caught.value.kind, caught.value.sent) == (TransportKind.BREAKER_OPEN, False)
        assert caught.value.retry_after == pytest.approx(20)
        assert len(server.requests) == 3
        assert [report.result for report in reports] == ["5xx", "5xx", "5xx", "breaker_open"]
        await http.close()


async def test_operations_have_breakers_of_their_own(clock: ManualClock):
    async with serving(reply(500), reply(500), reply(500), reply(200)) as server:
        http = HttpPools(clock=clock)("sistem", Endpoint(base_url=server.url, limits=LIMITS))
        for _ in range(3):
            await http.send(LOOKUP)
        assert (await http.send(VERIFY)).status == 200
        assert http.breakers() == {"lookup": BreakerState.OPEN, "verify": BreakerState.CLOSED}
        await http.close()


async def test_no_retry_goes_on_once_the_breaker_is_open(clock: ManualClock):
    limits = Limits(retries=10, breaker_threshold=3)

    async def at_once(seconds: float) -> None:
        return None

    async with serving(cut_after(b"")) as server:
        pools = HttpPools(clock=clock, sleep=at_once)
        http = pools("sistem", Endpoint(base_url=server.url, limits=limits))
        with pytest.raises(TransportFailure) as caught:
            await http.send(Call(operation="lookup", path="/x", retry_safe=True))
        assert caught.value.kind is TransportKind.BROKEN_OFF
        assert len(server.requests) == 3
        await http.close()


async def test_refused_credentials_open_the_breaker_at_once_and_a_sound_answer_closes_it(
    clock: ManualClock,
):
    async with serving(reply(200)) as server:
        http = HttpPools(clock=clock)("sistem", Endpoint(base_url=server.url, limits=LIMITS))
        await http.send(LOOKUP)
        http.report_failure("lookup", open_now=True)
        with pytest.raises(TransportFailure):
            await http.send(LOOKUP)
        clock.advance(PAUSE)
        assert http.breakers() == {"lookup": BreakerState.HALF_OPEN}
        await http.send(LOOKUP)
        http.report_success("lookup")
        assert http.breakers() == {"lookup": BreakerState.CLOSED}
        await http.close()


async def test_answers_that_the_adapter_calls_failures_open_the_breaker(clock: ManualClock):
    async with serving(reply(200)) as server:
        http = HttpPools(clock=clock)("sistem", Endpoint(base_url=server.url, limits=LIMITS))
        for _ in range(3):
            await http.send(LOOKUP)
            http.report_failure("lookup")
        assert http.breakers() == {"lookup": BreakerState.OPEN}
        await http.close()


async def test_half_open_sends_one_of_many_calls(clock: ManualClock):
    async with serving(late(0.01, reply(200))) as server:
        http = HttpPools(clock=clock)("sistem", Endpoint(base_url=server.url, limits=LIMITS))
        http.report_failure("lookup", open_now=True)
        clock.advance(PAUSE)
        results = await asyncio.gather(
            *(http.send(LOOKUP) for _ in range(5)), return_exceptions=True
        )
        refused = [r.kind for r in results if isinstance(r, TransportFailure)]
        assert refused == [TransportKind.BREAKER_OPEN] * 4
        assert len(server.requests) == 1
        await http.close()


async def test_a_cancelled_probe_leaves_its_place_to_another(clock: ManualClock):
    async with serving(silence, reply(200)) as server:
        http = HttpPools(clock=clock)("sistem", Endpoint(base_url=server.url, limits=LIMITS))
        http.report_failure("lookup", open_now=True)
        clock.advance(PAUSE)
        await cancelled(server, asyncio.create_task(http.send(LOOKUP)))
        assert (await http.send(LOOKUP)).status == 200
        await http.close()


async def test_calls_beyond_the_bulkhead_are_refused_after_a_bounded_wait():
    async with serving(silence) as server:
        http = HttpPools()("sistem", Endpoint(base_url=server.url, limits=LIMITS))
        busy = [asyncio.create_task(http.send(LOOKUP)) for _ in range(2)]
        await server.received(2)
        with pytest.raises(TransportFailure) as caught:
            await http.send(VERIFY)
        assert (caught.value.kind, caught.value.sent) == (TransportKind.OVERLOADED, False)
        assert http.breakers()["verify"] is BreakerState.CLOSED
        await cancelled(server, *busy)
        await http.close()


async def test_cancelled_calls_give_their_places_back():
    async with serving(silence, silence, reply(200)) as server:
        http = HttpPools()("sistem", Endpoint(base_url=server.url, limits=LIMITS))
        await cancelled(server, *(asyncio.create_task(http.send(LOOKUP)) for _ in range(2)))
        statuses = await asyncio.gather(*(http.send(LOOKUP) for _ in range(2)))
        assert [answer.status for answer in statuses] == [200, 200]
        await http.close()


async def test_never_more_calls_in_flight_than_allowed():
    limits = Limits(max_concurrency=3)
    async with serving(late(0.002, reply(200))) as server:
        http = HttpPools()("sistem", Endpoint(base_url=server.url, limits=limits))
        answers = await asyncio.gather(*(http.send(LOOKUP) for _ in range(30)))
        assert {answer.status for answer in answers} == {200}
        assert server.most_in_flight == 3
        await http.close()


async def test_calls_beyond_one_pool_of_the_library_use_another_and_all_are_closed():
    limits = Limits(max_concurrency=20)
    async with serving(late(0.02, reply(200))) as server:
        http = HttpPools()("sistem", Endpoint(base_url=server.url, limits=limits))
        for _ in range(2):
            answers = await asyncio.gather(*(http.send(LOOKUP) for _ in range(20)))
            assert {answer.status for answer in answers} == {200}
            assert server.most_in_flight == 20
        assert server.connections == 20
        await http.close()
        await asyncio.sleep(0.01)
        assert server.open_connections == 0
