"""The ninth migration: what was noted without names stays so; grants can be read on the way back."""

import sqlalchemy as sa

from gateway.domain.audit import HasilAudit
from gateway.domain.grant import DasarWalauDibatasi, JenisGrant
from gateway.infra.db.clients.clients import SqlClients
from gateway.infra.db.engine import sync_url
from gateway.infra.db.subjects.log import SqlSubjectLog
from gateway.infra.db.tables import GRANT_VERSI
from gateway.infra.db.upgrading.migrate import upgrade
from tests.contract.audit_entries import bare
from tests.contract.shelf import record
from tests.contract.test_migration_0002 import downgrade
from tests.fixtures.oauth import client_of, grant_of


async def test_pages_from_before_are_told_as_nameless(shelf):
    await shelf.save(record(1))
    page = {"peristiwa": "ppks.list", "hasil": HasilAudit.DIBERIKAN, "client_id": "dinkes"}
    await shelf.audit.record(bare(jumlah=7, daftar="A" * 16, **page))
    downgrade(shelf.url, "0009")
    upgrade(shelf.url)
    (unnamed,) = await SqlSubjectLog(shelf.database).unnamed(None, None)
    assert (unnamed.client_id, unnamed.rekaman) == ("dinkes", 7)
    assert len(await shelf.shown()) == 1


async def test_on_the_way_back_a_grant_that_cannot_be_understood_ends(shelf):
    clients = SqlClients(shelf.database, shelf.clock)
    await clients.save_client(client_of(), oleh="CONTOH A")
    changes = (
        {},
        {"walau_dibatasi": DasarWalauDibatasi.KESELAMATAN},
        {"jenis": JenisGrant.SUBJEK},
    )
    for number, some in enumerate(changes):
        await clients.append_grant(grant_of("dinkes", f"G-{number}", **some), oleh="CONTOH A")
    downgrade(shelf.url, "0009")
    engine = sa.create_engine(sync_url(shelf.url), poolclass=sa.NullPool)
    query = sa.select(GRANT_VERSI.c.isi).order_by(GRANT_VERSI.c.grant_id)
    with engine.connect() as connection:
        stored = list(connection.scalars(query))
    assert [isi["status"] for isi in stored] == ["AKTIF", "BERAKHIR", "BERAKHIR"]
    assert [isi["jenis"] for isi in stored] == ["BACA", "BACA", "AUDIT"]
    assert not any("walau_dibatasi" in isi for isi in stored)
