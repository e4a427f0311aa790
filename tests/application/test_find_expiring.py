"""What ends soon is found in time, and what does not matter any more is not."""

from datetime import timedelta

import pytest

from gateway.application.admin.find_expiring import FindExpiring
from gateway.domain.client import AuthMethod, SecretRow, StatusClient
from gateway.domain.grant import StatusGrant
from tests.fixtures.oauth import START, client_of, grant_of, private_key

BY = "CONTOH A"


def after(days):
    return START + timedelta(days=days)


def ending_key(days):
    return {**private_key("ES256"), "exp": int(after(days).timestamp())}


def secret_of(secret_id, days):
    return SecretRow(
        secret_id=secret_id,
        client_id="demo",
        hash="x",
        berlaku_dari=START,
        berlaku_sampai=after(days),
    )


@pytest.fixture
def find(clients, clock):
    return FindExpiring(clients, clock)


async def found(find, days=30):
    return [(one.jenis, one.id, one.sisa_hari, one.ambang_hari) for one in await find(days)]


async def test_clients_keys_secrets_and_grants_are_found_soonest_first(find, clients):
    await clients.save_client(client_of(jwks=(ending_key(20),), berakhir_pada=after(6.5)), oleh=BY)
    await clients.save_client(client_of("demo", auth=AuthMethod.CLIENT_SECRET, jwks=()), oleh=BY)
    await clients.add_secret(secret_of("s1", 0.5), oleh=BY)
    await clients.add_secret(secret_of("s2", 90), oleh=BY)
    await clients.append_grant(grant_of("demo", "G-1", berlaku_sampai=after(7)), oleh=BY)
    kid = private_key("ES256")["kid"]
    assert await found(find) == [
        ("rahasia", "s1", 0, 1),
        ("client", "dinkes", 6, 7),
        ("grant", "G-1", 7, 7),
        ("kunci", kid, 20, 30),
    ]
    assert [one.client_id for one in await find(1)] == ["demo"]


@pytest.mark.parametrize(
    ("days", "threshold"),
    [(30.01, None), (30, 30), (7.01, 30), (7, 7), (1.01, 7), (1, 1), (0, None)],
)
async def test_the_warning_grows_at_30_7_and_1_days(find, clients, days, threshold):
    await clients.save_client(client_of(dibuat_pada=after(-9), berakhir_pada=after(days)), oleh=BY)
    assert [one.ambang_hari for one in await find()] == ([threshold] if threshold else [])


async def test_what_nobody_uses_any_more_is_not_warned_of(find, clients):
    revoked = client_of(
        "lama", jwks=(ending_key(3),), status=StatusClient.DICABUT, berakhir_pada=after(3)
    )
    await clients.save_client(revoked, oleh=BY)
    await clients.save_client(client_of(), oleh=BY)
    for number, status in enumerate(set(StatusGrant) - {StatusGrant.AKTIF}):
        grant = grant_of("dinkes", f"G-{number}", status=status, berlaku_sampai=after(3))
        await clients.append_grant(grant, oleh=BY)
    assert await found(find) == []


async def test_a_suspended_client_is_warned_of_for_it_may_come_back(find, clients):
    suspended = client_of(status=StatusClient.DITANGGUHKAN, berakhir_pada=after(3))
    await clients.save_client(suspended, oleh=BY)
    assert await found(find) == [("client", "dinkes", 3, 7)]
