"""The measures run and answer tables, here on very few rows; what they measured is no matter."""

import csv
import json
import re
import sqlite3
from contextlib import closing

from click.testing import CliRunner

from bench.__main__ import main
from bench.bnba import HEADER, write_bnba
from bench.measures import MEASURES, run_measure
from bench.result import Scale
from bench.stores import SqliteStores
from bench.taking_in import run_import, run_raw
from tests.fixtures.project import read

FEW = Scale(rows=1000, rounds=1, stores=("sqlite",))


def test_the_file_is_the_same_every_time_and_names_nobody_twice(tmp_path):
    write_bnba(tmp_path / "one", 1000)
    write_bnba(tmp_path / "two", 1000)
    text = (tmp_path / "one").read_text()
    assert text == (tmp_path / "two").read_text()
    rows = list(csv.DictReader(text.splitlines(), delimiter="|"))
    assert list(rows[0]) == HEADER.split("|")
    assert len({row["NIK"] for row in rows}) == 1000
    assert all(row["NIK"][4:6] == "99" for row in rows)


def test_the_import_stores_all_sound_rows_and_finds_them_again(tmp_path):
    write_bnba(tmp_path / "file", 1000)
    with SqliteStores().fresh() as url:
        runs = [way(url, tmp_path / "file") for way in (run_raw, run_import, run_import)]
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as store:
            stored = store.execute("SELECT count(*) FROM ppks").fetchone()
    assert runs == [(1000, 1000, 0), (1000, 998, 2), (1000, 0, 2)]
    assert stored == (998,)


def test_the_command_prints_and_writes_what_it_measured(tmp_path):
    file = tmp_path / "result.json"
    words = ["import", "memory", "--store", "sqlite", "--rows", "100", "--rounds", "1"]
    done = CliRunner().invoke(main, [*words, "--json", str(file)], catch_exceptions=False)
    assert done.exit_code == 0
    told = json.loads(file.read_text())
    assert list(told["measures"]) == ["import", "memory"]
    assert told["machine"]["python"]
    assert told["scale"] == {"rows": 100, "rounds": 1, "seconds": 4.0, "stores": ["sqlite"]}
    for tables in told["measures"].values():
        for table in tables:
            assert table["columns"][0] in done.output
            assert {len(row) for row in table["rows"]} == {len(table["columns"])}


def test_starting_is_measured_to_the_first_answer():
    programs, imports = run_measure("start", FEW)
    bare, helped, served = (row[1] for row in programs.rows)
    assert 0 < bare < helped < served
    assert "gateway" in [row[0] for row in imports.rows]


def test_help_tells_of_every_measure():
    told = CliRunner().invoke(main, ["--help"]).output
    assert [name for name in MEASURES if f"{name}:" not in told] == []


def test_the_document_tells_of_every_measure_in_the_table_s_order():
    assert re.findall(r"^## `(\w+)`", read("docs/benchmarks.md"), re.MULTILINE) == list(MEASURES)
