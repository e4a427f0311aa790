"""`gateway export` against a sandbox that runs: a copy fetched, then only what changed since."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.project import ROOT
from tests.sandbox.process import environment

CLIENT = "sijosku-kaltara"


def run(sandbox, *words, code=0):
    keys = (line.split("=", 1) for line in (sandbox.folder / "keys.env").read_text().splitlines())
    own = {
        "GATEWAY_DATABASE_URL": f"sqlite:///{sandbox.folder / 'gateway.db'}",
        "GATEWAY_EXPORTS_DIR": str(sandbox.folder / "exports"),
    }
    answer = subprocess.run(
        [sys.executable, "-m", "gateway", "export", *map(str, words)],
        check=False, cwd=ROOT, env=environment() | dict(keys) | own,
        capture_output=True, text=True, timeout=90,
    )  # fmt: skip
    assert answer.returncode == code, answer.stdout + answer.stderr
    assert "Traceback" not in answer.stderr
    return answer.stdout + answer.stderr


@pytest.fixture(scope="module")
def words(sandbox, tmp_path_factory):
    key = tmp_path_factory.mktemp("kunci") / "kunci.jwk"
    entries = json.loads((sandbox.folder / "clients.json").read_text())["clients"]
    key.write_text(json.dumps(next(e for e in entries if e["client_id"] == CLIENT)["private_jwk"]))
    return ["download", CLIENT, "--key", str(key), "--issuer", sandbox.base]


def files(folder: Path, name: str) -> list[Path]:
    return sorted(one for one in folder.rglob(name) if one.parent != folder)


def test_a_copy_is_fetched_and_then_brought_up_to_date(sandbox, words, tmp_path):
    folder = tmp_path / "salinan"
    told = run(sandbox, *words, "--out", folder)
    (lines,) = files(folder, "*.ndjson")
    records = list(map(json.loads, lines.read_text().splitlines()))
    assert f"{len(records)} records, 0 that are not shown any more." in told
    assert len({record["id"] for record in records}) == len(records) > 100
    assert all(record["kode_wilayah"].startswith("65") for record in records)
    assert lines.stat().st_mode & 0o077 == 0
    told = run(sandbox, *words, "--out", folder, "--since-last")
    assert "0 records, 0 that are not shown any more." in told
    assert len(files(folder, "manifest.json")) == 2
    assert len(files(folder, "*.ndjson")) == 1
    assert run(sandbox, "list") == ""


def test_what_is_since_last_needs_a_last_one(sandbox, words, tmp_path):
    assert "no manifest" in run(sandbox, *words, "--out", tmp_path, "--since-last", code=2)


def test_refusals_are_told_in_words(sandbox, words, tmp_path):
    told = run(sandbox, *words, "--out", tmp_path, "--atribut", "agama", code=1)
    assert "attribute_not_granted" in told


def test_an_operator_sees_and_ends_an_export(sandbox, words):
    call = [sys.executable, "-m", "gateway", "client", "call", CLIENT, "POST", "/v1/exports"]
    subprocess.run(
        [*call, *words[2:]], check=True, cwd=ROOT, env=environment(), capture_output=True
    )
    (line,) = run(sandbox, "list").splitlines()
    assert CLIENT in line
    run(sandbox, "cancel", line.split()[0])
    assert run(sandbox, "list") == ""
    assert not any(one.is_file() for one in (sandbox.folder / "exports").rglob("*"))
    assert "no such export" in run(sandbox, "cancel", line.split()[0], code=2)
