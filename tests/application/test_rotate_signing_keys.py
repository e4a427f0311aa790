"""Rotation from the operator's side: publish, wait, let it sign."""

from datetime import timedelta

import pytest

from gateway.application.tokens.rotate_signing_keys import ripe_at
from gateway.domain.errors import BadInput, Conflict
from gateway.domain.signing import RETIREMENT, KunciPenerbit, StatusKunci
from tests.fixtures.fleet import LEGACY, STRICT, Fleet
from tests.fixtures.oauth import START

BY = "CONTOH A"


@pytest.fixture
async def fleet(database_url):
    made = Fleet(database_url, size=1)
    await made.instances[0].keys.current(STRICT)
    yield made
    await made.close()


async def states(fleet):
    return {key.kid: key.status.value for key in await fleet.store.keys()}


async def test_a_key_is_published_waits_five_minutes_and_signs(fleet):
    rotate = fleet.operator()
    coming = await rotate(STRICT, oleh=BY)
    assert (coming.status, ripe_at(coming)) == ("published", START + timedelta(minutes=5))
    await fleet.sleep(299)
    with pytest.raises(Conflict, match="03:05:00Z"):
        await rotate(STRICT, oleh=BY)
    await fleet.sleep(1)
    signing = await rotate(STRICT, oleh=BY)
    assert (signing.kid, signing.status) == (coming.kid, StatusKunci.SIGNING)
    (old,) = [key for key in await rotate.all() if key.kid != signing.kid]
    assert (old.status, old.pensiun_pada) == ("retiring", fleet.clock())
    assert old.hilang_pada == fleet.clock() + RETIREMENT


async def test_a_whole_life_ends_with_the_next_look_after_the_retirement(fleet):
    rotate = fleet.operator()
    fresh = await rotate(STRICT, oleh=BY, at_once=True)
    await fleet.sleep(RETIREMENT.total_seconds())
    assert sorted(key.status for key in await rotate.all()) == ["gone", "signing"]
    assert (await states(fleet))[fresh.kid] == "signing"


async def test_who_does_not_wait_waits_until_every_instance_shows_the_key(fleet):
    waited = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)
        assert sorted((await states(fleet)).values()) == ["published", "signing"]

    fresh = await fleet.operator(pause)(STRICT, oleh=BY, at_once=True)
    assert (waited, fresh.status) == ([2.0], "signing")


async def test_a_key_that_all_show_already_is_not_waited_for(fleet):
    coming = await fleet.operator()(STRICT, oleh=BY)
    await fleet.sleep(2)

    async def pause(_seconds: float) -> None:
        raise AssertionError

    fresh = await fleet.operator(pause)(STRICT, oleh=BY, at_once=True)
    assert (fresh.kid, fresh.status) == (coming.kid, "signing")


async def test_an_issuer_that_never_signed_can_be_rotated(fleet):
    fresh = await fleet.operator()(LEGACY, oleh=BY, at_once=True)
    assert (fresh.penerbit, fresh.status) == (LEGACY, "signing")
    assert (await fleet.instances[0].keys.current(LEGACY)).kid == fresh.kid


@pytest.mark.parametrize("oleh", ["", "  ", "Gateway"])
async def test_a_rotation_bears_a_persons_name(fleet, oleh):
    with pytest.raises(BadInput):
        await fleet.operator()(STRICT, oleh=oleh)
    assert len(await states(fleet)) == 1


@pytest.mark.parametrize(
    ("status", "hilang", "expected"),
    [
        (StatusKunci.PUBLISHED, None, True),
        (StatusKunci.SIGNING, None, True),
        (StatusKunci.RETIRING, START + timedelta(seconds=1), True),
        (StatusKunci.RETIRING, START, False),
        (StatusKunci.GONE, START + timedelta(days=1), False),
    ],
)
def test_when_a_keys_tokens_are_believed(status, hilang, expected):
    key = KunciPenerbit(
        kid="a", penerbit=STRICT, status=status, dibuat_pada=START, hilang_pada=hilang
    )
    assert key.dipercaya(START) is expected
