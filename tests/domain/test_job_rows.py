"""The rows of a job: any bytes in any pieces are rows or typed problems, and never more."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.job_rows import LONGEST_LINE, ColumnMissing, CsvRows, NdjsonRows
from gateway.domain.tugas import Baris, BarisSalah, KodeBaris
from gateway.kit.lines import Lines

NIK = "9901010101900001"
NIKS = st.from_regex(r"99[0-9]{14}", fullmatch=True)
READERS = st.sampled_from([NdjsonRows, CsvRows])
SIZES = st.lists(st.integers(0, 40), max_size=30)
BYTES = st.binary(max_size=300) | st.lists(
    st.sampled_from([b"\n", b"\r\n", b'"', b"nik", b",", b";", b"{", b"}", NIK.encode(), b'{"nik":"']),
    max_size=40,
).map(b"".join)  # fmt: skip


def read(make, body: bytes, sizes=()):
    """Every row of a body that comes in pieces of these sizes, and the rest at once."""
    reader = make()
    ends = [0, *itertools.accumulate(sizes), max(len(body), sum(sizes))]
    found = []
    for begin, end in itertools.pairwise(ends):
        found += reader.feed(body[begin:end])
    return [*found, *reader.end()]


def told(make, body, sizes=()):
    try:
        return read(make, body, sizes)
    except ColumnMissing:
        return "no column"


@given(make=READERS, body=BYTES, sizes=SIZES)
def test_any_bytes_are_rows_or_problems_whatever_the_pieces(make, body, sizes):
    found = told(make, body, sizes)
    assert found == told(make, body)
    if found == "no column":
        assert make is CsvRows
        return
    numbers = [one.baris for one in found]
    assert numbers == sorted(set(numbers))
    assert all(1 <= number <= body.count(b"\n") + 1 for number in numbers)
    for one in found:
        assert isinstance(one, Baris | BarisSalah)
        if isinstance(one, Baris):
            assert len(one.nik) == 16
            assert one.nik.isascii()
            assert one.nik.isdigit()


@given(niks=st.lists(NIKS, max_size=20), sizes=SIZES, end=st.sampled_from(["\n", "\r\n"]))
def test_sound_rows_come_out_as_they_went_in(niks, sizes, end):
    expected = list(enumerate(niks, 1))
    lines = end.join(json.dumps({"nik": nik, "lain": 1}) for nik in niks).encode()
    assert [(one.baris, one.nik) for one in read(NdjsonRows, lines, sizes)] == expected
    table = end.join(["nomor,nik", *(f"1,{nik}" for nik in niks)]).encode()
    assert [(one.baris - 1, one.nik) for one in read(CsvRows, table, sizes)] == expected


@pytest.mark.parametrize(
    ("line", "kode"),
    [
        (b'{"nik": 9901010101900001}', KodeBaris.NOT_SIXTEEN_DIGITS),
        (b'{"nik": "9,90101E+15"}', KodeBaris.NOT_SIXTEEN_DIGITS),
        (b'{"nik": null}', KodeBaris.NIK_MISSING),
        (b"[]", KodeBaris.NOT_SIXTEEN_DIGITS),
        (b'{"a":' * 800, KodeBaris.NOT_JSON),
        (b'{"nik": "\xff"}', KodeBaris.NOT_JSON),
        (b" " * LONGEST_LINE + b"{}", KodeBaris.LINE_TOO_LONG),
    ],
)
def test_what_is_wrong_with_a_line_is_said(line, kode):
    good = f'{{"nik": "{NIK}"}}'.encode()
    assert read(NdjsonRows, good + b"\n" + line + b"\n" + good) == [
        Baris(baris=1, nik=NIK),
        BarisSalah(baris=2, kode=kode),
        Baris(baris=3, nik=NIK),
    ]


@pytest.mark.parametrize(
    ("row", "kode"),
    [
        (b'"9901', KodeBaris.NOT_CSV),
        (b"\xff\xfe", KodeBaris.NOT_UTF8),
        (b"1", KodeBaris.NIK_MISSING),
        (b"1,''9901010101900001", KodeBaris.NOT_SIXTEEN_DIGITS),
        (b"1,'", KodeBaris.NIK_MISSING),
        ("1,９９０１０１０１０１９００００１".encode(), KodeBaris.NOT_SIXTEEN_DIGITS),
    ],
)
def test_what_is_wrong_with_a_row_of_csv_is_said(row, kode):
    assert read(CsvRows, b"nomor,nik\n" + row) == [BarisSalah(baris=2, kode=kode)]


def test_a_number_that_a_sheet_marks_as_text_is_read():
    assert read(CsvRows, f"nomor,nik\n1,'{NIK}".encode()) == [Baris(baris=2, nik=NIK)]


@pytest.mark.parametrize(
    "body",
    [b"", b"\n\n", b"nomor,nama\n1,2\n", b'"nik\n', b"nik,NIK\n1,2\n", b"9901010101900001"],
)
def test_a_csv_without_the_column_is_said(body):
    assert told(CsvRows, body) == "no column"


@given(pieces=st.lists(st.binary(max_size=60), max_size=30), longest=st.integers(1, 20))
def test_lines_hold_no_more_than_they_may(pieces, longest):
    lines, found = Lines(longest), []
    for piece in pieces:
        lines.feed(piece)
        found += lines
        assert len(lines._rest) <= longest
    if (last := lines.end()) is not None:
        found.append(last)
    whole = b"".join(pieces).split(b"\n")
    if whole[-1] == b"":
        whole.pop()
    expected = [line.removesuffix(b"\r") if len(line) <= longest else None for line in whole]
    assert found == list(enumerate(expected, 1))
