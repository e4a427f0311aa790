"""What an operator may do with clients, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest

from gateway.application.admin.manage_clients import ManageClients
from gateway.domain.client import AuthMethod, StatusClient
from gateway.domain.errors import BadInput, Conflict, NotFound
from gateway.infra.oauth.client_keys import check_public_jwk, public_jwk
from gateway.kit.secret_hash import secret_matches
from tests.fixtures.oauth import START, private_key

KEY = check_public_jwk(public_jwk(private_key("ES256")))
OTHER_KEY = check_public_jwk(public_jwk(private_key("ES256", 2)))
BY = "CONTOH A"


@pytest.fixture
def manage(clients, clock):
    return ManageClients(clients, clock)


async def add(manage, client_id="dinkes", **changes: Any):
    usual = {
        "opd": "Dinas Kesehatan",
        "auth": AuthMethod.PRIVATE_KEY_JWT,
        "jwks": [KEY],
        "berakhir_pada": None,
        "oleh": BY,
    }
    return await manage.add(client_id, **usual | changes)


async def test_a_client_is_registered_with_its_keys(manage):
    added = await add(manage, jwks=[KEY, OTHER_KEY])
    found = await manage.show("dinkes")
    assert found.client == added
    assert (added.status, added.dibuat_pada, len(added.jwks)) == (StatusClient.AKTIF, START, 2)
    assert list(await manage.all()) == [added]


@pytest.mark.parametrize(
    "client_id",
    ["", "a", "Dinkes", "dinas kesehatan", "-a", "a" * 64, "x-9901010101900001", "dinkes\n"],
)
async def test_a_client_id_is_a_plain_name_and_no_nik(manage, client_id):
    with pytest.raises(BadInput):
        await add(manage, client_id)


@pytest.mark.parametrize(
    "changes",
    [
        {"opd": "  "},
        {"oleh": " "},
        {"oleh": "x" * 101},
        {"jwks": []},
        {"jwks": [KEY, KEY]},
        {"jwks": [{**KEY, "kid": str(number)} for number in range(5)]},
        {"auth": AuthMethod.CLIENT_SECRET},
        {"berakhir_pada": START},
    ],
)
async def test_a_client_that_breaks_the_profile_is_not_stored(manage, changes):
    with pytest.raises(BadInput):
        await add(manage, **changes)
    assert list(await manage.all()) == []


async def test_an_id_is_taken_once(manage, clock):
    await add(manage)
    clock.advance(timedelta(seconds=1))
    with pytest.raises(Conflict):
        await add(manage)


async def test_a_secret_is_shown_once_and_kept_as_a_hash(manage, clients):
    await add(manage, "demo", auth=AuthMethod.CLIENT_SECRET, jwks=[])
    made = await manage.add_secret("demo", lifetime=timedelta(days=30), oleh=BY)
    (row,) = await clients.secrets("demo")
    assert secret_matches(made.secret.reveal(), row.hash)
    assert made.secret.reveal() not in (repr(made), row.hash)
    assert made.berlaku_sampai == row.berlaku_sampai == START + timedelta(days=30)
    await manage.add_secret("demo", lifetime=timedelta(days=30), oleh=BY)
    with pytest.raises(Conflict):
        await manage.add_secret("demo", lifetime=timedelta(days=30), oleh=BY)


@pytest.mark.parametrize("days", [0, -1, 367])
async def test_a_secret_lives_a_day_to_a_year(manage, days):
    await add(manage, "demo", auth=AuthMethod.CLIENT_SECRET, jwks=[])
    with pytest.raises(BadInput):
        await manage.add_secret("demo", lifetime=timedelta(days=days), oleh=BY)


async def test_a_client_with_a_key_gets_no_secret(manage):
    await add(manage)
    with pytest.raises(BadInput):
        await manage.add_secret("dinkes", lifetime=timedelta(days=30), oleh=BY)


@pytest.mark.parametrize(
    ("steps", "ends_as"),
    [
        ([StatusClient.DITANGGUHKAN], StatusClient.DITANGGUHKAN),
        ([StatusClient.DITANGGUHKAN, StatusClient.AKTIF], StatusClient.AKTIF),
        ([StatusClient.DICABUT], StatusClient.DICABUT),
        ([StatusClient.DITANGGUHKAN, StatusClient.DICABUT], StatusClient.DICABUT),
    ],
)
async def test_clients_are_suspended_resumed_and_revoked(manage, steps, ends_as):
    await add(manage)
    for status in steps:
        await manage.set_status("dinkes", status, oleh=BY)
    assert (await manage.show("dinkes")).client.status is ends_as


@pytest.mark.parametrize(
    "steps",
    [
        [StatusClient.AKTIF],
        [StatusClient.DICABUT, StatusClient.AKTIF],
        [StatusClient.DICABUT, StatusClient.DITANGGUHKAN],
    ],
)
async def test_a_step_that_makes_no_sense_is_refused(manage, steps):
    await add(manage)
    for status in steps[:-1]:
        await manage.set_status("dinkes", status, oleh=BY)
    with pytest.raises(Conflict):
        await manage.set_status("dinkes", steps[-1], oleh=BY)


@pytest.mark.parametrize("status", [StatusClient.DITANGGUHKAN, StatusClient.DICABUT])
async def test_whoever_is_stopped_loses_the_tokens_that_are_out_for_good(manage, clock, status):
    await add(manage)
    before, now = clock(), clock() + timedelta(seconds=5)
    clock.now = now
    stopped = await manage.set_status("dinkes", status, oleh=BY)
    assert (stopped.not_before, stopped.menerima(now, now)) == (now, False)
    if status is StatusClient.DITANGGUHKAN:
        clock.advance(timedelta(seconds=5))
        back = await manage.set_status("dinkes", StatusClient.AKTIF, oleh=BY)
        assert back.not_before == now
        assert not back.menerima(before, clock())
        assert back.menerima(now, clock())


async def test_a_client_that_is_logged_out_stays_active_and_its_old_tokens_end(manage, clock):
    await add(manage)
    clock.advance(timedelta(seconds=5))
    client = await manage.log_out("dinkes", oleh=BY)
    assert client.aktif(clock())
    assert not client.menerima(START + timedelta(seconds=4), clock())
    assert client.menerima(clock(), clock())


async def live_secrets(manage, count=2):
    await add(manage, "demo", auth=AuthMethod.CLIENT_SECRET, jwks=[])
    life = timedelta(days=30)
    return [await manage.add_secret("demo", lifetime=life, oleh=BY) for _ in range(count)]


async def test_a_secret_ends_after_its_grace_and_makes_room(manage, clock, clients):
    old, new = await live_secrets(manage)
    ended = await manage.end_secret("demo", old.secret_id, grace=timedelta(hours=24), oleh=BY)
    assert ended.berlaku_sampai == START + timedelta(hours=24)
    assert (await clients.client("demo")).not_before is None
    assert len(await clients.secrets("demo")) == 2
    clock.advance(timedelta(hours=24))
    assert [row.secret_id for row in await clients.secrets("demo")] == [new.secret_id]
    await manage.add_secret("demo", lifetime=timedelta(days=1), oleh=BY)


async def test_without_a_grace_a_secret_ends_at_once_and_the_tokens_with_it(manage, clients):
    (only,) = await live_secrets(manage, 1)
    await manage.end_secret("demo", only.secret_id, grace=timedelta(0), oleh=BY)
    assert await clients.secrets("demo") == []
    assert (await clients.client("demo")).not_before == START


async def test_a_grace_never_makes_a_secret_live_longer(manage, clients):
    old, _ = await live_secrets(manage)
    await manage.end_secret("demo", old.secret_id, grace=timedelta(hours=1), oleh=BY)
    with pytest.raises(NotFound):
        await manage.end_secret("demo", old.secret_id, grace=timedelta(hours=2), oleh=BY)
    ends = {row.secret_id: row.berlaku_sampai for row in await clients.secrets("demo")}
    assert ends[old.secret_id] == START + timedelta(hours=1)


@pytest.mark.parametrize("grace", [timedelta(seconds=-1), timedelta(days=7, seconds=1)])
async def test_a_grace_is_a_week_at_most(manage, grace):
    (only,) = await live_secrets(manage, 1)
    with pytest.raises(BadInput):
        await manage.end_secret("demo", only.secret_id, grace=grace, oleh=BY)


async def test_a_secret_is_ended_under_its_own_client(manage, clients):
    (one,) = await live_secrets(manage, 1)
    await add(manage, "lain", auth=AuthMethod.CLIENT_SECRET, jwks=[])
    for client_id, secret_id in (("lain", one.secret_id), ("demo", "tak-ada")):
        with pytest.raises(NotFound):
            await manage.end_secret(client_id, secret_id, grace=timedelta(0), oleh=BY)
    assert len(await clients.secrets("demo")) == 1


async def test_who_is_not_registered_cannot_be_managed(manage):
    with pytest.raises(NotFound):
        await manage.show("tak-ada")
    with pytest.raises(NotFound):
        await manage.add_secret("tak-ada", lifetime=timedelta(days=1), oleh=BY)
    with pytest.raises(NotFound):
        await manage.set_status("tak-ada", StatusClient.DICABUT, oleh=BY)
    with pytest.raises(NotFound):
        await manage.log_out("tak-ada", oleh=BY)
