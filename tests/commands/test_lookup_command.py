"""`gateway lookup` against a sandbox that runs: a file in, its results out, Ctrl-C in between."""

import csv
import json
import signal
import subprocess
import sys
import time

import pytest

from gateway.commands.job_client import JobClient
from gateway.kit.transport import Answer
from gateway.sandbox.world import residents
from tests.fixtures.project import ROOT
from tests.sandbox.process import environment

CLIENT = "dinkes-kukar"


@pytest.fixture
def words(sandbox, tmp_path):
    key = tmp_path / "kunci.jwk"
    key.write_text(json.dumps(sandbox.clients()[CLIENT]["private_jwk"]))
    return ["--client", CLIENT, "--key", str(key), "--issuer", sandbox.base]


def command(*words):
    return [sys.executable, "-m", "gateway", "lookup", *map(str, words)]


def run(*words, code=0, told=None):
    answer = subprocess.run(
        command(*words), check=False, cwd=ROOT, env=environment(), input=told,
        capture_output=True, text=True, timeout=90,
    )  # fmt: skip
    assert answer.returncode == code, answer.stdout + answer.stderr
    assert "Traceback" not in answer.stderr
    return answer


class BusyGateway:
    """Answers each page of results only when it was asked three times."""

    def __init__(self) -> None:
        self.asked = []

    async def token(self, wishes):
        return "t"

    async def call(self, method, target, token, body, more):
        self.asked.append(target)
        if len(self.asked) % 3:
            return Answer(status=503, headers={"retry-after": "0"}, body=b"")
        whole = str("after=2" in target).lower()
        headers = {"x-job-last": "2", "x-job-complete": whole}
        return Answer(status=200, headers=headers, body=target.encode())


async def test_a_gateway_that_is_busy_for_a_moment_ends_no_reading():
    gateway = BusyGateway()
    pages = [page async for page in JobClient(gateway, {}).results({"id": "x"}, "text/csv")]
    assert ["after=0" in pages[0].decode(), "after=2" in pages[1].decode()] == [True, True]
    assert len(gateway.asked) == 6


def people(number):
    return [person.nik for person in residents()[:number]]


def slow(sandbox, seconds):
    base = sandbox.base.rpartition(":")[0] + f":{int(sandbox.base.rpartition(':')[2]) + 1}"
    told = json.dumps({"slow_seconds": seconds}).encode()
    from urllib.request import Request, urlopen

    urlopen(Request(f"{base}/dukcapil/_faults", data=told, method="PUT"), timeout=10).close()


def jobs_handed_in(sandbox):
    from urllib.request import urlopen

    with urlopen(f"{sandbox.base}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    wanted = 'route="/v1/penduduk/jobs",status="202"'
    return sum(float(line.split()[-1]) for line in lines if "_total" in line and wanted in line)


def test_a_csv_brings_a_csv_beside_it(sandbox, words, tmp_path):
    file = tmp_path / "warga.csv"
    file.write_text("\n".join(["no;nik", *(f"1;{nik}" for nik in people(5)), "1;12"]))
    told = run(file, *words).stdout
    assert "selesai: 5 answered, 0 failed, 1 lines cannot be asked for" in told
    target = tmp_path / "warga.csv.results.csv"
    rows = list(csv.DictReader(target.read_text().splitlines()))
    assert sorted(int(row["baris"]) for row in rows) == [2, 3, 4, 5, 6, 7]
    assert sum(row["hasil"] == "ditemukan" for row in rows) >= 1
    assert target.stat().st_mode & 0o077 == 0
    before = target.read_bytes()
    run(file, *words)
    assert {row["baris"] for row in csv.DictReader(target.read_text().splitlines())} == {
        row["baris"] for row in rows
    }
    assert before.splitlines()[0] == target.read_bytes().splitlines()[0]


def test_standard_input_needs_a_target(words, tmp_path):
    lines = "\ufeff" + "".join(f'{{"nik": "{nik}"}}\n' for nik in people(3))
    assert "--out" in run("-", *words, code=2, told=lines).stderr
    target = tmp_path / "hasil.ndjson"
    run("-", *words, "--out", target, told=lines)
    found = [json.loads(line) for line in target.read_text().splitlines()]
    assert sorted(line["baris"] for line in found) == [1, 2, 3]


def test_an_interrupted_command_leaves_the_job_and_goes_on_with_it(sandbox, words, tmp_path):
    file = tmp_path / "banyak.csv"
    file.write_text("\n".join(["nik", *people(60)]))
    target = tmp_path / "banyak.csv.results.csv"
    slow(sandbox, 1.5)
    before = jobs_handed_in(sandbox)
    try:
        process = subprocess.Popen(
            command(file, *words), cwd=ROOT, env=environment(), stderr=subprocess.PIPE, text=True
        )
        deadline = time.monotonic() + 60
        while jobs_handed_in(sandbox) == before and time.monotonic() < deadline:
            time.sleep(0.2)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    finally:
        slow(sandbox, 0)
    assert (process.returncode, "The job goes on" in told) == (130, True)
    assert not target.exists()
    assert "selesai: 60 answered" in run(file, *words).stdout
    assert len(target.read_text().splitlines()) == 61


def test_a_job_can_be_cancelled_by_its_file(sandbox, words, tmp_path):
    file = tmp_path / "batal.csv"
    file.write_text("\n".join(["nik", *people(100)[40:]]))
    slow(sandbox, 0.3)
    try:
        told = run(file, *words, "--cancel").stdout
    finally:
        slow(sandbox, 0)
    assert told.startswith("dibatalkan")
    assert "dibatalkan" in run(file, *words, code=1).stdout


@pytest.mark.parametrize("content", ["nama\nx\n", "", "nik"])
def test_a_file_without_the_column_is_told(words, tmp_path, content):
    file = tmp_path / "salah.csv"
    file.write_text(content)
    code = 0 if content == "nik" else 1
    told = run(file, *words, code=code)
    assert code == 0 or "column_missing" in told.stderr
