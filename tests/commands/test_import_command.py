"""`gateway import`: an operator's file, told about by line, stored row by row, safe to repeat."""

import csv
import json
from pathlib import Path

import pytest

from gateway.application.records import import_file
from gateway.sandbox.world import data_file
from tests.systems.siks_ng.support import SEL, bnba

NIK = "99010141018{:05}"
KINDS = ("--set", "kategori=Tuna Daksa", "--set", "tahun=2024")


def row(number: int, **cells: str) -> str:
    told = {"ID DTKS": f"99-{number}", "NIK": NIK.format(number), "NAMA": f"CONTOH WARGA {number}"}
    # Only provinces and regencies are built in.
    told |= {"KECAMATAN": "", "DESA/KELUARAHAN": ""}
    return "|".join((SEL | told | {k.replace("_", " "): v for k, v in cells.items()}).values())


@pytest.fixture
def sheet(tmp_path):
    """Writes a file of these rows."""

    def write(*rows: str) -> Path:
        path = tmp_path / "bnba.csv"
        path.write_bytes(bnba(*rows))
        return path

    return write


def records(terminal) -> int:
    return terminal.rows("SELECT count(*) FROM ppks")[0][0]


def test_a_sound_file_is_stored_and_the_same_file_again_changes_nothing(terminal, sheet):
    path = sheet(row(1), row(2), row(3))
    assert "Stored: 3 new, 0 changed, 0 unchanged; 0 of 3 rows refused." in (
        terminal("import", "siks-ng", path, *KINDS).stdout
    )
    assert "Stored: 0 new, 0 changed, 3 unchanged" in (
        terminal("import", "siks_ng", path, *KINDS).stdout
    )
    changed = sheet(row(1), row(2, NAMA="CONTOH BARU"), row(3))
    assert "0 new, 1 changed, 2 unchanged" in (
        terminal("import", "siks-ng", changed, *KINDS).stdout
    )
    assert records(terminal) == 3
    assert len(terminal.rows("SELECT * FROM impor")) == 3


def test_a_dry_run_tells_everything_and_stores_nothing(terminal, sheet):
    path = sheet(row(1), row(2, NIK="123"))
    told = terminal("import", "siks-ng", path, *KINDS, "--dry-run", code=3)
    assert "Would store: 1 new, 0 changed, 0 unchanged; 1 of 2 rows refused." in told.stdout
    assert "baris 3, kolom NIK: NIK_FORMAT" in told.stderr
    assert records(terminal) == 0
    assert terminal.rows("SELECT * FROM impor") == []


def test_refused_rows_are_told_by_line_and_counted_and_the_others_stored(terminal, sheet, tmp_path):
    path = sheet(
        row(1), row(2, NIK="9,90101E+15"), row(3), row(3), row(4, TANGGAL_LAHIR="31/02/1980")
    )
    report = tmp_path / "masalah.csv"
    told = terminal("import", "siks-ng", path, *KINDS, "--report", report, code=3)
    assert "Stored: 2 new, 0 changed, 0 unchanged; 3 of 5 rows refused." in told.stdout
    for code in ("NIK_FLOAT: 1", "DUPLICATE_ROW: 1", "DATE_FORMAT: 1"):
        assert code in told.stdout
    with report.open(encoding="utf-8", newline="") as lines:
        problems = list(csv.DictReader(lines))
    assert [(one["baris"], one["kode"]) for one in problems] == [
        ("3", "NIK_FLOAT"),
        ("5", "DUPLICATE_ROW"),
        ("6", "DATE_FORMAT"),
    ]
    assert all(one["pesan"] for one in problems)
    assert problems[0]["kolom"] == "NIK"


def test_neither_the_screen_nor_the_report_repeats_a_person(terminal, sheet, tmp_path):
    report = tmp_path / "masalah.csv"
    rows = [
        row(1, NIK="990101410180001"),
        row(2, TANGGAL_LAHIR="x"),
        row(3, NAMA=""),
        row(4),
        row(4),
    ]
    told = terminal("import", "siks-ng", sheet(*rows), *KINDS, "--report", report, code=3)
    written = told.output + report.read_text()
    assert "99010141018" not in written
    assert "CONTOH" not in written.replace(str(tmp_path), "")


def test_of_many_problems_the_first_are_shown_and_all_are_in_the_report(terminal, sheet, tmp_path):
    report = tmp_path / "masalah.csv"
    path = sheet(*(row(number, NIK="1") for number in range(60)))
    told = terminal("import", "siks-ng", path, *KINDS, "--report", report, code=3)
    assert told.stderr.count("NIK_FORMAT") == 20
    assert "--report FILE writes all of them" in told.stderr
    assert len(report.read_text().splitlines()) == 61


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE_UNREADABLE"),
        (b"a|b|c\n1|2|3\n", "HEADER_UNKNOWN"),
        (b"PK\x03\x04x", "FILE_UNREADABLE"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_2(terminal, tmp_path, content, code):
    path = tmp_path / "rusak.csv"
    path.write_bytes(content)
    told = terminal("import", "siks-ng", path, *KINDS, code=2)
    assert code in told.stderr
    assert terminal.rows("SELECT * FROM impor") == []


def test_of_a_file_that_breaks_off_it_is_told_and_noted_what_was_stored(
    terminal, sheet, tmp_path, monkeypatch
):
    monkeypatch.setattr(import_file, "BATCH", 100)
    rows = [f'{{"idsemesta": "99{n}", "Nama": "CONTOH {n}"}}' for n in range(150)]
    broken = tmp_path / "putus.json"
    broken.write_text("[" + ",".join(rows) + ", {")
    for verb, dry in (("Would store", ["--dry-run"]), ("Stored", [])):
        told = terminal("import", "siks-ng", broken, *dry, code=2)
        assert f"{verb}: 100 new, 0 changed, 0 unchanged; 0 of 100 rows refused." in told.stdout
        assert "FILE_UNREADABLE" in told.stderr
    assert records(terminal) == 100
    [(noted,)] = terminal.rows("SELECT ringkasan FROM impor")
    assert json.loads(noted)["masalah"]["FILE_UNREADABLE"] == 1
    assert json.loads(noted)["baru"] == 100


def test_a_member_of_two_families_takes_nobody_of_the_second_along(terminal, tmp_path):
    def member(number: int) -> dict[str, str]:
        return {"idsemesta": f"99{number}", "nama": f"CONTOH {number}", "nik": NIK.format(number)}

    first, second, third = (
        {"id_keluarga": f"KLG-99{n}", "anggota": [member(a), member(a + 1)]}
        for n, a in enumerate((1, 2, 3))
    )
    path = tmp_path / "keluarga.json"
    path.write_text(json.dumps([first, second, third, first]))
    told = terminal("import", "siks-ng", path, code=3)
    assert "Stored: 4 new, 0 changed, 0 unchanged; 1 of 4 rows refused." in told.stdout
    assert "DUPLICATE_ROW: 3" in told.stdout
    assert "sebagian isi baris ini" in told.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--set", "tahunn=2024"), "tahunn is unknown. This file takes tahun:"),
        (("--set", "x=1", "--set", "a=1"), "--set a, x is unknown"),
        (("--set", "tahun"), "NAME=VALUE"),
        (("--set", "=2024"), "NAME=VALUE"),
    ],
)
def test_a_setting_that_the_file_does_not_take_is_refused(terminal, sheet, words, expected):
    told = terminal("import", "siks-ng", sheet(row(1)), *words, code=2)
    assert expected in " ".join(told.stderr.split())
    assert records(terminal) == 0


def test_a_system_that_reads_no_files_is_told_apart_with_those_that_do(terminal, sheet):
    for system in ("dukcapil", "tak-ada"):
        told = terminal("import", system, sheet(row(1)), code=2)
        assert f"{system}: no system of this name reads files" in told.stderr
        assert "siks-ng" in told.stderr


def test_a_file_that_is_not_there_is_told(terminal, tmp_path):
    assert (
        "does not exist" in terminal("import", "siks-ng", tmp_path / "tak-ada.csv", code=2).output
    )


def test_a_report_that_cannot_be_written_is_told_before_anything_is_stored(
    terminal, sheet, tmp_path
):
    report = tmp_path / "tak-ada" / "masalah.csv"
    told = terminal("import", "siks-ng", sheet(row(1)), *KINDS, "--report", report, code=2)
    assert "masalah.csv" in told.stderr
    assert records(terminal) == 0


def test_a_store_that_is_not_there_yet_is_told(terminal, sheet, tmp_path):
    terminal.environ["GATEWAY_DATABASE_URL"] = f"sqlite:///{tmp_path}/kosong.db"
    told = terminal("import", "siks-ng", sheet(row(1)), *KINDS, code=1)
    assert "gateway migrate" in told.stderr


def test_a_file_of_numbers_comes_in_by_the_same_door(terminal, tmp_path):
    numbers = tmp_path / "angka.csv"
    numbers.write_text(data_file("ppks-kaltara-2020-2024.csv"))
    settings = ("--set", "kode_wilayah=65", "--set", "instansi=Dinas Sosial")
    terminal("import", "sijosku", numbers, *settings)
    assert terminal.rows("SELECT count(*) FROM angka") == [(15,)]
