"""The examples of the documents do what their text says, as they stand there, in a real sandbox."""

import contextlib
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.ports import free_ports
from tests.fixtures.project import ROOT, read
from tests.fixtures.servers import running, short_directory

PORT = 8000
PATIENCE_SECONDS = 120


def example(path: str, name: str) -> str:
    """The block below `<!-- runs: name -->`."""
    shape = rf"^<!-- runs: {name} -->\n```\w+\n(.*?)^```"
    (block,) = re.findall(shape, read(path), flags=re.MULTILINE | re.DOTALL)
    return block


class Sandbox:
    """A folder like a clone in which `make run` is running."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def run(self, path: str, name: str) -> str:
        """What a terminal shows on standard output."""
        script = example(path, name)
        for shown, real in ((PORT, self.port), (PORT + 1, self.port + 1)):
            script = script.replace(f"http://127.0.0.1:{shown}", f"http://127.0.0.1:{real}")
        command = ["bash", "-euo", "pipefail", "-c", script]
        done = subprocess.run(
            command, check=False, cwd=self.folder, capture_output=True, text=True,
            timeout=PATIENCE_SECONDS,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def is_ready(self) -> bool:
        with contextlib.suppress(urllib.error.URLError, OSError):
            return urllib.request.urlopen(f"{self.url}/health/ready", timeout=2).status == 200
        return False


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with short_directory() as folder:
        (folder / ".venv").symlink_to(sys.prefix)
        (folder / "docs").symlink_to(ROOT / "docs")
        port = free_ports(2)[0]
        here = Sandbox(folder, port)
        command = [sys.executable, "-m", "gateway", "sandbox", "--port", str(port)]
        with running(command, is_ready=here.is_ready, log=folder / "log"):
            yield here


def documents(text: str) -> list[Any]:
    """The JSON values that stand one after another."""
    found = []
    while text := text.lstrip():
        value, end = json.JSONDecoder().raw_decode(text)
        found.append(value)
        text = text[end:]
    return found


def test_the_readme_s_first_requests(sandbox):
    page, person, verdict, rights = documents(sandbox.run("README.md", "first"))
    assert [item["kode_wilayah"] for item in page["items"]] == ["64.02.06", "64.02.06"]
    assert person["data"]["nik"] == page["items"][0]["nik"]
    assert person["meta"]["sistem"] == "dukcapil"
    assert verdict["data"]["nama_lengkap"]["hasil"] == "TIDAK_SESUAI"
    assert rights["data"]["client_id"] == "demo"


def test_a_token_from_the_second_issuer(sandbox):
    (answer,) = documents(sandbox.run("docs/clients.md", "legacy"))
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 300)


def test_a_request_with_a_key_and_the_client_programs(sandbox):
    (page,) = documents(sandbox.run("README.md", "strict"))
    assert len(page["items"]) == 1
    for language in ("python", "php"):
        sandbox.run(f"docs/clients/{language}/README.md", "pull")
        records = documents((sandbox.folder / "ppks.ndjson").read_text())
        assert len({record["id"] for record in records}) == 1385


def test_a_file_is_checked_without_storing_it(sandbox):
    told = sandbox.run("README.md", "import")
    assert "Would store: 0 new, 0 changed, 513 unchanged; 0 of 513 rows refused." in told


def test_what_an_agreement_owes_is_reported_and_sent(sandbox):
    sandbox.run("README.md", "first")
    due = sandbox.run("docs/reports.md", "agreement")
    assert "CONTOH/000/PKS/2026" in due
    told = sandbox.run("docs/reports.md", "semester")
    assert "Pencarian penduduk" in told
    assert (sandbox.folder / "laporan.html").read_text().startswith("<!DOCTYPE html>")
    assert (sandbox.folder / "laporan.xlsx").read_bytes().startswith(b"PK")
    dry, done = sandbox.run("docs/reports.md", "balikan").splitlines()
    assert dry == "Rows found: 1 (persons: 1). Sent: 0. Owed: 1."
    assert done == "Rows found: 1 (persons: 1). Sent: 1. Owed: 0."


def test_a_copy_is_exported(sandbox):
    told = sandbox.run("docs/exports.md", "export")
    (manifest,) = documents((sandbox.folder / "var/sandbox/copy/manifest.json").read_text())
    count = sum(one["count"] for one in manifest["output"])
    assert f"{count} records, 0 that are not shown any more." in told
    assert count > 0


def test_what_the_auditors_document_asks_for(sandbox):
    counted, page, *refusals = documents(sandbox.run("docs/auditor.md", "entries"))
    assert {group["nilai"]["hasil"] for group in counted["data"]["kelompok"]} >= {"diberikan"}
    assert len(page["items"]) == 2
    assert refusals[-1] == {"lengkap": True, "next_cursor": None}
    told = sandbox.run("docs/auditor.md", "proof")
    assert told.count("is in the log of") == 2
    [sample] = documents(sandbox.run("docs/auditor.md", "sample"))
    assert len(sample["data"]["items"]) + (sample["data"]["ditahan"] or 4) >= 20
    assert {item["kode_wilayah"] for item in sample["data"]["items"]} == {"64.02"}
