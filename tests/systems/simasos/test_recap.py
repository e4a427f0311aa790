"""The office's recap sheet: columns by meaning, problems by line and column."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.domain.complaint import KategoriPengaduan, StatusPengaduan
from gateway.domain.complaint_workflow import URUTAN
from gateway.domain.importing import FileRefused, KodeMasalah
from tests.systems.simasos.support import ISI, NAMA, NIK, read


@pytest.fixture
def sheet(tmp_path):
    def write(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "rekap.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def row_of(sheet, header, cells):
    head = "Tanggal;Isi Aduan" + (f";{header}" if header else "")
    (row,) = read(sheet(f"{head}\n04/03/2024 09.12;{ISI};{cells}\n"))
    return row


def only(row):
    (complaint,) = row.isi
    return complaint


@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_the_delimiter_is_found(sheet, mark):
    text = f'Tanggal{mark}Nama Pelapor{mark}Isi Aduan\n04/03/2024{mark}"CONTOH{mark}A"{mark}a\n'
    (row,) = read(sheet(text))
    assert only(row).pelapor.nama == f"CONTOH{mark}A"


@pytest.mark.parametrize(
    "text",
    ["04/03/2024 09.12", "4-3-24 09:12", "04.03.2024 pukul 09.12 WITA", "2024-03-04 09:12:00",
     "2024-03-04T09:12:00+08:00", "4 Maret 2024 09.12", "Senin, 4 Maret 2024 jam 9.12",
     "Senin 04-Mar-24 9:12 AM"],
)  # fmt: skip
def test_dates_are_read_as_offices_write_them(sheet, text):
    (row,) = read(sheet(f'Tanggal;Isi\n"{text}";a\n'))
    assert only(row).diterima_pada == datetime(2024, 3, 4, 1, 12, tzinfo=UTC)
    assert row.masalah == ()


def test_an_hour_may_have_its_own_column(sheet):
    for date in ("04/03/2024", "04/03/2024 00:00:00", "4 Maret 2024"):
        (row,) = read(sheet(f"Tanggal;Jam;Isi\n{date};09.12 WITA;a\n"))
        assert only(row).diterima_pada == datetime(2024, 3, 4, 1, 12, tzinfo=UTC)
        assert only(row).peringatan == ()


def test_an_hour_that_is_none_refuses_the_row(sheet):
    (row,) = read(sheet("Tanggal;Jam;Isi\n04/03/2024;pagi;a\n"))
    assert [(each.kode, each.kolom) for each in row.masalah] == [(KodeMasalah.DATE_FORMAT, "Jam")]


@pytest.mark.parametrize(
    "text",
    ["31/02/2024", "45355", "kemarin", "4 Brumaire 2024", "04/03/1999", "04/03/124", "1/1/1"],
)
def test_a_date_that_is_none_refuses_the_row(sheet, text):
    (row,) = read(sheet(f"Tanggal;Isi\n{text};a\n"))
    assert row.isi == ()
    (masalah,) = row.masalah
    assert (masalah.kode, masalah.baris, masalah.kolom) == (KodeMasalah.DATE_FORMAT, 2, "Tanggal")


def test_american_sheets_are_read_when_told(sheet):
    (row,) = read(sheet("Tanggal;Isi\n03/04/2024 09:12;a\n"), tanggal="mdy")
    assert only(row).diterima_pada.month == 3


@pytest.mark.parametrize(("step", "status"), list(enumerate(URUTAN, start=1)))
def test_s33_every_step_of_the_sop_is_read_by_number_and_by_name(sheet, step, status):
    for text in (str(step), f"Langkah {step}", f"tahap {step}", status.value, status.value.lower()):
        complaint = only(row_of(sheet, "Status", text))
        assert complaint.status is status
        assert complaint.status_asli == text
        assert [each.status for each in complaint.langkah] == [status]


def test_an_unknown_step_is_flagged_and_kept_as_written(sheet):
    row = row_of(sheet, "Status", "proses")
    assert only(row).status is StatusPengaduan.DITERIMA
    assert only(row).status_asli == "proses"
    assert [(each.kode, each.kolom) for each in row.masalah] == [
        (KodeMasalah.CODE_UNKNOWN, "Status")
    ]


def test_a_category_that_the_office_wrote_wins_over_the_words(sheet):
    complaint = only(row_of(sheet, "Kategori", "Aktivasi BPJS"))
    assert complaint.kategori is KategoriPengaduan.AKTIVASI_BPJS
    assert complaint.kategori_asli == "Aktivasi BPJS"


def test_what_was_done_is_the_note_of_the_step(sheet):
    complaint = only(row_of(sheet, "Langkah;Tindak Lanjut;Disposisi", "6;Sudah dicek;Linjamsos"))
    assert complaint.langkah[0].catatan == "Sudah dicek"
    assert complaint.disposisi == "Linjamsos"


@pytest.mark.parametrize(
    ("told", "nomor"),
    [("0800-0000-0001", "6280000000001"), ("+62 800 0000 0001", "6280000000001"),
     ("80000000001", "6280000000001"), ("'080000000001", "6280000000001"),
     ("6280000000001.0", "6280000000001")],
)  # fmt: skip
def test_numbers_are_kept_in_one_form(sheet, told, nomor):
    assert only(row_of(sheet, "No HP", told)).pelapor.nomor == nomor


@pytest.mark.parametrize("told", ["6,28E+12", "tidak ada", "0800/0801", "123"])
def test_what_is_no_number_is_left_out_and_flagged(sheet, told):
    row = row_of(sheet, "No HP", told)
    assert only(row).pelapor is None
    assert row.masalah[0].kode is KodeMasalah.VALUE_FORMAT


@pytest.mark.parametrize(
    ("told", "kode"),
    [("9,90101E+15", KodeMasalah.NIK_FLOAT), ("9901014101800001.0", KodeMasalah.NIK_FLOAT),
     ("990101410180000", KodeMasalah.NIK_FORMAT), ("x", KodeMasalah.NIK_FORMAT)],
)  # fmt: skip
def test_a_damaged_nik_is_left_out_and_flagged(sheet, told, kode):
    row = row_of(sheet, "NIK", told)
    assert only(row).nik_terlapor is None
    assert row.masalah[0].kode is kode
    assert told not in row.masalah[0].pesan or told == "x"


@pytest.mark.parametrize("told", ["\u200b{}", "{}\u200b", "\u00a0{}\ufeff"])
def test_a_nik_with_marks_that_nobody_sees_is_cleaned(sheet, told):
    row = row_of(sheet, "NIK", told.format(NIK))
    assert (only(row).nik_terlapor, row.masalah) == (NIK, ())


@pytest.mark.parametrize("told", ["\u202a+62 800-0000-0000\u202c", "\u200e0800\u200b00000000"])
def test_a_number_that_was_copied_out_of_the_app_is_read(sheet, told):
    row = row_of(sheet, "No HP", told)
    assert (only(row).pelapor.nomor, row.masalah) == ("6280000000000", ())


def test_a_nik_with_an_apostrophe_is_cleaned(sheet):
    assert only(row_of(sheet, "NIK", f"'{NIK}")).nik_terlapor == NIK


@pytest.mark.parametrize(
    ("cells", "kode_wilayah", "flagged"),
    [
        ("Tenggarong;", "64.02.06", []),
        ("Tenggarong;Loa Ipuh", "64.02.06.1008", []),
        ("Tenggarong;Antah", "64.02.06", ["Desa"]),
        ("Antah;", None, ["Kecamatan"]),
        (";Antah", None, ["Desa"]),
        (";", None, []),
    ],
)
def test_areas_are_named_as_deep_as_they_are_proven(sheet, cells, kode_wilayah, flagged):
    row = row_of(sheet, "Kecamatan;Desa", cells)
    assert only(row).kode_wilayah == kode_wilayah
    assert [each.kolom for each in row.masalah] == flagged


def test_a_row_with_a_shifted_cell_is_refused_with_its_line(sheet):
    text = f"Tanggal;Isi;Nama\n04/03/2024;a;{NAMA}\n\n04/03/2024;a; b;{NAMA}\n04/03/2024;kurang\n"
    rows = read(sheet(text))
    assert [(row.baris, bool(row.isi)) for row in rows] == [(2, True), (4, False), (5, False)]
    assert {row.masalah[0].kode for row in rows[1:]} == {KodeMasalah.COLUMN_COUNT}
    assert all(NAMA not in each.pesan for row in rows for each in row.masalah)


def test_a_later_recap_names_the_same_complaint(sheet):
    before = only(row_of(sheet, "Status;Nama", f"2;{NAMA}"))
    after = only(row_of(sheet, "Status;Nama", f"8;{NAMA}"))
    assert before.id_sumber == after.id_sumber
    assert after.status is StatusPengaduan.DISAMPAIKAN


def test_excels_own_encoding_is_read(sheet):
    (row,) = read(sheet("Tanggal;Isi\n04/03/2024;caf\u00e9\n", encoding="cp1252"))
    assert only(row).isi == "caf\u00e9"


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "a;b\n1;2\n", "Tanggal;Nama\n04/03/2024;x\n", "Isi;Nama\na;x\n",
     "Tanggal;Isi;Tgl\n04/03/2024;a;b\n", 'Tanggal;Isi\n04/03/2024;"a\n'],
)  # fmt: skip
def test_a_sheet_without_its_columns_is_refused(sheet, text):
    with pytest.raises(FileRefused):
        read(sheet(text))


def test_titles_above_the_header_are_passed_over(sheet):
    text = "REKAP PENGADUAN;;\nTahun 2024;;\n;;\nNo;Tanggal;Isi\n1;04/03/2024;a\n"
    (row,) = read(sheet(text))
    assert row.baris == 5


def test_a_sheet_said_to_be_one_is_not_taken_for_a_chat(sheet):
    with pytest.raises(FileRefused) as refused:
        read(sheet("13/03/2024, 09:12 - CONTOH: halo\n"), jenis="rekap")
    assert refused.value.masalah.kode is KodeMasalah.HEADER_UNKNOWN
