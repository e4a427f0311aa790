"""`gateway migrate`, `gateway wilayah` and `gateway keys`: what an operator does before the first day."""

import re
import sqlite3
from contextlib import redirect_stdout, suppress
from pathlib import Path

import pytest
import redis
from sqlalchemy.exc import DBAPIError

from gateway.cli import main
from gateway.commands.trouble import store_trouble
from gateway.infra.crypto import read_keyring
from gateway.infra.db.upgrading.schema_version import newest
from gateway.kit.secret import Secret
from tests.commands.terminal import Terminal

HEADER = "kode,nama,edisi_pertama,edisi_terakhir,penerus\n"
AREAS = HEADER + "64.99,Kabupaten Contoh,2018,2025,\n64.99.01,Contoh Hulu,2018,2023,64.99.02\n"


def test_migrating_makes_the_store_and_again_changes_nothing(tmp_path):
    terminal = Terminal(f"sqlite:///{tmp_path}/baru/gateway.db")
    for _ in range(2):
        assert f"version {newest()}" in terminal("migrate").stdout
    assert terminal.rows("SELECT count(*) FROM ppks") == [(0,)]


def test_a_store_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "berkas").touch()
    terminal = Terminal(f"sqlite:///{tmp_path}/berkas/gateway.db")
    assert "berkas" in terminal("migrate", code=2).stderr


def test_a_store_that_is_away_is_not_taken_for_one_that_was_never_migrated(tmp_path):
    said = Terminal("postgresql://x@127.0.0.1:1/x")("serve", code=1).stderr
    assert "cannot be used" in said
    assert "version" not in said
    assert "gateway migrate" in Terminal(f"sqlite:///{tmp_path}/x.db")("serve", code=2).stderr


@pytest.mark.parametrize("command", ["migrate", "serve"])
def test_a_store_of_a_newer_program_is_left_alone_and_told_of(terminal, command):
    with sqlite3.connect(terminal.database_url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    said = terminal(command, code=2).stderr
    assert "9999" in said
    assert "install" in said
    assert "gateway migrate" not in said
    assert terminal.rows("SELECT version_num FROM alembic_version") == [("9999",)]


def test_a_store_that_was_never_migrated_is_told_from_one_that_is_away(tmp_path):
    terminal = Terminal(f"sqlite:///{tmp_path}/x.db")
    assert "gateway migrate" in terminal("client", "list", code=1).stderr
    assert "None" not in terminal("serve", code=2).stderr


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("42P01", "gateway migrate"),
        ("42501", "Grant the rights"),
        ("25006", "only reads"),
        ("53100", "make room"),
        ("XX000", "GATEWAY_DATABASE_URL"),
    ],
)
def test_what_the_store_refuses_is_told_with_what_to_do(code, advice):
    cause = type("Cause", (Exception,), {"sqlstate": code})(f"Refused {code}")
    said = store_trouble(DBAPIError("SELECT nama", {}, cause))
    assert code in said
    assert advice in said
    assert "SELECT" not in said


@pytest.mark.parametrize("words", [["settings"], ["client", "list"], ["keys", "new"]])
def test_a_full_disk_under_the_output_is_no_trouble_of_the_store(
    terminal, monkeypatch, capsys, words
):
    terminal("client", "add", "contoh-satu", "--opd", "CONTOH", "--oleh", "CONTOH")
    for name, value in terminal.environ.items():
        monkeypatch.setenv(name, value)
    # Closing the device tries to write once more.
    with (
        suppress(OSError),
        Path("/dev/full").open("w") as full,
        pytest.raises(SystemExit) as end,
        redirect_stdout(full),
    ):
        main(words)
    said = capsys.readouterr().err
    assert end.value.code == 1
    assert "could not be written" in said
    assert "store" not in said


def test_restarting_the_feed_says_from_when_on_cursors_hold(terminal):
    assert terminal.rows("SELECT diulang_pada FROM umpan") == [(None,)]
    assert "410" in terminal("feed", "restart").stdout
    ((moment,),) = terminal.rows("SELECT diulang_pada FROM umpan")
    assert moment is not None


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "wilayah.csv"
    path.write_text(AREAS)
    return path


def test_areas_are_loaded_twice_and_stand_there_once(terminal, table):
    for _ in range(2):
        assert "now holds 2 areas" in terminal("wilayah", "load", table).stdout
    assert terminal.rows("SELECT kode FROM wilayah ORDER BY kode") == [("64.99",), ("64.99.01",)]


def test_an_area_is_shown_with_what_it_lies_in_and_what_replaced_it(terminal, table):
    terminal("wilayah", "load", table)
    lines = terminal("wilayah", "show", "64.99.01").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["64.99.01", "64.99", "64"]
    assert "Contoh Hulu (2018-2023, now 64.99.02)" in lines[0]
    assert "Kalimantan Timur" in lines[2]


def test_provinces_and_regencies_are_built_in(terminal):
    assert "Kutai Kartanegara" in terminal("wilayah", "show", "64.02").stdout
    # A village that was not loaded shows what holds it.
    assert "Kutai Kartanegara" in terminal("wilayah", "show", "64.02.06.1001").stdout


@pytest.mark.parametrize("kode", ["99", "6402", "64.2", "64.02.06.10", "sembarang", ""])
def test_a_code_that_is_none_ends_with_2(terminal, kode):
    assert terminal("wilayah", "show", kode, code=2).stderr.strip()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nama,kode\nX,64.99\n",
        b"kode,nama,edisi_pertama,edisi_terakhir\n6499,X,2018,2025\n",
        b"kode,nama,edisi_pertama,edisi_terakhir\n64.99,X,dulu,2025\n",
        b"kode,nama,edisi_pertama,edisi_terakhir\n64.99\n",
        b"kode,nama,edisi_pertama,edisi_terakhir\n64.99,X\xff,2018,2025\n",
        b"PK\x03\x04",
    ],
)
def test_a_table_that_is_none_is_told_and_nothing_is_stored(terminal, table, tmp_path, content):
    terminal("wilayah", "load", table)
    bad = tmp_path / "rusak.csv"
    bad.write_bytes(content)
    assert "nothing was stored" in terminal("wilayah", "load", bad, code=2).stderr
    assert terminal.rows("SELECT count(*) FROM wilayah") == [(2,)]


def test_new_keys_are_fresh_and_can_be_used(terminal):
    first, second = (terminal("keys", "new").stdout for _ in range(2))
    assert first != second
    told = dict(line.split("=", 1) for line in first.splitlines())
    assert set(told) == {"GATEWAY_DATA_KEYS", "GATEWAY_INDEX_KEY"}
    keyring = read_keyring(Secret(told["GATEWAY_DATA_KEYS"]), Secret(told["GATEWAY_INDEX_KEY"]))
    assert re.fullmatch(r"\d{6}", keyring.current)


def test_keys_are_made_where_nothing_is_set_yet():
    terminal = Terminal("sqlite:///tak-ada/gateway.db")
    terminal.environ = {}
    terminal("keys", "new")


@pytest.mark.parametrize(
    "told", ["", "123\n", "99010141019000011\n", "９９０１０１４１０１９０００１１\n"]
)
def test_a_nik_to_forget_comes_by_standard_input_and_is_never_repeated(terminal, told):
    answer = terminal("cache", "purge", told=told, code=2)
    assert "16" in answer.stderr
    assert told.strip() not in answer.output or not told.strip()


def test_a_cache_in_process_cannot_be_purged_from_here(terminal):
    assert "in process" in terminal("cache", "purge", told="9901014101900001\n", code=1).stderr


def test_one_person_is_forgotten_in_the_shared_cache(terminal, redis_url):
    terminal.environ |= {"GATEWAY_REDIS_URL": redis_url, "GATEWAY_NIK_CACHE": "true"}
    assert "Forgotten" in terminal("cache", "purge", told="9901014101900001\n").stdout


def test_an_erasure_that_may_not_have_happened_is_told(terminal):
    terminal.environ |= {"GATEWAY_REDIS_URL": "redis://127.0.0.1:1/0", "GATEWAY_NIK_CACHE": "true"}
    told = terminal("cache", "purge", told="9901014101900001\n", code=1)
    assert "not" in told.stderr.lower()
    assert "Forgotten" not in told.output


class TestReopening:
    """An operator says that a system's credentials are in order again."""

    DUKCAPIL = {
        "GATEWAY_DUKCAPIL_URL": "http://dukcapil.invalid",
        "GATEWAY_DUKCAPIL_WHO": "CONTOH",
        "GATEWAY_DUKCAPIL_USER_ID": "contoh",
        "GATEWAY_DUKCAPIL_PASSWORD": "bukan-rahasia",
        "GATEWAY_DUKCAPIL_IP_VALUE": "10.0.0.10",
    }

    def test_every_instance_may_call_it(self, terminal, redis_url):
        terminal.environ |= {"GATEWAY_REDIS_URL": redis_url, **self.DUKCAPIL}
        with redis.Redis.from_url(redis_url) as client:
            client.hset("ppks:registry:dukcapil:door", mapping={"order": 1, "until": 99})
            assert "Reopened" in terminal("system", "reopen", "dukcapil").stdout
            assert client.hget("ppks:registry:dukcapil:door", "until") == b"0"

    def test_what_is_not_connected_cannot_be(self, terminal, redis_url):
        terminal.environ |= {"GATEWAY_REDIS_URL": redis_url}
        for name in ("dukcapil", "sembarang"):
            assert name in terminal("system", "reopen", name, code=2).stderr

    def test_without_redis_a_restart_does_it(self, terminal):
        assert "restart" in terminal("system", "reopen", "dukcapil", code=1).stderr

    def test_where_redis_is_away_that_is_told(self, terminal):
        terminal.environ |= {"GATEWAY_REDIS_URL": "redis://127.0.0.1:1/0", **self.DUKCAPIL}
        assert "Try again" in terminal("system", "reopen", "dukcapil", code=1).stderr
