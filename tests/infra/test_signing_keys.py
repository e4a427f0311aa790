"""Each issuer has one signing key, however many instances ask for it first."""

import asyncio

import pytest
import sqlalchemy as sa

from gateway.domain.errors import Unavailable
from gateway.infra.crypto import Keyring
from gateway.infra.db.engine import Database, open_engine
from gateway.infra.db.tables import SIGNING_KEY
from gateway.infra.oauth.signing import SigningKeys
from gateway.kit.clock import ManualClock
from tests.fixtures.oauth import KEYRING, START


@pytest.fixture
async def instances(database_url):
    """Five instances, each with connections of its own."""
    databases = [Database(open_engine(database_url)) for _ in range(5)]
    yield [SigningKeys(database, KEYRING, ManualClock(START)) for database in databases]
    for database in databases:
        await database.close()


async def test_instances_that_start_together_sign_with_the_same_key(instances, database):
    asked = [
        keys.current(name) for keys in instances for name in ("ketat", "lama") for _ in range(3)
    ]
    kids = [key.kid for key in await asyncio.gather(*asked)]
    assert len(set(kids)) == 2
    async with database.reading() as connection:
        assert len((await connection.execute(sa.select(SIGNING_KEY))).all()) == 2


async def test_the_kid_is_the_thumbprint_and_the_private_part_is_sealed(instances, database):
    key = await instances[0].current("ketat")
    assert key.kid == key.key.thumbprint()
    assert "d" not in key.publik
    async with database.reading() as connection:
        row = (await connection.execute(sa.select(SIGNING_KEY))).one()
    secret = key.key.as_dict(private=True)["d"]
    assert secret.encode() not in row.privat
    assert (row.kid, row.publik, row.status, row.dibuat_pada) == (
        key.kid,
        key.publik,
        "signing",
        START,
    )


async def test_a_keyring_that_does_not_open_the_key_makes_the_issuer_unavailable(
    instances, database
):
    await instances[0].current("ketat")
    stranger = SigningKeys(database, Keyring({"k1": b"x" * 32}, b"i" * 32), ManualClock(START))
    with pytest.raises(Unavailable) as raised:
        await stranger.current("ketat")
    assert raised.value.code == "signing_key_sealed"


async def test_a_key_outlives_the_instance_that_made_it(instances):
    first = await instances[0].current("ketat")
    second = await instances[1].current("ketat")
    assert first.key.as_dict(private=True) == second.key.as_dict(private=True)
