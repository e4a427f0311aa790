"""The migration to the change feed: what was stored before is told, in the order of its changes."""

from datetime import timedelta

import sqlalchemy as sa

from gateway.infra.db.engine import sync_url
from gateway.infra.db.upgrading.migrate import upgrade
from tests.contract.follower import Follower
from tests.contract.shelf import record
from tests.contract.test_migration_0002 import downgrade

BEFORE = "0005"


async def test_what_was_stored_before_is_told_and_changes_go_on_after_it(database_url, shelf):
    for number in (3, 1, 2):
        await shelf.save(record(number))
        shelf.clock.advance(timedelta(seconds=1))
    await shelf.save(record(1, versi="lagi"), record(4, dihapus=True))
    await shelf.database.close()
    downgrade(database_url, BEFORE)
    engine = sa.create_engine(sync_url(database_url), poolclass=sa.NullPool)
    assert not {"umpan", "ppks_lampau"} & set(sa.inspect(engine).get_table_names())
    upgrade(database_url)
    follower = Follower(shelf)
    told = await follower.catch_up()
    assert [item.data["sumber"]["id_sumber"] for item in told] == ["S-3", "S-2", "S-1"]
    await shelf.save(record(2, dihapus=True), record(5))
    told = await follower.catch_up()
    assert {item.jenis for item in told} == {"ada", "hapus"}
    assert follower.copy == await follower.shown()


def test_an_empty_store_is_ready_for_its_first_change(database_url):
    downgrade(database_url, BEFORE)
    upgrade(database_url)
    engine = sa.create_engine(sync_url(database_url), poolclass=sa.NullPool)
    with engine.connect() as connection:
        assert list(connection.execute(sa.text("SELECT satu, terakhir FROM umpan"))) == [(1, 0)]
