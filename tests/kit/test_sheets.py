"""Tables as files: every text comes back as it was, and none begins what a spreadsheet would run."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from gateway.kit.sheets import Table, as_csv, as_xlsx

texts = st.text(
    st.characters(codec="utf-8", exclude_characters="\0")
    | st.sampled_from("=+-@'\t\r\n0123456789.eE/|"),
    max_size=30,
)


def through_csv(cells):
    text = as_csv(Table(("a",), iter([(cell,) for cell in cells]))).decode("utf-8-sig")
    return [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]


def through_xlsx(cells):
    made = as_xlsx({"a": Table(("a", "b"), iter([("x", cell) for cell in cells]))})
    sheet = load_workbook(io.BytesIO(made)).get_sheet_by_index(0)
    return [row[1] for row in sheet.to_python(skip_empty_area=False)][1:]


@given(st.lists(texts, max_size=5))
@settings(max_examples=100)
def test_one_apostrophe_less_is_the_value_and_no_cell_is_a_formula(cells):
    told = through_csv(cells)
    assert [cell.removeprefix("'") for cell in told] == cells
    assert not any(cell.startswith(tuple("=+-@\t\r\n")) for cell in told)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("6402995708900001", True),
        ("123456789012", True),
        ("12345678901", False),
        ("005", True),
        ("0", False),
        ("1990", False),
        ("1990-08-17", False),
        ("1-2", True),
        ("005/010", True),
        ("10:30", True),
        ("1.234", True),
        ("1,5", True),
        (".5", True),
        ("5%", True),
        ("64.02.06.1001", True),
        ("12E5", True),
        ("1.2e10", True),
        ("12A5", False),
        ("01a1fc00-0000-7000-8000-000000000000", False),
        ("2026-11-21T03:00:00Z", False),
        ("", False),
        ("JL. CONTOH NO. 1", False),
    ],
)
def test_what_a_spreadsheet_would_change_is_marked_and_nothing_else(text, marked):
    assert through_csv([text]) == ["'" + text if marked else text]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "6402995708900001", "_x0041_", "a\x0bb", " spasi ", "<f>1</f>&", "12E5"],
)
def test_a_cell_of_a_workbook_holds_any_text(text):
    assert through_xlsx([text]) == [text]


def test_numbers_stay_numbers_and_a_text_too_long_for_a_cell_is_cut():
    assert through_xlsx([3, "x" * 40_000]) == [3, "x" * 32_767]
    assert through_csv([3, "x" * 40_000]) == ["3", "x" * 40_000]
