"""`gateway report semester` and `balikan`, as an operator types them, against the real simulator."""

import asyncio
import csv
import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from python_calamine import load_workbook

from gateway.domain.audit import HasilAudit
from gateway.infra.crypto import read_keyring
from gateway.kit.secret import Secret
from tests.contract.shelf import Shelf, person, record
from tests.fixtures.project import ROOT
from tests.fixtures.simulators import ask
from tests.reports.agreements import PKS, nik, used, write_log
from tests.sandbox.process import environment

BY = ("--oleh", "CONTOH A")
PEOPLE = 5


def keyring_of(terminal):
    keys = terminal.environ
    return read_keyring(Secret(keys["GATEWAY_DATA_KEYS"]), Secret(keys["GATEWAY_INDEX_KEY"]))


def use(terminal, *entries):
    asyncio.run(write_log(terminal.database_url, entries))


@pytest.fixture
def agreed(terminal):
    """A terminal whose store has an agreement, and five persons who were looked up under it."""
    # The commands go by the real clock, whenever the tests are run.
    terminal.environ["GATEWAY_BALIKAN_KEEP_DAYS"] = "36500"
    terminal(
        "agreement", "add", PKS, "--pihak", "Dinas Sosial CONTOH", "--pihak", "=CONTOH <b>",
        "--dari", "2026-01-01", "--sampai", "2027-12-31", "--wajib", "balikan", *BY,
    )  # fmt: skip
    keyring = keyring_of(terminal)
    use(terminal, *(used(number, keyring) for number in range(PEOPLE)))
    use(terminal, used(0, keyring, hasil=HasilAudit.DITOLAK, alasan="grant_quota_spent"))
    return terminal


@pytest.fixture
def niks(tmp_path):
    """What the agency asked for: five who were used, one who was not, and a row with no NIK."""
    rows = [f"{nik(number)},B-{number}" for number in (*range(PEOPLE), 77)]
    file = tmp_path / "niks.csv"
    file.write_text("\n".join(["nik,NOMOR_BERKAS", *rows, "salah,x"]) + "\n")
    return file


def semester(terminal, *more):
    return terminal("report", "semester", PKS, "2026-S1", *more, *BY)


def test_the_report_says_who_used_what_and_how_often(agreed):
    told = json.loads(semester(agreed, "--json").stdout)
    tables = {part["nama"]: part["baris"] for part in told["bagian"]}
    assert tables["Ringkasan"] == [["Semua", PEOPLE + 1, PEOPLE, 0, 1, 0, PEOPLE + 1, PEOPLE]]
    assert [row[1] for row in tables["Bulan"]] == [0, 0, 0, 0, PEOPLE + 1, 0]
    assert [row[0] for row in tables["Alasan penolakan"]] == ["grant_quota_spent"]
    assert [row[:2] for row in tables["Atribut"]] == [["nama_lengkap", PEOPLE], ["nik", PEOPLE]]
    assert dict(told["fakta"])["Para pihak"] == "Dinas Sosial CONTOH; =CONTOH <b>"
    assert "Semua" in semester(agreed).stdout


def test_a_page_holds_no_foreign_markup_and_loads_nothing(agreed, tmp_path):
    out = tmp_path / "laporan.html"
    semester(agreed, "--out", out)
    page = out.read_text()
    assert "=CONTOH &lt;b&gt;" in page
    assert "<b>" not in page
    assert "http://" not in page.replace("http-equiv", "")
    assert "src=" not in page


def test_sheets_hold_no_formula(agreed, tmp_path):
    semester(agreed, "--out", tmp_path / "a.csv")
    semester(agreed, "--out", tmp_path / "a.xlsx")
    rows = list(csv.reader(io.StringIO((tmp_path / "a.csv").read_text("utf-8-sig"))))
    assert rows[1][:3] == ["Ringkasan", "Semua", str(PEOPLE + 1)]
    book = load_workbook(io.BytesIO((tmp_path / "a.xlsx").read_bytes()))
    assert book.sheet_names[:3] == ["Laporan", "Ringkasan", "Bulan"]
    facts = dict(book.get_sheet_by_name("Laporan").to_python())
    assert facts["Para pihak"] == "Dinas Sosial CONTOH; =CONTOH <b>"
    assert (tmp_path / "a.csv").stat().st_mode & 0o777 == 0o600


def test_every_report_that_is_made_is_on_record(agreed, tmp_path):
    out = tmp_path / "a.csv"
    semester(agreed, "--out", out)
    notes = agreed("admin", "log").stdout
    assert f"CONTOH A laporan.semester {PKS}" in notes
    assert hashlib.sha256(out.read_bytes()).hexdigest() in notes


@pytest.mark.parametrize(
    "words",
    [
        ("semester", PKS, "2026-S7", *BY),
        ("semester", PKS, "2026-S1", "--out", "x.pdf", *BY),
        ("balikan", "PKS/404", "2026-S1", *BY),
        ("balikan", PKS, "2026-S1", "--out", "x.xlsx", *BY),
        ("balikan", PKS, "2026-S1", "--out", "x.csv", "--send", *BY),
    ],
)
def test_what_is_not_right_is_told(agreed, words):
    agreed("report", *words, code=2)


def balikan(terminal, *more, code=0):
    told = terminal("report", "balikan", PKS, "2026-S1", "--json", *more, *BY, code=code)
    return json.loads(told.stdout)


def stored(outside):
    """Rows that the simulator has."""
    _, body = ask(f"{outside['GATEWAY_DUKCAPIL_URL']}/_control")
    return json.loads(body)["feedback_stored"]


def test_a_dry_run_counts_and_changes_nothing(agreed, niks, tmp_path):
    done = balikan(agreed, "--niks", niks, "--dry-run", "--out", tmp_path / "x.csv", code=3)
    assert (done["baris_ditemukan"], done["orang_ditemukan"]) == (PEOPLE, PEOPLE)
    assert (done["baris_terutang"], done["nik_tak_terbaca"]) == (PEOPLE, 1)
    assert not (tmp_path / "x.csv").exists()
    assert "balikan." not in agreed("admin", "log").stdout


def test_the_file_holds_what_is_owed(agreed, niks, tmp_path):
    balikan(agreed, "--niks", niks, "--out", tmp_path / "x.csv", code=3)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "x.csv").read_text("utf-8-sig"))))
    assert {row["nik"].removeprefix("'") for row in rows} == set(map(nik, range(PEOPLE)))
    param = {json.loads(row["param"])["NOMOR_BERKAS"] for row in rows}
    assert param == {f"B-{number}" for number in range(PEOPLE)}
    balikan(agreed, "--niks", niks, "--out", tmp_path / "x.ndjson", code=3)
    lines = (tmp_path / "x.ndjson").read_text().splitlines()
    assert {json.loads(line)["nik"] for line in lines} == set(map(nik, range(PEOPLE)))
    assert (tmp_path / "x.ndjson").stat().st_mode & 0o777 == 0o600


def test_whose_disclosure_is_stopped_is_not_in_the_file(agreed, niks, tmp_path):
    about = ("subject", "request", "--jenis", "PEMBATASAN", "--berkas", "B/7/2026", *BY)
    (request_id,) = re.findall(r"[0-9a-f-]{36}", agreed(*about, told=f"{nik(2)}\n").stdout)[:1]
    decision = ("subject", "decide", request_id, "--alasan", "berhak", "--hasil", "DIKABULKAN")
    agreed(*decision, *BY)
    looked = balikan(agreed, "--niks", niks, code=3)
    assert (looked["orang_ditemukan"], looked["orang_ditahan"]) == (PEOPLE, 1)
    held = "SELECT count(*) FROM audit WHERE peristiwa = 'balikan.tahan' AND alasan = 'dibatasi_subjek'"
    assert agreed.rows(held) == [(0,)]
    done = balikan(agreed, "--niks", niks, "--out", tmp_path / "x.ndjson", code=3)
    assert (done["orang_ditahan"], done["baris_terutang"]) == (1, PEOPLE)
    assert nik(2) not in (tmp_path / "x.ndjson").read_text()
    assert agreed.rows(held) == [(1,)]


def test_what_is_long_over_is_neither_told_nor_collected(agreed, niks):
    agreed.environ["GATEWAY_BALIKAN_KEEP_DAYS"] = "1"
    words = ("report", "balikan", PKS, "2026-S1", "--niks", niks, *BY)
    assert "GATEWAY_BALIKAN_KEEP_DAYS" in agreed(*words, code=2).stderr
    assert agreed.rows("SELECT count(*) FROM balikan") == [(0,)]


def test_it_is_sent_once(agreed, niks, untouched):
    agreed.environ |= untouched
    before = stored(untouched)
    done = balikan(agreed, "--niks", niks, "--send")
    assert done["kirim"] == {"orang": PEOPLE, "ditolak": 0, "berhenti": None}
    again = balikan(agreed, "--niks", niks, "--send")
    assert (again["orang_ditemukan"], again["baris_terkirim"]) == (0, PEOPLE)
    assert stored(untouched) == before + PEOPLE
    assert "CONTOH A balikan.kirim" in agreed("admin", "log").stdout


def test_without_a_connection_nothing_is_sent(agreed, niks):
    words = ("report", "balikan", PKS, "2026-S1", "--niks", niks, "--send", *BY)
    assert "dukcapil" in agreed(*words, code=1).stderr
    assert "balikan.kirim" not in agreed("admin", "log").stdout


def test_without_a_file_the_records_name_persons(agreed, tmp_path):
    async def keep() -> None:
        shelf = Shelf(agreed.database_url, keyring_of(agreed))
        twice = record(9, orang=person(1, nik=nik(1)))
        await shelf.save(*(record(n, orang=person(n, nik=nik(n))) for n in (1, 2, 50)), twice)
        await shelf.close()

    asyncio.run(keep())
    done = balikan(agreed, "--out", tmp_path / "x.ndjson", code=3)
    assert (done["orang_ditemukan"], done["baris_terutang"]) == (2, PEOPLE)
    lines = (tmp_path / "x.ndjson").read_text().splitlines()
    assert [json.loads(line)["nik"] for line in lines] != []
    assert {json.loads(line)["nik"] for line in lines} == {nik(1), nik(2)}


def test_a_run_that_is_killed_goes_on_where_it_was(agreed, niks, outside):
    agreed.environ |= outside
    # The first of the calls is answered, late: the process dies before it hears of it.
    faults = f"{outside['GATEWAY_DUKCAPIL_URL']}/_faults"
    ask(faults, b'{"slow_seconds": 3, "times": 1}')
    words = ["report", "balikan", PKS, "2026-S1", "--niks", str(niks), "--send", *BY]
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway", *words],
        cwd=ROOT, env=environment() | agreed.environ, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while "balikan.kirim" not in agreed("admin", "log").stdout and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(20) == -signal.SIGKILL
    ask(faults, b"{}")
    done = balikan(agreed, "--niks", niks, "--send")
    assert done["baris_terutang"] == 0
    assert done["kirim"]["orang"] == PEOPLE


def test_a_registry_that_is_away_is_told_and_stops_nothing_for_good(agreed, niks, outside):
    agreed.environ |= outside
    faults = f"{outside['GATEWAY_DUKCAPIL_URL']}/_faults"
    ask(faults, b'{"status": 503}')
    try:
        done = balikan(agreed, "--niks", niks, "--send", code=1)
    finally:
        ask(faults, b"{}")
    assert done["kirim"]["berhenti"] == "unavailable"
    assert done["baris_terutang"] == PEOPLE
    assert balikan(agreed, "--niks", niks, "--send")["baris_terutang"] == 0


def test_a_file_that_cannot_be_read_is_refused(agreed, tmp_path):
    for name, content in {"a.csv": b"no_kk\n1\n", "b.csv": b"", "c.csv": b"nik\n\xff\n"}.items():
        (tmp_path / name).write_bytes(content)
        agreed("report", "balikan", PKS, "2026-S1", "--niks", tmp_path / name, *BY, code=2)
