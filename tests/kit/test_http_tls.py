"""Whom the gateway talks to over TLS, and whom it does not."""

from pathlib import Path

import pytest

from gateway.kit.http import CallReport, HttpPools
from gateway.kit.transport import (
    BreakerState,
    Call,
    Endpoint,
    Limits,
    TransportFailure,
    TransportKind,
)
from tests.kit.certificates import DAY, NOW, Certificate
from tests.kit.raw_server import reply, serving

HERE = "127.0.0.1"
REFUSED = (TransportKind.CERTIFICATE_REFUSED, True, True)
CALL = Call(operation="lookup", path="/x", body=b"{}", retry_safe=True)
CA = Certificate("CONTOH CA", is_ca=True)
OTHER_CA = Certificate("CONTOH CA LAIN", is_ca=True)
SERVER = Certificate("contoh", issuer=CA, address=HERE)
NAMELESS = Certificate("contoh", issuer=CA)
LONER = Certificate("contoh")
EXPIRED = Certificate("contoh", issuer=CA, address=HERE, ends=NOW - DAY)


async def ask(server: Certificate, bundle: Certificate | None, directory: Path) -> object:
    """The status; or the kind of failure, whether nothing was sent, and nothing repeated."""
    async with serving(reply(200), context=server.server_context(directory)) as raw:
        endpoint = Endpoint(
            base_url=f"https://{HERE}:{raw.port}",
            ca_file=bundle.written(directory) if bundle is not None else None,
        )
        reports: list[CallReport] = []
        http = HttpPools(on_call=reports.append)("dukcapil", endpoint)
        try:
            return (await http.send(CALL)).status
        except TransportFailure as failure:
            nothing_sent = not failure.sent and raw.requests == []
            not_repeated = [report.retries for report in reports] == [0]
            return failure.kind, nothing_sent, not_repeated
        finally:
            await http.close()


@pytest.mark.parametrize(
    ("server", "bundle", "expected"),
    [
        pytest.param(SERVER, CA, 200, id="issued by the pinned CA"),
        pytest.param(SERVER, SERVER, 200, id="the pinned certificate, its CA not in the bundle"),
        pytest.param(NAMELESS, NAMELESS, 200, id="a pinned certificate needs no name"),
        pytest.param(LONER, LONER, 200, id="a pinned certificate that signed itself"),
        pytest.param(SERVER, OTHER_CA, REFUSED, id="D-42 other CA"),
        pytest.param(SERVER, NAMELESS, REFUSED, id="D-42 sibling"),
        pytest.param(LONER, SERVER, REFUSED, id="D-42 other leaf"),
        pytest.param(NAMELESS, CA, REFUSED, id="D-42 address not named"),
        pytest.param(EXPIRED, CA, REFUSED, id="D-42 expired"),
        pytest.param(EXPIRED, EXPIRED, REFUSED, id="D-42 pinned but expired"),
        pytest.param(SERVER, None, REFUSED, id="D-42 not in the store"),
    ],
)
async def test_only_a_server_of_the_pinned_bundle_is_called(
    tmp_path: Path, server: Certificate, bundle: Certificate | None, expected: object
):
    assert await ask(server, bundle, tmp_path) == expected


async def test_a_refused_certificate_counts_in_the_breaker(tmp_path: Path):
    async with serving(reply(200), context=SERVER.server_context(tmp_path)) as raw:
        url = f"https://{HERE}:{raw.port}"
        http = HttpPools()("dukcapil", Endpoint(base_url=url, ca_file=LONER.written(tmp_path)))
        for _ in range(Endpoint(base_url=url).limits.breaker_threshold):
            with pytest.raises(TransportFailure):
                await http.send(CALL)
        assert http.breakers() == {"lookup": BreakerState.OPEN}
        await http.close()


async def test_a_plain_server_behind_an_https_url_is_not_spoken_to():
    async with serving(reply(200)) as raw:
        limits = Limits(connect_timeout=0.05, retries=0)
        endpoint = Endpoint(base_url=f"https://{HERE}:{raw.port}", limits=limits)
        http = HttpPools()("dukcapil", endpoint)
        with pytest.raises(TransportFailure) as caught:
            await http.send(Call(operation="lookup", path="/x"))
        assert caught.value.sent is False
        await http.close()


def test_a_bundle_that_cannot_be_read_is_told_at_once(tmp_path: Path):
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    for path in (str(tmp_path / "missing.pem"), str(empty)):
        with pytest.raises(ValueError, match="ca_file"):
            HttpPools()("dukcapil", Endpoint(base_url="https://sim", ca_file=path))


def test_a_bundle_without_tls_is_a_mistake(tmp_path: Path):
    endpoint = Endpoint(base_url="http://sim", ca_file=CA.written(tmp_path))
    with pytest.raises(ValueError, match="https"):
        HttpPools()("dukcapil", endpoint)
