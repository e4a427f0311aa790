"""What is sent, and what of an answer is read: bounded, whole, and traceless."""

import gzip
import logging

import pytest
import respx

from gateway.kit.http import CallReport, HttpPools
from gateway.kit.transport import Answer, Call, Endpoint, Limits, TransportFailure, TransportKind
from tests.kit.raw_server import Behaviour, cut_after, reply, serving

LIMIT = 10_000
LIMITS = Limits(max_answer_bytes=LIMIT, retries=0)
CALL = Call(operation="lookup", path="/x", body=b"{}")
NIK = "9964026001010001"


async def ask(behaviour: Behaviour, call: Call = CALL) -> Answer:
    async with serving(behaviour) as server:
        http = HttpPools()("sistem", Endpoint(base_url=server.url, limits=LIMITS))
        try:
            return await http.send(call)
        finally:
            await http.close()


async def failure_of(behaviour: Behaviour) -> TransportKind:
    with pytest.raises(TransportFailure) as caught:
        await ask(behaviour)
    assert caught.value.sent is True
    return caught.value.kind


def packed(plain: bytes) -> Behaviour:
    return reply(200, gzip.compress(plain), "Content-Encoding: gzip")


async def test_an_answer_as_large_as_allowed_is_read():
    assert (await ask(reply(200, b"x" * LIMIT))).body == b"x" * LIMIT
    assert (await ask(packed(b"x" * LIMIT))).body == b"x" * LIMIT


async def test_several_compressed_members_are_one_body():
    body = gzip.compress(b"satu ") + gzip.compress(b"dua")
    assert (await ask(reply(200, body, "Content-Encoding: GZIP"))).body == b"satu dua"


async def test_an_empty_body_may_be_called_compressed():
    assert (await ask(reply(200, b"", "Content-Encoding: gzip"))).body == b""


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        pytest.param(reply(200, b"x" * (LIMIT + 1)), TransportKind.TOO_LARGE, id="one byte more"),
        pytest.param(packed(bytes(50_000_000)), TransportKind.TOO_LARGE, id="bomb"),
        pytest.param(
            reply(200, gzip.compress(b"") * 1000, "Content-Encoding: gzip"),
            TransportKind.TOO_LARGE,
            id="much that unpacks to nothing",
        ),
        pytest.param(
            reply(200, gzip.compress(b"x" * 50)[:-9], "Content-Encoding: gzip"),
            TransportKind.BROKEN_OFF,
            id="compressed stream without its end",
        ),
        pytest.param(
            reply(200, b"plain", "Content-Encoding: gzip"), TransportKind.BROKEN_OFF, id="damaged"
        ),
        pytest.param(
            reply(200, b"x", "Content-Encoding: br"), TransportKind.BROKEN_OFF, id="not asked for"
        ),
        pytest.param(
            cut_after(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabc"),
            TransportKind.BROKEN_OFF,
            id="chunk cut",
        ),
    ],
)
async def test_what_cannot_be_read_whole_is_no_answer(behaviour: Behaviour, kind: TransportKind):
    assert await failure_of(behaviour) is kind


async def test_redirects_are_answers_and_not_followed():
    answer = await ask(reply(302, b"", "Location: http://127.0.0.1:1/elsewhere"))
    assert answer.status == 302


@pytest.mark.parametrize("place", ["data:,x", "http://xn--/", "http://[::1", "\xff"])
async def test_where_a_redirect_leads_is_not_even_read(place: str):
    answer = await ask(reply(302, b"", f"Location: {place}"))
    assert (answer.status, answer.headers.get("location")) == (302, None)


async def test_header_names_are_lower_case():
    answer = await ask(reply(200, b"", "X-Quota-LEFT: 7"))
    assert answer.headers["x-quota-left"] == "7"


async def test_request_carries_what_the_call_says_and_no_cookie():
    call = Call(
        operation="lookup",
        path="/api/x",
        query={"nik": NIK},
        headers={"Authorization": "Bearer contoh"},
        body=b'{"a":1}',
    )
    async with serving(reply(200, b"{}", "Set-Cookie: session=1")) as server:
        http = HttpPools()("sistem", Endpoint(base_url=f"{server.url}/dasar/"))
        for _ in range(2):
            await http.send(call)
        await http.close()
    head, _, body = server.requests[1].partition(b"\r\n\r\n")
    assert head.startswith(f"POST /dasar/api/x?nik={NIK} HTTP/1.1\r\n".encode())
    assert b"authorization: bearer contoh" in head.lower()
    assert b"accept-encoding: gzip\r\n" in head.lower()
    assert b"cookie" not in head.lower()
    assert body == b'{"a":1}'


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert (await ask(reply(200))).status == 200


async def test_nothing_of_a_call_is_logged_or_kept(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    reports: list[CallReport] = []
    call = Call(operation="lookup", path="/x", query={"nik": NIK}, headers={"x-user": "CONTOH"})
    async with serving(cut_after(b"")) as server:
        pools = HttpPools(on_call=reports.append)
        http = pools("sistem", Endpoint(base_url=server.url, limits=LIMITS))
        with pytest.raises(TransportFailure) as caught:
            await http.send(call)
        await http.close()
    told = f"{caplog.text} {caught.value!r} {caught.value.__context__!r} {reports}"
    assert NIK not in told
    assert "CONTOH" not in told
    assert "127.0.0.1" not in caplog.text
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(Call(operation="lookup", path="/x", headers={"a": f"b\n{NIK}"}), id="header"),
        pytest.param(Call(operation="lookup", path=f"/x\n{NIK}"), id="path"),
    ],
)
async def test_a_call_that_http_does_not_allow_is_the_callers_mistake(call: Call):
    with pytest.raises(ValueError, match="lookup") as caught:
        await ask(reply(200), call)
    assert NIK not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sim/api",
        "ftp://sim",
        "https://",
        "https://user:contoh@sim",
        "https://sim:pintu",
        "https://sim/?a=1",
        "https://sim/#a",
    ],
)
def test_a_base_url_that_is_none_is_told_without_repeating_it(url: str):
    with pytest.raises(ValueError, match="base_url") as caught:
        HttpPools()("sistem", Endpoint(base_url=url))
    assert "contoh" not in str(caught.value)


@respx.mock
async def test_reports_the_status_class_and_no_more(respx_mock: respx.MockRouter):
    respx_mock.post("http://sim/x").respond(404, content=b"{}")
    reports: list[CallReport] = []
    http = HttpPools(on_call=reports.append)("sistem", Endpoint(base_url="http://sim"))
    assert (await http.send(CALL)).status == 404
    await http.close()
    [report] = reports
    assert (report.system, report.operation, report.result, report.retries) == (
        "sistem",
        "lookup",
        "4xx",
        0,
    )
    assert 0 <= report.seconds < 5


async def test_a_closed_pool_sends_nothing():
    async with serving(reply(200)) as server:
        http = HttpPools()("sistem", Endpoint(base_url=server.url, limits=LIMITS))
        await http.close()
        with pytest.raises(TransportFailure) as caught:
            await http.send(CALL)
    assert caught.value.kind is TransportKind.CONNECT_FAILED
    assert server.requests == []
