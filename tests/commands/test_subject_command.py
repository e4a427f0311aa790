"""`gateway subject`: what an operator types when a person asks about their own data."""

import json
from datetime import UTC, datetime, timedelta

import pytest

NIK = "9901014101900001"
BY = ("--oleh", "CONTOH A")


def asked(terminal, *options, told=f"{NIK}\n", code=0):
    return terminal("subject", "request", *options, *BY, told=told, code=code)


def day(ago):
    return f"{datetime.now(UTC) - timedelta(days=ago):%Y-%m-%dT%H:%M:%SZ}"


def test_a_request_goes_its_way_and_each_act_is_noted(terminal):
    told = asked(terminal, "--jenis", "PEMBATASAN", "--berkas", "B/7/2026").stdout
    request_id = told.split()[0]
    decide = ("subject", "decide", request_id, "--alasan", "berhak", *BY)
    assert "DIKABULKAN" in terminal(*decide, "--hasil", "DIKABULKAN").stdout
    assert "langkah" in terminal(*decide, "--hasil", "DITOLAK", code=2).stderr
    assert terminal.rows("SELECT menahan FROM permintaan_rujukan") == [(1,)]
    (listed,) = json.loads(terminal("subject", "list", "--json").stdout)
    assert (listed["status"], listed["berkas"]) == ("DIKABULKAN", "B/7/2026")
    assert terminal("subject", "list", "--status", "DITERIMA").stdout == ""
    acts = terminal("admin", "log").stdout
    assert "subjek.diterima" in acts
    assert "subjek.dikabulkan" in acts
    assert NIK not in acts + told


def test_what_is_late_or_soon_due_ends_with_3(terminal):
    assert terminal("subject", "due").stdout == ""
    asked(terminal, "--jenis", "KOREKSI", "--received", day(1))
    assert terminal("subject", "due").stdout == ""
    assert "due" in terminal("subject", "due", "--hours", "72", code=3).stdout
    asked(terminal, "--jenis", "AKSES", "--received", day(4))
    (late,) = json.loads(terminal("subject", "due", "--json", code=3).stdout)
    assert (late["jenis"], late["terlambat"], late["sisa_jam"]) == ("AKSES", True, -25)


@pytest.mark.parametrize("told", ["", "123\n", "9901014101900001x\n"])
def test_a_number_that_is_none_is_refused_and_not_repeated(terminal, told):
    for words in (("request", "--jenis", "KOREKSI"), ("report",)):
        answer = terminal("subject", *words, *BY, told=told, code=2)
        assert told.strip() not in answer.output or not told.strip()


def test_what_cannot_be_noted_is_refused(terminal):
    later = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"
    for options in (
        ("--received", later),
        ("--atribut", "shoe_size"),
        ("--berkas", NIK),
        ("--ppks", "018f0000-0000-7000-8000-000000000001"),
    ):
        answer = asked(terminal, "--jenis", "KOREKSI", *options, code=2)
        assert NIK not in answer.stderr
    asked(terminal, "--jenis", "KOREKSI", "--tanpa-nik", code=2)
    assert terminal.rows("SELECT count(*) FROM permintaan_subjek") == [(0,)]


def test_a_report_is_json_or_a_page_and_both_are_noted(terminal, tmp_path):
    asked(terminal, "--jenis", "KOREKSI", "--berkas", "B-1")
    report = ("subject", "report", *BY)
    told = json.loads(terminal(*report, told=f"{NIK}\n").stdout)
    assert told["ringkasan"]["akses"] == 0
    assert told["permintaan"][0]["berkas"] == "B-1"
    page = tmp_path / "laporan.html"
    terminal(*report, "--html", page, "--zona", "WITA", told=f"{NIK}\n")
    assert page.stat().st_mode & 0o077 == 0
    assert "Tidak ada akses yang tercatat" in page.read_text("utf-8")
    assert NIK not in page.read_text("utf-8") + json.dumps(told)
    acts = terminal("admin", "log").stdout
    assert acts.count("subjek.laporan") == 2
    assert NIK not in acts


def test_a_report_has_an_operator_s_name(terminal):
    terminal("subject", "report", "--oleh", " ", told=f"{NIK}\n", code=2)


@pytest.mark.parametrize(
    "times", [("--since", "2026-02-01", "--until", "2026-01-01"), ("--since", "2999-01-01")]
)
def test_a_report_about_no_time_is_refused_for_it_would_say_that_nobody_looked(terminal, times):
    refused = terminal("subject", "report", *times, *BY, code=2, told=NIK)
    assert "sampai" in refused.stderr
    assert not refused.stdout
