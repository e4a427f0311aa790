"""Whose address counts behind a reverse proxy, seen from outside."""

import msgspec
import pytest

from tests.fixtures.gateway_app import environment, opened
from tests.fixtures.gateway_people import PENDUDUK

PER_MINUTE = 60
PROXY = "10.0.0.7"


@pytest.fixture
async def proxied(sqlite_url):
    """A gateway that trusts one proxy."""
    environ = environment(sqlite_url, GATEWAY_TRUSTED_PROXIES=f"{PROXY}, fd00::/8")
    async with opened(environ) as gateway:
        yield gateway


async def knock(http, *addresses, times=1):
    """What the last of so many requests without a token is answered."""
    headers = [("x-forwarded-for", address) for address in addresses]
    for _ in range(times):
        answer = await http.get("/v1/ppks", headers=headers)
    return answer.status_code


async def test_behind_a_trusted_proxy_each_client_has_a_limit_of_its_own(proxied):
    async with proxied.from_address(PROXY) as http:
        assert await knock(http, "198.51.100.4", times=PER_MINUTE + 1) == 429
        assert await knock(http, "203.0.113.9, 198.51.100.4:4711", "fd00::1") == 429
        assert await knock(http, "198.51.100.5") == 401
        assert await knock(http, "198.51.100.4, 198.51.100.6") == 401


async def test_a_stranger_cannot_take_another_address(proxied):
    async with proxied.from_address("192.0.2.77") as http:
        for number in range(PER_MINUTE):
            assert await knock(http, f"198.51.100.{number}") == 401
        assert await knock(http, "198.51.100.200") == 429
    async with proxied.from_address(PROXY) as http:
        assert await knock(http, "198.51.100.200") == 401


async def test_what_cannot_be_read_counts_as_the_proxy(proxied):
    async with proxied.from_address(PROXY) as http:
        assert await knock(http, "unknown", times=PER_MINUTE + 1) == 429
        assert await knock(http, "bukan alamat") == 429
        assert await knock(http) == 429
        assert await knock(http, "198.51.100.4") == 401


async def test_without_trusted_proxies_the_header_is_not_read(gateway):
    async with gateway.from_address(PROXY) as http:
        assert await knock(http, "198.51.100.4", times=PER_MINUTE + 1) == 429
        assert await knock(http, "198.51.100.5") == 429


class Listening:
    """Stands before the registry and keeps what it is asked."""

    def __init__(self) -> None:
        self.told: list[dict] = []

    def before(self, app):
        async def registry(scope, receive, send) -> None:
            async def hear() -> dict:
                message = await receive()
                if message.get("body"):
                    self.told.append(msgspec.json.decode(message["body"]))
                return message

            await app(scope, hear, send)

        return registry


async def test_the_registry_is_told_the_clients_address(sqlite_url):
    ear = Listening()
    environ = environment(
        sqlite_url, GATEWAY_TRUSTED_PROXIES=PROXY, GATEWAY_DUKCAPIL_IP_SOURCE="caller"
    )
    async with opened(environ, wrap=ear.before) as gateway:
        asker = await gateway.asking()
        async with gateway.from_address(PROXY) as http:
            headers = {"x_forwarded_for": "198.51.100.4"}
            body = {"nik": PENDUDUK[0].nik}
            answer = await asker.through(http).post("/v1/penduduk/lookup", body, **headers)
    assert answer.status_code == 200, answer.text
    assert [asked["IP_USER"] for asked in ear.told] == ["198.51.100.4"]
