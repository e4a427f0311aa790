"""An upgrade over many rows: readers and the log go on, and whatever breaks it off, it ends right."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import sqlalchemy as sa

from gateway.infra.db.engine import sync_url
from gateway.infra.db.upgrading.migrate import StoreBusy, upgrade
from gateway.infra.db.upgrading.schema_version import newest
from tests.contract.earlier import MANY, Users, go_back, numbering_is_right
from tests.contract.test_migrations import differences
from tests.fixtures.project import ROOT

KILLED = -9
# Ends itself without a word at the news of the given number.
VICTIM = """
import os, signal, sys
from gateway.infra.db.upgrading.migrate import upgrade
left = [int(sys.argv[2])]
def tell(_news):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
upgrade(sys.argv[1], tell=tell)
"""


def killed_upgrade(url, news):
    done = subprocess.run([sys.executable, "-c", VICTIM, url, str(news)], cwd=ROOT, check=False)
    return done.returncode


def asked(url, query):
    engine = sa.create_engine(sync_url(url), poolclass=sa.NullPool)
    with engine.connect() as connection:
        return connection.scalar(sa.text(query))


def test_readers_and_the_log_go_on_while_a_full_store_is_upgraded(database_url):
    go_back(database_url)
    news = []
    users = Users(database_url)
    with users.busy():
        assert upgrade(database_url, tell=news.append) == newest()
    assert users.reads > 1
    assert f"{MANY:,} records numbered" in news
    assert numbering_is_right(database_url)
    assert differences(database_url) == []


def test_an_upgrade_that_is_killed_again_and_again_ends_right(database_url):
    records = 3500
    go_back(database_url, records)
    assert killed_upgrade(database_url, 2) == KILLED
    assert asked(database_url, "SELECT version_num FROM alembic_version") == "0005"
    numbered = asked(database_url, "SELECT count(*) FROM ppks WHERE nomor > 0")
    assert 0 < numbered < records
    with Users(database_url).busy():
        # Each gets further than the one before.
        assert any(killed_upgrade(database_url, news) != KILLED for news in range(3, 60, 6))
    assert numbering_is_right(database_url, records)
    assert upgrade(database_url) == newest()
    assert differences(database_url) == []


def test_two_upgrades_of_a_full_store_take_turns(database_url):
    go_back(database_url, 2000)
    news = [[], []]
    with ThreadPoolExecutor(2) as both:
        ends = both.map(lambda told: upgrade(database_url, tell=told.append), news)
        assert list(ends) == [newest()] * 2
    waiting = [told for told in news if any("another upgrade" in line for line in told)]
    assert len(waiting) == 1
    assert len(waiting[0]) == 1
    assert numbering_is_right(database_url, 2000)


def test_nobody_queues_behind_a_change_that_waits_for_a_long_reader(postgres_url):
    go_back(postgres_url, 1500)
    tried_again = threading.Event()

    def tell(news) -> None:
        if "trying again" in news:
            tried_again.set()

    with psycopg.connect(postgres_url) as reader, ThreadPoolExecutor(1) as other:
        reader.execute("SELECT count(*) FROM ppks")
        users = Users(postgres_url)
        with users.busy():
            ending = other.submit(upgrade, postgres_url, tell=tell)
            assert tried_again.wait(30)
            reader.rollback()
            assert ending.result() == newest()
    assert numbering_is_right(postgres_url, 1500)


def test_a_store_that_stays_busy_is_told_and_the_next_upgrade_goes_on(database_url):
    go_back(database_url, 10)
    engine = sa.create_engine(sync_url(database_url), poolclass=sa.NullPool)
    with engine.connect() as writer:
        if writer.dialect.name == "sqlite":
            writer.exec_driver_sql("BEGIN IMMEDIATE")
        writer.execute(sa.text("UPDATE ppks SET versi = 2"))
        with pytest.raises(StoreBusy):
            upgrade(database_url, tries=2)
        writer.rollback()
    assert upgrade(database_url) == newest()


def test_an_index_that_was_broken_off_is_made_anew(postgres_url):
    go_back(postgres_url, 1500)
    unfinished = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
    building = "SELECT pid FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting%'"
    with psycopg.connect(postgres_url) as reader, ThreadPoolExecutor(1) as other:
        # An index that is made beside others waits for all who have a snapshot.
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.execute("SELECT count(*) FROM wilayah")
        ending = other.submit(upgrade, postgres_url)
        while not (found := asked(postgres_url, building)):
            time.sleep(0.02)
        asked(postgres_url, f"SELECT pg_terminate_backend({found})")
        assert isinstance(ending.exception(30), sa.exc.OperationalError)
        assert asked(postgres_url, unfinished) == 1
    assert upgrade(postgres_url) == newest()
    assert numbering_is_right(postgres_url, 1500)
    assert asked(postgres_url, unfinished) == 0
    assert differences(postgres_url) == []
