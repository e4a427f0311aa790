"""Keys and secrets change hands without a gap, and what was ended proves nothing any more."""

from datetime import timedelta

import pytest

from gateway.application.admin.manage_client_keys import ManageClientKeys
from gateway.infra.oauth.client_keys import check_public_jwk, public_jwk
from tests.fixtures.oauth import START, private_key

BY = "CONTOH A"
OLD, NEW = private_key("ES256"), private_key("ES256", 2)
HOUR = timedelta(hours=1)


@pytest.fixture
def keys(bench):
    return ManageClientKeys(bench.clients, bench.clock)


async def answers(bench, *private):
    """The status with which each key's assertion is answered."""
    return [(await bench.strict_token(bench.assertion(key=each))).status_code for each in private]


async def test_a_client_changes_its_key_without_a_gap(bench, keys):
    await keys.add("dinkes", [check_public_jwk(public_jwk(NEW))], oleh=BY)
    assert await answers(bench, OLD, NEW) == [200, 200]
    await keys.remove("dinkes", OLD["kid"], oleh=BY)
    assert await answers(bench, OLD, NEW) == [401, 200]


async def test_a_key_proves_its_client_in_its_time_only(bench, keys):
    await keys.add(
        "dinkes",
        [check_public_jwk(public_jwk(NEW))],
        not_before=START + HOUR,
        not_after=START + 2 * HOUR,
        oleh=BY,
    )
    seen = []
    for _ in range(4):
        seen.append(await answers(bench, NEW))
        bench.clock.advance(timedelta(minutes=59, seconds=59))
        seen.append(await answers(bench, NEW))
        bench.clock.advance(timedelta(seconds=1))
    assert seen == [[401], [401], [200], [200], [401], [401], [401], [401]]


async def test_a_key_to_come_does_not_confuse_a_client_that_names_none(bench, keys):
    await keys.add("dinkes", [check_public_jwk(public_jwk(NEW))], not_before=START + HOUR, oleh=BY)
    unnamed = bench.assertion(key=OLD, header={"kid": None})
    assert (await bench.strict_token(unnamed)).status_code == 200


async def test_a_secret_that_was_ended_is_refused_and_the_other_one_is_not(bench):
    new = await bench.manage.add_secret("demo", lifetime=timedelta(days=9), oleh=BY)
    old_id = bench.secret.partition(".")[0]
    await bench.manage.end_secret("demo", old_id, grace=HOUR, oleh=BY)
    assert (await bench.legacy_token()).status_code == 200
    bench.clock.advance(HOUR)
    assert (await bench.legacy_token()).status_code == 401
    assert (await bench.legacy_token(("demo", new.secret.reveal()))).status_code == 200
    await bench.manage.end_secret("demo", new.secret_id, grace=timedelta(0), oleh=BY)
    assert (await bench.legacy_token(("demo", new.secret.reveal()))).status_code == 401
