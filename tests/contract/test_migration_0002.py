"""The second migration: what the first version stored goes on as it was."""

from datetime import timedelta

import msgspec
import pytest
import sqlalchemy as sa
from alembic import command
from joserfc.jwk import ECKey

from gateway.infra.db.clients.clients import SqlClients
from gateway.infra.db.engine import Database, open_engine, sync_url
from gateway.infra.db.upgrading.migrate import alembic_config, upgrade
from gateway.kit.clock import ManualClock
from tests.fixtures.fleet import STRICT, Fleet
from tests.fixtures.oauth import KEYRING, PUBLIC_URL, START, sign

KEY = ECKey.generate_key("P-256")
KID = KEY.thumbprint()
PUBLIC = {**KEY.as_dict(private=False), "kid": KID, "alg": "ES256", "use": "sig"}
CLAIMS = {
    "iss": PUBLIC_URL, "sub": "dinkes", "client_id": "dinkes", "aud": PUBLIC_URL,
    "iat": int(START.timestamp()), "exp": int(START.timestamp()) + 300, "jti": "contoh",
    "scope": "ppks:read", "grant_id": "G-1", "grant_versi": 1,
}  # fmt: skip


def downgrade(url, revision):
    engine = sa.create_engine(sync_url(url))
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    engine.dispose()


def run(url, *statements):
    engine = sa.create_engine(sync_url(url), poolclass=sa.NullPool)
    with engine.begin() as connection:
        for text, values in statements:
            connection.execute(sa.text(text), values)


OLD_CLIENT = (
    "INSERT INTO client (client_id, opd, auth, jwks, status, dibuat_pada)"
    " VALUES ('dinkes', 'CONTOH OPD', 'private_key_jwt', :jwks, 'AKTIF', '2026-01-01 00:00:00+00:00')"
)
OLD_KEY = (
    "INSERT INTO signing_key (kid, penerbit, alg, publik, privat, status, dibuat_pada)"
    " VALUES (:kid, 'ketat', 'ES256', :publik, :privat, 'signing', '2026-01-01 00:00:00+00:00')"
)


@pytest.fixture
def old_url(database_url):
    """A store of the first version, with a client and a key that signs."""
    downgrade(database_url, "0001")
    private = msgspec.json.encode(KEY.as_dict(private=True))
    key = {
        "kid": KID,
        "publik": msgspec.json.encode(PUBLIC).decode(),
        "privat": KEYRING.seal(private, f"signing_key|privat|{KID}".encode()),
    }
    run(database_url, (OLD_CLIENT, {"jwks": '[{"kid": "a"}]'}), (OLD_KEY, key))
    return database_url


async def test_tokens_hold_and_the_key_goes_on_signing(old_url):
    upgrade(old_url)
    fleet = Fleet(old_url, size=1)
    (one,) = fleet.instances
    token = sign(
        CLAIMS, {**KEY.as_dict(private=True), "kid": KID, "alg": "ES256"}, {"typ": "at+jwt"}
    )
    assert (await one.verifier.verify(token)).grant_id == "G-1"
    assert (await one.keys.current(STRICT)).kid == KID
    (key,) = await fleet.store.keys()
    assert key.dipakai_pada == key.dibuat_pada
    await fleet.close()


async def test_clients_keep_their_keys_for_any_time_and_have_no_bound(old_url):
    upgrade(old_url)
    database = Database(open_engine(old_url))
    client = await SqlClients(database, ManualClock(START)).client("dinkes")
    assert client.kunci_hidup(START) == client.jwks == ({"kid": "a"},)
    assert client.not_before is None
    assert client.menerima(START - timedelta(days=1), START)
    await database.close()


@pytest.mark.parametrize("status", ["signing", "published"])
async def test_an_issuer_has_one_key_of_a_kind_after_it(old_url, status):
    upgrade(old_url)
    insert = (
        "INSERT INTO signing_key (kid, penerbit, alg, publik, status, dibuat_pada) VALUES"
        f" (:kid, 'ketat', 'ES256', '{{}}', '{status}', '2026-01-01 00:00:00+00:00')"
    )
    with pytest.raises(sa.exc.IntegrityError):
        run(old_url, (insert, {"kid": "b"}), (insert, {"kid": "c"}))


async def test_the_way_back_drops_only_keys_that_are_gone(old_url):
    upgrade(old_url)
    insert = (
        "INSERT INTO signing_key (kid, penerbit, alg, publik, status, dibuat_pada) VALUES"
        " ('b', 'ketat', 'ES256', '{}', 'gone', '2026-01-01 00:00:00+00:00')"
    )
    run(old_url, (insert, {}))
    downgrade(old_url, "0001")
    engine = sa.create_engine(sync_url(old_url))
    with engine.connect() as connection:
        assert list(connection.execute(sa.text("SELECT kid FROM signing_key")).scalars()) == [KID]
    engine.dispose()
