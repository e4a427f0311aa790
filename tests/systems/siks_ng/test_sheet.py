"""Workbooks of the same layouts: headers below titles, real days, and numbers that lost digits."""

import io
import re
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from adapters.siks_ng.berkas import workbook
from adapters.siks_ng.columns import JUDUL_BNBA
from gateway.domain.importing import FileRefused, KodeMasalah
from tests.systems.siks_ng.support import (
    BERKODE,
    KODE,
    NIK,
    NIK_LAIN,
    SEL,
    VERSI,
    baca,
    kode_masalah,
)


def buku(tmp_path, *lembar):
    """The bytes of a workbook with these sheets of rows of cells."""
    path = tmp_path / "buku.xlsx"
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as tulis:
        hari = tulis.add_format({"num_format": "dd/mm/yyyy"})
        for baris in lembar:
            halaman = tulis.add_worksheet()
            for n, sel in enumerate(baris):
                for k, isi in enumerate(sel):
                    if isinstance(isi, date):
                        halaman.write_datetime(n, k, isi, hari)
                    else:
                        halaman.write(n, k, isi)
    return path.read_bytes()


def bnba_sel(**ganti):
    sel = {judul.replace("_", " "): isi for judul, isi in ganti.items()}
    return [*{**SEL, **sel}.values()]


def test_a_workbook_of_the_delimited_layout_is_read(tmp_path):
    hari = datetime(1980, 1, 1)  # noqa: DTZ001 - a cell has no zone
    isi = buku(tmp_path, [JUDUL_BNBA, bnba_sel(TANGGAL_LAHIR=hari, RT=1)])
    [row] = baca(tmp_path, isi)
    [rekaman] = row.isi
    assert row.baris == 2
    assert rekaman.orang.nik == NIK
    assert rekaman.orang.tanggal_lahir == date(1980, 1, 1)
    assert rekaman.orang.alamat.rt == "001"
    assert rekaman.orang.kode_wilayah == KODE


@pytest.mark.parametrize(
    ("judul", "nilai", "kode", "diimpor"),
    [
        ("NIK", 9901014101800001, ["NIK_FLOAT"], False),
        ("NIK", 990101410180000.0, ["NIK_FLOAT"], False),
        ("NOKK", 9901010101010001, ["NIK_FLOAT"], False),
        ("NIK", "'" + NIK, [], True),
        ("NIK", NIK[:15], ["NIK_FORMAT"], False),
        ("NIK", NIK[:13] + "000", ["NIK_FLOAT"], True),
    ],
    ids=["S-18-float", "S-18-15-float", "kk", "S-18-apostrophe", "S-18-15", "zeros"],
)
def test_s18_numbers_in_cells(tmp_path, judul, nilai, kode, diimpor):
    [row] = baca(tmp_path, buku(tmp_path, [JUDUL_BNBA, bnba_sel(**{judul: nilai})]))
    assert kode_masalah(row) == kode
    assert bool(row.isi) is diimpor
    assert [m.kolom for m in row.masalah] == [judul for _ in kode]


def test_titles_above_the_header_are_passed_over_and_may_tell_the_version(tmp_path):
    baris = [["DAFTAR CONTOH"], [VERSI], [], [*BERKODE], [str(v) for v in BERKODE.values()]]
    [row] = baca(tmp_path, buku(tmp_path, baris))
    assert row.baris == 5
    assert row.masalah == ()
    assert row.isi[0].dtks.desil.versi == VERSI


def test_the_first_sheet_with_a_known_header_is_read(tmp_path):
    isi = buku(tmp_path, [["PETUNJUK"], ["isi"]], [JUDUL_BNBA, bnba_sel()], [JUDUL_BNBA])
    assert len(baca(tmp_path, isi)) == 1


def test_a_second_sheet_with_rows_is_told_and_not_lost_in_silence(tmp_path):
    lain = [JUDUL_BNBA, bnba_sel(ID_DTKS="99-2", NIK=NIK_LAIN)]
    rows = baca(tmp_path, buku(tmp_path, [JUDUL_BNBA, bnba_sel()], [["PETUNJUK"]], lain))
    assert [kode_masalah(row) for row in rows] == [[], ["HEADER_UNKNOWN"]]
    assert "lembar ke-3" in rows[1].masalah[0].pesan
    assert rows[1].isi == ()


def test_a_sheet_that_is_hidden_is_not_read_in_the_place_of_the_one_that_is_seen(tmp_path):
    path = tmp_path / "tersembunyi.xlsx"
    with xlsxwriter.Workbook(str(path)) as tulis:
        lama, kini = tulis.add_worksheet(), tulis.add_worksheet()
        lama.hide()
        kini.activate()
        for halaman, nama in ((lama, "CONTOH LAMA"), (kini, "CONTOH KINI")):
            halaman.write_row(0, 0, JUDUL_BNBA)
            halaman.write_row(1, 0, bnba_sel(NAMA=nama))
    [row] = baca(tmp_path, path.read_bytes())
    assert row.isi[0].orang.nama_lengkap == "CONTOH KINI"


def test_only_one_sheet_at_a_time_is_laid_out(tmp_path):
    lembar = workbook.buka_lembar(tmp_path / "buku.xlsx")
    buku(tmp_path, [["a"]], [["b"]])
    assert [nomor for nomor, _ in lembar] == [1, 2]


@pytest.mark.parametrize("nomor", [9900000000000012345, 1e15])
def test_a_sources_own_number_that_lost_digits_refuses_the_row(tmp_path, nomor):
    [row] = baca(tmp_path, buku(tmp_path, [JUDUL_BNBA, bnba_sel(ID_DTKS=nomor)]))
    assert (row.isi, kode_masalah(row)) == ((), ["NIK_FLOAT"])
    assert row.masalah[0].kolom == "ID DTKS"


def test_a_sources_own_short_number_may_be_a_number(tmp_path):
    [row] = baca(tmp_path, buku(tmp_path, [JUDUL_BNBA, bnba_sel(ID_DTKS=990000000001)]))
    assert row.isi[0].id_sumber == "dtks:990000000001"


def test_a_table_with_two_columns_of_one_key_is_refused(tmp_path):
    judul = ["nik", "status_dtsen", "NIK", "nama"]
    with pytest.raises(FileRefused) as refused:
        baca(tmp_path, buku(tmp_path, [judul, [NIK, "DTSEN AKTIF", NIK_LAIN, "CONTOH"]]))
    assert refused.value.masalah.kode is KodeMasalah.HEADER_UNKNOWN


def test_rows_are_counted_as_in_the_sheet_where_it_begins_lower(tmp_path):
    path = tmp_path / "rendah.xlsx"
    with xlsxwriter.Workbook(str(path)) as tulis:
        halaman = tulis.add_worksheet()
        for k, (judul, isi) in enumerate(SEL.items()):
            halaman.write_string(4, k + 2, judul)
            halaman.write_string(6, k + 2, isi)
    [row] = baca(tmp_path, path.read_bytes())
    assert (row.baris, len(row.isi)) == (7, 1)


def test_a_value_beyond_the_last_heading_refuses_its_row(tmp_path):
    rows = baca(tmp_path, buku(tmp_path, [JUDUL_BNBA, [*bnba_sel(), "LEBIH"], bnba_sel()]))
    assert [kode_masalah(row) for row in rows] == [["COLUMN_COUNT"], []]


def test_a_header_that_lacks_a_column_is_named_by_its_row(tmp_path):
    judul = [j for j in JUDUL_BNBA if j != "NAMA"]
    with pytest.raises(FileRefused) as refused:
        baca(tmp_path, buku(tmp_path, [["DAFTAR CONTOH"], judul, ["x"]]))
    assert refused.value.masalah.baris == 2
    assert refused.value.masalah.pesan == "judul kolom: kolom tidak ditemukan: NAMA"


def test_a_workbook_without_a_known_header_is_refused(tmp_path):
    with pytest.raises(FileRefused) as refused:
        baca(tmp_path, buku(tmp_path, [["CONTOH", "SITI"], ["x", "y"]]))
    assert refused.value.masalah.kode is KodeMasalah.HEADER_UNKNOWN


@pytest.mark.parametrize("isi", [b"PK\x03\x04rusak", b"\xd0\xcf\x11\xe0rusak"], ids=["xlsx", "xls"])
def test_a_broken_workbook_is_refused(tmp_path, isi):
    with pytest.raises(FileRefused) as refused:
        baca(tmp_path, isi)
    assert refused.value.masalah.kode is KodeMasalah.FILE_UNREADABLE


def test_an_empty_workbook_is_refused(tmp_path):
    with pytest.raises(FileRefused):
        baca(tmp_path, buku(tmp_path, []))


def test_a_workbook_that_unfolds_too_large_is_refused_before_it_is_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "BATAS_URAI", 1000)
    with pytest.raises(FileRefused) as refused:
        baca(tmp_path, buku(tmp_path, [JUDUL_BNBA]))
    assert "terlalu besar" in refused.value.masalah.pesan


@pytest.mark.parametrize(("n", "k"), [(100_000, 16_383), (1_048_575, 100)])
def test_a_lone_cell_far_away_refuses_the_workbook_instead_of_filling_the_memory(tmp_path, n, k):
    path = tmp_path / "jauh.xlsx"
    with xlsxwriter.Workbook(str(path)) as tulis:
        halaman = tulis.add_worksheet()
        halaman.write_row(0, 0, JUDUL_BNBA)
        halaman.write_string(n, k, "x")
    with pytest.raises(FileRefused) as refused:
        baca(tmp_path, path.read_bytes())
    assert "jauh di luar tabel" in refused.value.masalah.pesan


@pytest.mark.parametrize("ubah", [(b'r="', b"r='"), (b'r="', b'r = "'), (b'r="', b'r="')])
def test_a_far_cell_is_seen_however_its_reference_is_written(tmp_path, ubah):
    path = tmp_path / "aneh.xlsx"
    isi = b'<row r="1048576"><c r="XFD1048576"/></row>'.replace(*ubah)
    with zipfile.ZipFile(path, "w") as arsip:
        arsip.writestr("xl/workbook.xml", "<workbook/>")
        # The reference lies across the border of two blocks.
        arsip.writestr("xl/worksheets/sheet1.xml", b" " * ((1 << 20) - 20) + isi)
    with pytest.raises(FileRefused) as refused:
        baca(tmp_path, path.read_bytes())
    assert "jauh di luar tabel" in refused.value.masalah.pesan


def test_a_far_row_is_seen_though_its_cells_say_nothing_of_their_places(tmp_path):
    path = tmp_path / "tanpa-rujukan.xlsx"
    isi = b'<row r="1048576">' + b'<c t="n"><v>1</v></c>' * 100 + b"</row>"
    with zipfile.ZipFile(path, "w") as arsip:
        arsip.writestr("xl/workbook.xml", "<workbook/>")
        arsip.writestr("xl/worksheets/sheet1.xml", isi)
    with pytest.raises(FileRefused) as refused:
        baca(tmp_path, path.read_bytes())
    assert "jauh di luar tabel" in refused.value.masalah.pesan


def test_cells_that_say_nothing_of_their_places_are_read_in_their_order(tmp_path):
    utuh = buku(tmp_path, [JUDUL_BNBA, bnba_sel()])
    path = tmp_path / "tanpa-rujukan.xlsx"
    with zipfile.ZipFile(io.BytesIO(utuh)) as asal, zipfile.ZipFile(path, "w") as arsip:
        for nama in asal.namelist():
            isi = asal.read(nama)
            arsip.writestr(nama, re.sub(rb' r="[A-Z]+\d+"', b"", isi) if "sheet1" in nama else isi)
    [row] = baca(tmp_path, path.read_bytes())
    assert row.isi[0].orang.nik == NIK


def test_an_archive_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "arsip"
    with zipfile.ZipFile(path, "w") as arsip:
        arsip.writestr("content.xml", "CONTOH")
    with pytest.raises(FileRefused):
        baca(tmp_path, path.read_bytes())
