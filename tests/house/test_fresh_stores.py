"""The stores that tests are given are empty, private, and gone afterwards."""

import os
import sqlite3

import psycopg
import pytest
import redis

from tests.fixtures.servers import running, short_directory


@pytest.mark.parametrize("attempt", [1, 2])
def test_each_test_has_a_postgresql_database_of_its_own(postgres_url, attempt):
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE mine (n int)")
        version = connection.info.server_version
        (zone,) = connection.execute("SHOW timezone").fetchone()
    assert version >= 140000
    assert zone != "UTC" or "GATEWAY_TEST_DATABASE_URL" in os.environ


@pytest.mark.parametrize("attempt", [1, 2])
def test_each_test_has_a_sqlite_database_of_its_own(sqlite_url, attempt):
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("CREATE TABLE mine (n int)")
    connection.close()


@pytest.mark.parametrize("attempt", [1, 2])
def test_each_test_has_an_empty_redis_database(redis_url, attempt):
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("mine", 1)


def test_a_database_url_names_both_engines(database_url):
    assert database_url.startswith(("sqlite:///", "postgresql://"))


def test_a_server_ends_with_the_block_that_runs_it():
    with short_directory() as directory:
        pid = directory / "pid"
        command = ["sh", "-c", f"echo $$ > {pid}; exec sleep 600"]
        with running(
            command, is_ready=lambda: pid.exists() and pid.stat().st_size > 0, log=directory / "log"
        ):
            number = int(pid.read_text())
            os.kill(number, 0)
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


def test_a_server_that_cannot_start_says_why():
    with short_directory() as directory:
        command = ["sh", "-c", "echo out of paper >&2; exit 3"]
        server = running(command, is_ready=lambda: False, log=directory / "log")
        with pytest.raises(RuntimeError, match="out of paper"), server:
            pass
