"""`gateway subscription`: what an operator types, and what must not be shown."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.commands.terminal import Terminal

URL = "https://penerima.example/masuk"
BY = ("--oleh", "CONTOH A")


@pytest.fixture
def terminal(sqlite_url, tmp_path):
    made = Terminal(sqlite_url)
    made.environ["GATEWAY_WEBHOOK_HOSTS"] = "penerima.example"
    made("client", "add", "sijosku", "--opd", "CONTOH", "--key-out", tmp_path / "key.json", *BY)
    until = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    grant = {
        "grant_id": "G-1",
        "client_id": "sijosku",
        "jenis": "SINKRONISASI",
        "scopes": ["ppks:sync"],
        "atribut": ["nama_lengkap"],
        "wilayah": ["64.02"],
        "kategori": ["*"],
        "tujuan": "P-BANSOS",
        "dasar_hukum": "UU 13/2011",
        "nomor_pks": "CONTOH/1",
        "pks_berlaku_sampai": until,
        "berlaku_dari": datetime.now(UTC).isoformat(),
        "berlaku_sampai": until,
        "baris_per_hari": "*",
    }
    path = tmp_path / "grant.json"
    path.write_text(json.dumps(grant))
    made("grant", "draft", path, *BY)
    made("grant", "approve", "G-1", "--oleh", "CONTOH B")
    return made


def added(terminal, *more):
    lines = terminal("subscription", "add", "G-1", URL, *more, *BY).stdout.split()
    assert lines[0::2] == ["subscription:", "secret:"]
    return lines[1], lines[3]


def test_a_subscription_from_its_beginning_to_its_end(terminal):
    name, secret = added(terminal, "--with-data", "--from-start")
    assert secret.startswith("whsec_")
    assert f"{name} AKTIF     G-1" in terminal("subscription", "list").stdout
    shown = json.loads(terminal("subscription", "show", name).stdout)
    assert (shown["url"], shown["dengan_data"], shown["sampai"]) == (URL, True, None)
    assert "whsec" not in json.dumps(shown)
    for step, status in (("pause", "JEDA"), ("resume", "AKTIF"), ("end", "BERAKHIR")):
        terminal("subscription", step, name, *BY)
        assert json.loads(terminal("subscription", "show", name).stdout)["status"] == status
    terminal("subscription", "resume", name, *BY, code=2)


def test_another_secret_is_shown_once(terminal):
    name, secret = added(terminal)
    rotated = terminal("subscription", "rotate", name, "--overlap", "2", *BY).stdout
    assert "whsec_" in rotated
    assert secret not in rotated
    shown = json.loads(terminal("subscription", "show", name).stdout)
    assert [each is None for each in shown["rahasia_sampai"]] == [True, False]
    assert "whsec" not in str(terminal.rows("SELECT * FROM langganan"))


def test_replays_and_deliveries(terminal):
    name, _ = added(terminal)
    assert terminal("subscription", "deliveries", name).stdout == ""
    terminal("subscription", "replay", name, *BY)
    assert json.loads(terminal("subscription", "show", name).stdout)["sampai"] is None
    terminal("subscription", "replay", name, "--message", "msg_x", *BY, code=2)
    terminal("subscription", "deliveries", "tidak-ada", code=2)


@pytest.mark.parametrize(
    "url", ["http://penerima.example/", "https://lain.example/", "https://127.0.0.1/", "x"]
)
def test_a_url_that_is_not_allowed_is_refused(terminal, url):
    assert "url" in terminal("subscription", "add", "G-1", url, *BY, code=2).stderr


def test_a_grant_that_is_not_there_is_told(terminal):
    assert "G-2" in terminal("subscription", "add", "G-2", URL, *BY, code=2).stderr
