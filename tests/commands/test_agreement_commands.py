"""`gateway agreement` and the reminders: what is recorded, handed in, ended and due."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from gateway.commands.expiring import warn_of_expiring
from gateway.parts import Parts, read_everything

PKS = "PKS/001/2026"
BY = ("--oleh", "CONTOH A")
PARTIES = ("--pihak", "Dinas Sosial CONTOH", "--pihak", "Dinas Kesehatan CONTOH")
LAST_YEAR = datetime.now(UTC).year - 1


def add(terminal, *more, **options):
    days = ("--dari", f"{LAST_YEAR}-01-01", "--sampai", f"{LAST_YEAR + 5}-12-31")
    return terminal("agreement", "add", PKS, *PARTIES, *days, *more, *BY, **options)


def test_an_agreement_is_recorded_shown_and_changed(terminal):
    add(terminal, "--wajib", "semester", "--wajib", "balikan:bulan:14", "--balikan", "GUNA=tujuan")
    shown = json.loads(terminal("agreement", "show", PKS).stdout)
    assert shown["pihak"] == ["Dinas Sosial CONTOH", "Dinas Kesehatan CONTOH"]
    assert shown["kewajiban"] == [
        {"jenis": "semester", "tiap": "semester", "tenggat_hari": 30},
        {"jenis": "balikan", "tiap": "bulan", "tenggat_hari": 14},
    ]
    # The last day is covered to its end in Jakarta.
    assert shown["berlaku_dari"] == f"{LAST_YEAR}-01-01T00:00:00+07:00"
    assert shown["berlaku_sampai"] == f"{LAST_YEAR + 6}-01-01T00:00:00+07:00"
    assert shown["balikan_param"] == {"GUNA": "tujuan"}
    terminal("agreement", "change", PKS, "--sampai", f"{LAST_YEAR + 7}-06-30", *BY)
    (line,) = terminal("agreement", "list").stdout.splitlines()
    assert line.split()[:3] == [
        PKS,
        f"{LAST_YEAR + 7}-06-30",
        "semester:semester:30,balikan:bulan:14",
    ]
    (listed,) = json.loads(terminal("agreement", "list", "--json").stdout)
    assert listed["pihak"] == shown["pihak"]
    log = terminal("admin", "log").stdout
    assert "CONTOH A perjanjian.tambah" in log
    assert "CONTOH A perjanjian.ubah" in log


@pytest.mark.parametrize(
    "wrong",
    [
        ("--wajib", "tahunan"),
        ("--wajib", "balikan:minggu"),
        ("--wajib", "balikan:bulan:x"),
        ("--wajib", "semester:semester:999"),
        ("--balikan", "GUNA=nik"),
        ("--balikan", "tujuan"),
        ("--sampai", "9999-12-31"),
        ("--dari", "0001-01-01"),
        ("--dari", "2026-02-30"),
    ],
)
def test_what_is_not_right_is_not_recorded(terminal, wrong):
    add(terminal, *wrong, code=2)
    assert json.loads(terminal("agreement", "list", "--json").stdout) == []


def test_a_number_is_recorded_once_and_unknown_ones_are_told(terminal):
    add(terminal)
    add(terminal, code=2)
    for words in (("show", "PKS/404"), ("end", "PKS/404", *BY), ("change", "PKS/404", *BY)):
        terminal("agreement", *words, code=2)


def test_what_is_late_is_told_until_it_is_handed_in(terminal):
    assert terminal("report", "agreements", *BY).stdout == ""
    add(terminal, "--wajib", "semester")
    told = terminal("report", "agreements", *BY, code=3).stdout
    late = f"{LAST_YEAR}-07-30 late semester   {PKS:<28} {LAST_YEAR}-S1"
    assert told.splitlines()[0] == late
    found = json.loads(terminal("report", "agreements", "--json", *BY, code=3).stdout)
    assert found["tenggat"][0]["id"] == f"{LAST_YEAR}-S1"
    assert found["tenggat"][0]["pada"] == f"{LAST_YEAR}-07-30T17:00:00Z"
    terminal("agreement", "handed-in", PKS, "balikan", f"{LAST_YEAR}-S1", *BY, code=2)
    terminal("agreement", "handed-in", PKS, "semester", f"{LAST_YEAR}-S2", "--and-before", *BY)
    left = terminal("report", "agreements", *BY, code=None).stdout
    assert str(LAST_YEAR) + "-S" not in left


@pytest.mark.parametrize("ending", ["csv", "xlsx", "html", "json"])
def test_reminders_are_written_in_every_form(terminal, tmp_path, ending):
    add(terminal, "--wajib", "semester")
    out = tmp_path / f"tenggat.{ending}"
    terminal("report", "agreements", "--out", out, *BY, code=3)
    assert out.stat().st_mode & 0o777 == 0o600
    if ending != "xlsx":
        assert f"{LAST_YEAR}-07-30" in out.read_text("utf-8-sig")


def test_a_server_that_starts_warns_of_what_is_late(terminal):
    add(terminal, "--wajib", "semester")

    async def starting() -> None:
        parts = Parts(*read_everything(terminal.environ))
        try:
            await warn_of_expiring(parts)
        finally:
            await parts.close()

    with capture_logs() as logged:
        asyncio.run(starting())
    (warning,) = logged
    assert (warning["event"], warning["log_level"]) == ("agreements_due", "warning")
    assert warning["late"] >= 1
