"""The fourth migration: what a grant of an earlier version allowed, it allows still, and no more."""

import msgspec
import pytest
import sqlalchemy as sa

from gateway.domain.grant import JenisGrant, Scope
from gateway.infra.db.clients.clients import SqlClients
from gateway.infra.db.engine import Database, open_engine, sync_url
from gateway.infra.db.tables import GRANT_VERSI
from gateway.infra.db.upgrading.migrate import upgrade
from gateway.kit.clock import ManualClock
from tests.contract.test_migration_0002 import downgrade
from tests.fixtures.oauth import START, client_of, grant_of

NEW = {"jenis", "tingkat_wilayah", "pks_berlaku_sampai", "baris_per_hari"}
WIDE = {"baris_per_hari": 5, "pks_berlaku_sampai": START}


@pytest.fixture
async def clients(database_url):
    database = Database(open_engine(database_url))
    stored = SqlClients(database, ManualClock(START))
    await stored.save_client(client_of(), oleh="CONTOH A")
    yield stored
    await database.close()


async def documents(url):
    engine = sa.create_engine(sync_url(url), poolclass=sa.NullPool)
    query = sa.select(GRANT_VERSI.c.isi).order_by(GRANT_VERSI.c.grant_id, GRANT_VERSI.c.versi)
    with engine.connect() as connection:
        return list(connection.scalars(query))


async def test_what_was_stored_before_reads_on_without_a_limit(database_url, clients):
    await clients.append_grant(grant_of("dinkes", "G-1"), oleh="CONTOH A")
    downgrade(database_url, "0002")
    (old,) = await documents(database_url)
    assert not set(old) & NEW
    upgrade(database_url)
    grant = await clients.grant("G-1")
    assert grant == grant_of("dinkes", "G-1")
    assert (grant.jenis, grant.baris_per_hari, grant.pks_berlaku_sampai) == ("BACA", "*", None)
    assert grant.berlaku(START)


async def test_a_second_time_changes_nothing(database_url, clients):
    await clients.append_grant(grant_of("dinkes", "G-1", **WIDE), oleh="CONTOH A")
    before = await documents(database_url)
    upgrade(database_url)
    assert await documents(database_url) == before


async def test_on_the_way_back_no_other_type_turns_into_reading(database_url, clients):
    scopes = frozenset((Scope.PPKS_READ, Scope.AUDIT_READ))
    for number, jenis in enumerate(JenisGrant):
        grant = grant_of("dinkes", f"G-{number}", jenis=jenis, scopes=scopes, **WIDE)
        await clients.append_grant(grant, oleh="CONTOH A")
    downgrade(database_url, "0002")
    for jenis, old in zip(JenisGrant, await documents(database_url), strict=True):
        assert not set(old) & NEW
        assert old["scopes"] == ["ppks:read"]
        assert old["status"] == ("AKTIF" if jenis is JenisGrant.BACA else "BERAKHIR")
        assert msgspec.json.encode(old)
