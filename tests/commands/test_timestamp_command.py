"""`gateway audit` with a timestamping authority: asking it now, seeing it, handing its stamps on."""

import base64
import json
import subprocess
import sys
from zipfile import ZipFile

import pytest

from gateway.infra.sealing.notes import read_note
from gateway.sandbox.tsa import TimestampAuthority
from tests.fixtures.openssl_tsa import verifies
from tests.fixtures.simulators import ask

CLIENT = ("client", "add", "dinkes", "--opd", "Dinas CONTOH", "--oleh", "CONTOH A", "--key-out")


@pytest.fixture
def stamped(connected, tmp_path):
    """A terminal over a log with an act in it, and the way to its authority."""
    url = connected.environ["GATEWAY_DUKCAPIL_URL"].replace("dukcapil", "tsa")
    ask(f"{url}/_control", b'{"signer": "sound"}')
    anchor = tmp_path / "anchor.pem"
    anchor.write_text(ask(f"{url}/ca.pem")[1])
    connected.environ["GATEWAY_AUDIT_TIMESTAMPS"] = json.dumps({url: str(anchor)})
    connected(*CLIENT, tmp_path / "key.jwk")
    return connected, url, anchor


def by_itself(path, folder, *words):
    """What the program says that travels in a bundle."""
    with ZipFile(path) as archive:
        script = archive.extract("verify.py", folder)
    command = [sys.executable, "-I", script, path, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_what_is_stamped_goes_into_the_bundle_where_openssl_believes_it(stamped, tmp_path):
    terminal, url, anchor = stamped
    note = terminal("audit", "checkpoint").stdout
    host = url.split("/")[2]
    assert terminal("audit", "timestamp").stdout == f"{host}: stamped\n"
    assert terminal("audit", "timestamp").stdout == f"{host}: nothing new to stamp\n"
    [state] = json.loads(terminal("audit", "status", "--json").stdout)["stempel"]
    assert (state["otoritas"], state["ukuran"], state["menunggu_sejak"]) == (host, 1, None)
    assert f"timestamps of {host}: 1 entries, at 20" in terminal("audit", "status").stdout
    path = tmp_path / "bundle.zip"
    terminal("audit", "export", path, "--oleh", "CONTOH A")
    with ZipFile(path) as archive:
        [stamp] = map(json.loads, archive.read("timestamps.ndjson").splitlines())
    assert f"\n{stamp['size']}\n" in note
    assert f"\ntime {stamp['time']}\n" in note
    token, message = tmp_path / "token.der", tmp_path / "message"
    token.write_bytes(base64.b64decode(stamp["token"]))
    message.write_text(read_note(note)[0])
    assert verifies(token, message, anchor)
    keys = tmp_path / "keys"
    keys.write_text(terminal("audit", "key", "list").stdout)
    told = "1 timestamps, of the first 1 entries; from a checkpoint to its timestamp 0:00:0"
    assert told in terminal("audit", "verify", path, "--key", keys, "--tsa", anchor).stdout
    assert "\nNOT CHECKED: timestamps.ndjson (" in by_itself(path, tmp_path, "--key", keys)
    other = tmp_path / "other.pem"
    other.write_bytes(TimestampAuthority().authority.pem())
    found = terminal("audit", "verify", path, "--key", keys, "--tsa", other, code=3).stdout
    assert f"checkpoint 1 {stamp['time']}: its timestamp is not believed: untrusted" in found
    empty = tmp_path / "empty.pem"
    empty.touch()
    terminal("audit", "verify", path, "--key", keys, "--tsa", empty, code=2)


def test_what_is_wrong_is_said(stamped):
    terminal, url, _ = stamped
    terminal("audit", "checkpoint")
    ask(f"{url}/_control", b'{"signer": "ended"}')
    assert "untrusted" in terminal("audit", "timestamp", code=1).stdout
    told = terminal("audit", "status").stdout
    assert "none yet; waits since 20" in told
    assert "1 tries failed: untrusted" in told


def test_authorities_that_are_not_there_are_a_wrong_setting(terminal, tmp_path):
    assert "names no authority" in terminal("audit", "timestamp", code=1).stderr
    told = json.dumps({"http://127.0.0.1:9/tsa": str(tmp_path / "none.pem")})
    terminal.environ["GATEWAY_AUDIT_TIMESTAMPS"] = told
    assert "GATEWAY_AUDIT_TIMESTAMPS: " in terminal("audit", "timestamp", code=2).stderr
