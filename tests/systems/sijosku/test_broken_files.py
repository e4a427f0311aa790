"""Files that are not what they seem: refused in words, never by a crash, never telling a NIK."""

import contextlib
import io
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sijosku import spec
from gateway.domain.importing import FileRefused, KodeMasalah
from tests.systems.sijosku.support import AREAS, FILES, problems, read_text

SETTINGS = {
    "disabilitas-2024.csv": {"kode_wilayah": "64.02", "tahun": "2024"},
    "disabilitas-sebelas-kolom.csv": {"kode_wilayah": "64.02", "tahun": "2024"},
    "ppks-2020-2024.csv": {},
    "penduduk-miskin.csv": {"kode_wilayah": "64", "satuan": "orang", "indikator": "miskin"},
    "orang.csv": {},
    "orang.ndjson": {},
}
SIXTEEN = re.compile(r"\d{16}")
SEEDS = {name: (FILES / name).read_bytes() for name in SETTINGS}
NOISE = [
    b"",
    b"\0",
    b'"',
    b"\xff",
    b",",
    b";",
    b"\n",
    b"9901016102850003",
    b"-1",
    b"{",
    b"[",
    b"nama",
    b"2024",
    b"1e999",
]


@st.composite
def mutated(draw):
    """A known file with a few pieces cut out, doubled, or replaced."""
    name = draw(st.sampled_from(sorted(SEEDS)))
    content = SEEDS[name]
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 40)))
        piece = draw(
            st.one_of(
                st.sampled_from(NOISE), st.binary(max_size=6), st.just(content[start:end] * 2)
            )
        )
        content = content[:start] + piece + content[end:]
    return name, content


@given(mutated())
def test_mutated_file_is_refused_in_words_or_read_with_line_numbers(case):
    name, content = case
    try:
        rows = read_text(content, **SETTINGS[name])
    except FileRefused as refusal:
        found = [refusal.masalah]
    else:
        found = problems(rows)
        assert all(problem.baris is not None for problem in found)
        assert all(row.isi or row.masalah for row in rows)
    for problem in found:
        told = msgspec.json.encode(problem).decode()
        assert not SIXTEEN.search(told)
        assert "CONTOH" not in told


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(content):
    with contextlib.suppress(FileRefused):
        read_text(content)


@pytest.mark.parametrize(
    ("header", "layouts"),
    [
        ("kategori,nama,nik,2023,2024", ["baris orang", "tabel tahunan"]),
        ("nama,kecamatan,tuna daksa,total", ["baris orang", "tabel disabilitas"]),
        ("jenis_ppks,kabupaten_kota,2024", ["tabel tahunan", "tabel per kabupaten/kota"]),
    ],
)
def test_header_of_two_layouts_is_refused_and_both_are_named(header, layouts):
    with pytest.raises(FileRefused) as refusal:
        read_text(header + "\n")
    problem = refusal.value.masalah
    assert (problem.kode, problem.baris) == (KodeMasalah.HEADER_UNKNOWN, 1)
    assert all(layout in problem.pesan for layout in layouts)


@pytest.mark.parametrize(
    ("content", "kode"),
    [
        (b"", KodeMasalah.FILE_UNREADABLE),
        (b"\n \n", KodeMasalah.FILE_UNREADABLE),
        (b"warna,bentuk\n", KodeMasalah.HEADER_UNKNOWN),
        (b"nama,Nama Lengkap,kategori\n", KodeMasalah.HEADER_UNKNOWN),
        (b"jenis_ppks,2024,2024\n", KodeMasalah.HEADER_UNKNOWN),
        (b"kecamatan,tuna daksa,wicara\n", KodeMasalah.HEADER_UNKNOWN),
        (b"kategori,nama\nLUT,\xe9\n", KodeMasalah.FILE_UNREADABLE),
        (b'kategori,nama\nLUT,"CONTOH\n', KodeMasalah.FILE_UNREADABLE),
        (b'[{"kategori": "LUT"}', KodeMasalah.FILE_UNREADABLE),
        ("kategori,nama\n".encode("utf-16"), KodeMasalah.FILE_UNREADABLE),
        (b"kategori,nama\nLUT," + b"x" * 1_100_000, KodeMasalah.FILE_UNREADABLE),
        (b"[" * 100_000, KodeMasalah.FILE_UNREADABLE),
    ],
    ids=lambda case: case.hex()[:12] if isinstance(case, bytes) else case.value,
)
def test_unreadable_file_is_refused_with_a_code(content, kode):
    with pytest.raises(FileRefused) as refusal:
        read_text(content, kode_wilayah="64.02", tahun="2024")
    assert refusal.value.masalah.kode is kode


def test_missing_file_is_refused():
    source = spec.file_source(spec.config())
    with pytest.raises(FileRefused):
        list(source.read(FILES / "tidak-ada.csv", {}, AREAS))


def test_rows_before_a_broken_end_are_given_out():
    source = spec.file_source(spec.config())
    rows = source.read_open(io.BytesIO(b"kategori,nama\nLUT,CONTOH A\nLUT,\xff\n"), {}, AREAS)
    assert next(rows).isi
    with pytest.raises(FileRefused) as refusal:
        next(rows)
    assert refusal.value.masalah.baris == 3


def test_a_long_file_of_persons_is_read_row_by_row():
    """The file never ends; only a lazy reader gives its first rows."""

    class Endless:
        def __init__(self) -> None:
            self._begun = False

        def read(self, size: int) -> bytes:
            return b"kategori,nama\n"[:size]

        def seek(self, place: int) -> None:
            assert place == 0

        def readline(self, _size: int) -> bytes:
            begun, self._begun = self._begun, True
            return b"LUT,CONTOH\n" if begun else b"kategori,nama\n"

    rows = spec.file_source(spec.config()).read_open(Endless(), {}, AREAS)
    assert [next(rows).baris for _ in range(3)] == [2, 3, 4]
