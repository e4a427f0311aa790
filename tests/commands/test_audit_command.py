"""`gateway audit`: what an operator and an auditor see and do; and that every act is in the log."""

import asyncio
import json
import sqlite3
from zipfile import ZipFile

import pytest

from gateway.commands.settings_noted import note_settings
from gateway.infra.sealing.notes import read_note, read_vkey, signers
from gateway.parts import Parts, read_everything

CLIENT = ("client", "add", "dinkes", "--opd", "Dinas CONTOH", "--oleh", "CONTOH A", "--key-out")


@pytest.fixture
def busy(terminal, tmp_path):
    """A terminal over a log with an act in it."""
    terminal(*CLIENT, tmp_path / "key.jwk")
    return terminal


def acts(terminal):
    return [row[0] for row in terminal.rows("SELECT peristiwa FROM audit ORDER BY nomor")]


def change(terminal, statement):
    connection = sqlite3.connect(terminal.database_url.removeprefix("sqlite:///"))
    with connection:
        assert connection.execute(statement).rowcount
    connection.close()


def test_what_operators_do_is_sealed_and_signed(busy):
    note = busy("audit", "checkpoint").stdout
    keys = [line for line in busy("audit", "key", "list").stdout.splitlines() if line[0] != "#"]
    assert len(signers(note, [read_vkey(key) for key in keys])) == 1
    assert read_note(note)[0].splitlines()[:2] == ["127.0.0.1:8000/audit", "1"]
    status = json.loads(busy("audit", "status", "--json").stdout)
    assert (status["ukuran"], status["menunggu"], status["checkpoint"]) == (1, 0, note)
    assert "1 entries, 0 wait; signed 20" in busy("audit", "status").stdout


def test_a_log_that_was_not_begun_says_so(terminal):
    assert "begun" in terminal("audit", "status", code=1).stderr
    assert "empty" in terminal("audit", "checkpoint", code=1).stderr


def test_the_origin_is_the_settings_of_the_day_it_began(busy):
    busy.environ["GATEWAY_AUDIT_ORIGIN"] = "contoh.go.id/log"
    assert busy("audit", "checkpoint").stdout.startswith("contoh.go.id/log\n1\n")
    busy.environ["GATEWAY_AUDIT_ORIGIN"] = "lain.go.id/log"
    busy("admin", "log")
    assert busy("audit", "checkpoint").stdout.startswith("contoh.go.id/log\n2\n")
    busy.environ["GATEWAY_AUDIT_ORIGIN"] = "dua kata"
    assert "GATEWAY_AUDIT_ORIGIN" in busy("audit", "status", code=2).stderr


def test_a_changed_log_is_found_and_named(busy, tmp_path):
    kept = tmp_path / "checkpoint"
    kept.write_text(busy("audit", "checkpoint").stdout)
    assert "sound: 1 entries" in busy("audit", "verify-store", "--kept", kept).stdout
    change(busy, "UPDATE audit SET oleh = 'CONTOH B'")
    told = busy("audit", "verify-store", code=3).stderr
    assert "entry 0: what it says is not what was sealed" in told
    assert "not as it must be" in busy("audit", "checkpoint", code=1).stderr


def test_the_key_is_changed_by_a_name(busy):
    first = busy("audit", "key", "list").stdout
    busy("audit", "checkpoint")
    vkey = busy("audit", "key", "rotate", "--oleh", "CONTOH A").stdout.strip()
    assert busy("audit", "key", "list").stdout.splitlines()[-1] == vkey not in first
    assert acts(busy)[-1] == "admin.audit.kunci"


def test_an_export_is_in_the_log_that_it_exports(busy, tmp_path):
    bundle = tmp_path / "bundle.zip"
    told = busy("audit", "export", bundle, "--oleh", "CONTOH A", "--sejak", "2020-01-01").stdout
    assert told.startswith("entries 0 to 2; the newest checkpoint")
    with ZipFile(bundle) as archive:
        last = json.loads(archive.read("entries.ndjson").splitlines()[-1])
    assert (last["peristiwa"], last["oleh"]) == ("admin.audit.ekspor", "CONTOH A")


def test_entries_are_destroyed_by_what_is_set(busy):
    assert "names no class" in busy("audit", "destroy", "--oleh", "CONTOH A", code=2).stderr
    busy.environ["GATEWAY_AUDIT_RETENTION"] = '{"perbuatan": 30}'
    change(busy, "UPDATE audit SET pada = '2020-01-01 00:00:00.000000'")
    busy("admin", "log")
    busy("audit", "checkpoint")
    assert (
        "perbuatan: 1 entries from before" in busy("audit", "destroy", "--oleh", "CONTOH A").stdout
    )
    assert "sound: 3 entries (1 destroyed)" in busy("audit", "verify-store").stdout
    assert acts(busy) == ["admin.catatan.baca", "admin.audit.musnah"]


def test_acts_without_a_name_bear_the_account_s(terminal, tmp_path):
    table = tmp_path / "wilayah.csv"
    table.write_text("kode,nama,edisi_pertama,edisi_terakhir\n64.99,Kabupaten Contoh,2018,2025\n")
    terminal("wilayah", "load", table)
    [(peristiwa, oleh)] = terminal.rows("SELECT peristiwa, oleh FROM audit")
    assert peristiwa == "admin.wilayah.muat"
    assert oleh.startswith("akun:")


def test_settings_that_change_are_named_and_not_told(terminal):
    def start(**changes) -> None:
        environ = {**terminal.environ, **changes}

        async def begin() -> None:
            parts = Parts(*read_everything(environ))
            await note_settings(parts)
            await parts.close()

        asyncio.run(begin())

    start()
    start()
    start(GATEWAY_RATE_PER_MINUTE="17", GATEWAY_PORT="8001")
    first, second = (json.loads(row[0]) for row in terminal.rows("SELECT rincian FROM audit"))
    assert "GATEWAY_DATA_KEYS" in first["berubah"]
    assert second["berubah"] == ["GATEWAY_RATE_PER_MINUTE"]
    told = str(terminal.rows("SELECT * FROM audit"))
    assert terminal.environ["GATEWAY_INDEX_KEY"] not in told


def test_a_bundle_is_proved_without_store_and_settings(busy, tmp_path):
    bundle, keys = tmp_path / "bundle.zip", tmp_path / "keys"
    busy("audit", "export", bundle, "--oleh", "CONTOH A")
    keys.write_text(busy("audit", "key", "list").stdout)
    kept = tmp_path / "kept"
    kept.write_text(busy("audit", "checkpoint").stdout)
    busy.environ["GATEWAY_DATABASE_URL"] = "nothing at all"
    told = busy("audit", "verify", bundle, "--key", keys, "--kept", kept).stdout
    assert told.startswith("bundle.zip: sound: 127.0.0.1:8000/audit, entries 0 to 2")
    assert told.endswith(kept.read_text())
    [part] = json.loads(busy("audit", "verify", bundle, "--key", keys, "--json").stdout)
    assert (part["berkas"], part["hasil"]["end"]) == ("bundle.zip", 2)
    archive = tmp_path / "archive"
    archive.mkdir()
    bundle.rename(archive / "audit-2026-11.zip")
    assert "audit-2026-11.zip: sound" in busy("audit", "verify", archive, "--key", keys).stdout


def test_an_export_that_cannot_be_made_as_it_is_asked_for_says_why(busy, tmp_path):
    bundle, scrap = tmp_path / "bundle.zip", tmp_path / "scrap"
    scrap.write_bytes(b"\xff\xfe")
    export = ("audit", "export", bundle, "--oleh", "CONTOH A")
    assert "signed note" in busy(*export, "--kept", scrap, code=2).stderr
    reversed_days = ("--sejak", "2026-11-22", "--sampai", "2026-11-21")
    assert "--sejak comes before" in busy(*export, *reversed_days, code=2).stderr
    nowhere = tmp_path / "nowhere" / "bundle.zip"
    told = busy("audit", "export", nowhere, "--oleh", "CONTOH A", code=2).stderr
    assert "nowhere" in told
    assert "GATEWAY_DATABASE_URL" not in told
    assert not bundle.exists()


def test_a_bundle_that_is_not_sound_is_named_and_ends_with_3(busy, tmp_path):
    bundle, keys = tmp_path / "bundle.zip", tmp_path / "keys"
    keys.write_text("# none\n")
    busy("audit", "export", bundle, "--oleh", "CONTOH A")
    told = busy("audit", "verify", bundle, "--key", keys, code=3).stdout
    assert told.startswith("bundle.zip: checkpoint 2 20")
    [part] = json.loads(busy("audit", "verify", bundle, "--key", keys, "--json", code=3).stdout)
    assert part["hasil"]["langkah"] == 3
    for bad, why in ((keys, "cannot be read"), (tmp_path, "neither")):
        (tmp_path / "bundle.zip").unlink(missing_ok=True)
        assert why in busy("audit", "verify", bad, "--key", keys, code=2).stderr
    keys.write_text("nonsense")
    assert "one vkey a line" in busy("audit", "verify", tmp_path, "--key", keys, code=2).stderr
