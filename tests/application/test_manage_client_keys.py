"""Keys are added for their time and taken away, and a client never loses its last live one."""

import asyncio
from datetime import timedelta

import pytest

from gateway.application.admin.manage_client_keys import ManageClientKeys
from gateway.application.admin.manage_clients import ManageClients
from gateway.domain.client import AuthMethod, StatusClient
from gateway.domain.errors import BadInput, Conflict, NotFound
from gateway.infra.oauth.client_keys import check_public_jwk, public_jwk
from tests.fixtures.oauth import START, client_of, private_key

BY = "CONTOH A"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def key(number, alg="ES256"):
    return check_public_jwk(public_jwk(private_key(alg, number)))


FIRST, SECOND = key(1), key(2)


@pytest.fixture(autouse=True)
async def registered(clients):
    await clients.save_client(client_of(jwks=(FIRST,)), oleh=BY)


@pytest.fixture
def keys(clients, clock):
    return ManageClientKeys(clients, clock)


def live(client, now):
    return [jwk["kid"] for jwk in client.kunci_hidup(now)]


async def test_keys_overlap_and_each_has_its_time(keys, clients):
    await keys.add("dinkes", [SECOND], not_before=START + HOUR, not_after=START + DAY, oleh=BY)
    client = await clients.client("dinkes")
    assert client.jwks[1] == {
        **SECOND,
        "nbf": int((START + HOUR).timestamp()),
        "exp": int((START + DAY).timestamp()),
    }
    assert live(client, START) == [FIRST["kid"]]
    assert live(client, START + HOUR) == [FIRST["kid"], SECOND["kid"]]
    assert live(client, START + DAY - HOUR) == [FIRST["kid"], SECOND["kid"]]
    assert live(client, START + DAY) == [FIRST["kid"]]


async def test_a_key_is_taken_away_once_another_one_is_live(keys):
    with pytest.raises(Conflict):
        await keys.remove("dinkes", FIRST["kid"], oleh=BY)
    await keys.add("dinkes", [SECOND], oleh=BY)
    left = await keys.remove("dinkes", FIRST["kid"], oleh=BY)
    assert [jwk["kid"] for jwk in left.jwks] == [SECOND["kid"]]
    with pytest.raises(NotFound):
        await keys.remove("dinkes", FIRST["kid"], oleh=BY)


async def test_a_key_that_is_still_to_come_does_not_count_as_live(keys, clock):
    await keys.add("dinkes", [SECOND], not_before=START + HOUR, oleh=BY)
    with pytest.raises(Conflict):
        await keys.remove("dinkes", FIRST["kid"], oleh=BY)
    clock.advance(HOUR)
    await keys.remove("dinkes", FIRST["kid"], oleh=BY)


async def test_keys_whose_time_is_over_can_always_be_tidied_away_but_for_the_last(keys, clock):
    await keys.add("dinkes", [SECOND], not_after=START + HOUR, oleh=BY)
    clock.advance(HOUR)
    await keys.remove("dinkes", SECOND["kid"], oleh=BY)


async def test_the_only_key_stays_even_where_its_time_is_over(keys, clock):
    await keys.add("dinkes", [SECOND], not_after=START + HOUR, oleh=BY)
    await keys.remove("dinkes", FIRST["kid"], oleh=BY)
    clock.advance(HOUR)
    with pytest.raises(Conflict):
        await keys.remove("dinkes", SECOND["kid"], oleh=BY)


async def test_two_operators_cannot_take_the_last_two_keys_away_at_once(keys, clients):
    await keys.add("dinkes", [SECOND], oleh=BY)
    tries = [keys.remove("dinkes", jwk["kid"], oleh=BY) for jwk in (FIRST, SECOND)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert [isinstance(result, Conflict) for result in results].count(True) == 1
    assert len((await clients.client("dinkes")).jwks) == 1


async def test_a_key_that_is_added_does_not_undo_a_suspension_of_the_same_moment(
    keys, clients, clock
):
    manage = ManageClients(clients, clock)
    await asyncio.gather(
        keys.add("dinkes", [SECOND], oleh=BY),
        manage.set_status("dinkes", StatusClient.DITANGGUHKAN, oleh=BY),
    )
    client = await clients.client("dinkes")
    assert (client.status, len(client.jwks)) == (StatusClient.DITANGGUHKAN, 2)


@pytest.mark.parametrize(
    "jwks",
    [
        [FIRST],
        [key(3), {**key(4), "kid": key(3)["kid"]}],
        [{**key(1, "Ed25519"), "kid": FIRST["kid"]}],
    ],
    ids=["its own again", "one name for two", "another kind under a name that is taken"],
)
async def test_a_kid_names_one_key_of_a_client(keys, clients, jwks):
    with pytest.raises(BadInput):
        await keys.add("dinkes", jwks, oleh=BY)
    assert len((await clients.client("dinkes")).jwks) == 1


async def test_a_client_has_four_keys_at_most(keys):
    await keys.add("dinkes", [key(number) for number in (2, 3, 4)], oleh=BY)
    with pytest.raises(BadInput):
        await keys.add("dinkes", [key(5)], oleh=BY)


@pytest.mark.parametrize(
    "bounds",
    [
        {"not_after": START},
        {"not_after": START - HOUR},
        {"not_before": START + DAY, "not_after": START + DAY},
        {"not_before": START + DAY, "not_after": START + HOUR},
    ],
)
async def test_a_time_that_never_comes_is_refused(keys, bounds):
    with pytest.raises(BadInput):
        await keys.add("dinkes", [SECOND], **bounds, oleh=BY)


async def test_only_a_client_that_has_keys_and_was_not_revoked_gets_more(keys, clients, clock):
    await clients.save_client(client_of("demo", auth=AuthMethod.CLIENT_SECRET, jwks=()), oleh=BY)
    with pytest.raises(BadInput):
        await keys.add("demo", [SECOND], oleh=BY)
    with pytest.raises(BadInput):
        await keys.remove("demo", SECOND["kid"], oleh=BY)
    with pytest.raises(NotFound):
        await keys.add("tak-ada", [SECOND], oleh=BY)
    with pytest.raises(BadInput):
        await keys.add("dinkes", [SECOND], oleh=" ")
    await ManageClients(clients, clock).set_status("dinkes", StatusClient.DICABUT, oleh=BY)
    with pytest.raises(Conflict):
        await keys.add("dinkes", [SECOND], oleh=BY)
