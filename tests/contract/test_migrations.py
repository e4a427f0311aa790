"""The migrations make exactly the tables that the program knows, from nothing and only once."""

import warnings
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from gateway.infra.db.engine import Database, open_engine, sync_url
from gateway.infra.db.every_table import METADATA
from gateway.infra.db.upgrading.migrate import alembic_config, make_folder, upgrade
from gateway.infra.db.upgrading.schema_version import newest
from gateway.infra.observing.ready import stored_version


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    """A database without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/baru/di-sini/gateway.db"
    url = request.getfixturevalue("postgres_url")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return url


def differences(url: str) -> list[object]:
    engine = sa.create_engine(sync_url(url))
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        with warnings.catch_warnings():
            # An index by an expression cannot be read back; that it is there has its own test.
            warnings.filterwarnings("ignore", ".*expression-based index")
            found = compare_metadata(context, METADATA)
    engine.dispose()
    return found


def test_an_upgrade_from_nothing_makes_the_tables_that_the_program_knows(empty_url):
    make_folder(empty_url)
    assert upgrade(empty_url) == newest()
    assert differences(empty_url) == []


def test_processes_that_upgrade_at_once_take_turns(empty_url):
    make_folder(empty_url)
    with ThreadPoolExecutor(3) as processes:
        revisions = list(processes.map(upgrade, [empty_url] * 3))
    assert revisions == [newest()] * 3
    assert differences(empty_url) == []


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(empty_url):
    make_folder(empty_url)
    engine = sa.create_engine(sync_url(empty_url))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE wilayah (x int)")
    with pytest.raises(sa.exc.DBAPIError):
        upgrade(empty_url)
    assert sa.inspect(engine).get_table_names() == ["wilayah"]
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE wilayah")
    engine.dispose()
    assert upgrade(empty_url) == newest()


def test_an_upgrade_of_what_is_new_already_changes_nothing(database_url):
    with_rows = sa.create_engine(sync_url(database_url))
    statement = sa.insert(METADATA.tables["wilayah"])
    row = {"kode": "64.99", "nama": "CONTOH", "edisi_pertama": 2018, "edisi_terakhir": 2025}
    with with_rows.begin() as connection:
        connection.execute(statement, row)
    assert [upgrade(database_url) for _ in range(2)] == [newest()] * 2
    with with_rows.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(statement.table)) == 1
    with_rows.dispose()
    assert differences(database_url) == []


def test_a_difference_would_be_noticed(database_url):
    engine = sa.create_engine(sync_url(database_url))
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit DROP COLUMN alasan")
        connection.exec_driver_sql("DROP INDEX ix_ppks_nik_indeks")
    engine.dispose()
    assert len(differences(database_url)) == 2


def test_a_downgrade_leaves_nothing_and_the_way_up_is_open_again(database_url):
    config = alembic_config()
    engine = sa.create_engine(sync_url(database_url))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert set(sa.inspect(engine).get_table_names()) == {"alembic_version"}
    engine.dispose()
    upgrade(database_url)
    assert differences(database_url) == []


async def test_the_version_of_a_store_can_be_asked(database_url, tmp_path):
    assert await stored_version(Database(open_engine(database_url))) == newest()
    assert await stored_version(Database(open_engine(f"sqlite:///{tmp_path}/kosong.db"))) is None


@pytest.mark.parametrize("url", ["sqlite://", "postgresql://x@localhost/x"])
def test_only_a_file_needs_a_folder(url):
    make_folder(url)
