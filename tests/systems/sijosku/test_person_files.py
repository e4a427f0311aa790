"""Person rows: what a row becomes, what refuses it, and how a person without a NIK stays known."""

import json

import pytest

from gateway.domain.importing import FileRefused, KodeMasalah
from tests.systems.sijosku.support import contents, problems, read_file, read_text

NIK = "9901016102850003"
HEADER = "kategori,nama,nik,jenis_kelamin,tgl_lahir,kecamatan\n"


def test_rows_carry_content_or_the_reason_with_line_and_column():
    rows = read_file("orang.csv")
    assert [bool(row.isi) for row in rows] == [True, True, False, False, False, True, False]
    assert [(m.kode, m.baris, m.kolom) for m in problems(rows)] == [
        (KodeMasalah.NIK_FORMAT, 4, "NIK"),
        (KodeMasalah.AMBIGUOUS_CATEGORY, 5, "Kategori PPKS"),
        (KodeMasalah.NIK_FLOAT, 6, "NIK"),
        (KodeMasalah.DATE_FORMAT, 7, "Tempat/Tgl Lahir"),
        (KodeMasalah.VALUE_FORMAT, 7, "RT"),
        (KodeMasalah.REGION_UNRESOLVED, 7, "Kelurahan"),
        (KodeMasalah.COLUMN_COUNT, 8, None),
    ]


def test_a_row_is_read_into_the_houses_words():
    first = contents(read_file("orang.csv"))[0]
    assert first.id_sumber == "nik:"
    assert (first.orang.nik, first.orang.no_kk) == (NIK, "9901010101100001")
    assert (first.orang.tempat_lahir, str(first.orang.tanggal_lahir)) == (
        "CONTOH KOTA",
        "1985-02-21",
    )
    assert (first.orang.alamat.rt, first.orang.alamat.rw) == ("001", None)
    assert first.orang.kode_wilayah == "65.01.05.1001"
    assert [k.kode for k in first.kategori] == ["ppks:perempuan-rawan-sosial-ekonomi"]
    assert first.keberadaan == "ADA"
    assert first.tambahan == {
        "Petugas": "P-01",
        "status_bantuan": "BELUM",
        "tgl_data": "30/06/2024",
    }
    assert first.diubah_sumber.isoformat() == "2024-06-29T16:00:00+00:00"


def test_ndjson_and_array_and_envelope_read_alike():
    rows = read_file("orang.ndjson")
    assert [row.baris for row in rows] == [1, 2, 4, 5, 6]
    people = contents(rows)
    assert [one.orang.nik for one in people] == [NIK, "9901014101800001"]
    assert people[1].kategori[0].subjenis == "sensorik:tuna-rungu"
    objects = [{"kategori": "PRSE", "nama": "CONTOH A", "nik": NIK}, {"kategori": "PRSE"}]
    for text in (
        json.dumps(objects),
        json.dumps({"data": objects}, indent=1),
        "\n".join(map(json.dumps, objects)),
    ):
        rows = read_text(text)
        assert contents(rows)[0].orang.nik == NIK
        assert problems(rows)[0].kode is KodeMasalah.VALUE_MISSING


def test_objects_of_a_document_carry_the_line_on_which_they_begin():
    text = '[\n {"kategori": "PRSE",\n  "nama": "CONTOH A"},\n\n {"kategori": "KTK", "nama": "CONTOH B"}]'
    assert [row.baris for row in read_text(text)] == [2, 5]


def test_own_id_names_the_record_but_a_nik_as_id_does_not():
    header = "id,kategori,nama,nik\n"
    own, by_nik = contents(
        read_text(f"{header}PPKS-7,PRSE,CONTOH,{NIK}\n{NIK},PRSE,CONTOH,{NIK}\n")
    )
    assert own.id_sumber == "PPKS-7"
    assert by_nik.id_sumber == "nik:"


def test_a_person_without_nik_keeps_one_id_across_files_and_layouts():
    line = "LUT,CONTOH TUA,,L,1940-01-01,Tanjung Selor\n"
    first, again = contents(read_text(HEADER + line + line))
    other_layout = read_text(
        "Kecamatan;Nama;Kategori;JK;Tgl Lahir;Status Bantuan\n"
        "TANJUNG SELOR;Contoh  Tua;LUT;laki-laki;01/01/1940;SUDAH\n"
    )
    assert first.id_sumber.startswith("isi:")
    assert first.id_sumber == again.id_sumber == contents(other_layout)[0].id_sumber
    somebody_else = contents(read_text(HEADER + line.replace("TUA", "MUDA")))
    assert somebody_else[0].id_sumber != first.id_sumber


def test_a_row_that_names_nobody_is_refused():
    (row,) = read_text(HEADER + "LUT,,,L,1940-01-01,Tanjung Selor\n")
    assert (row.masalah[0].kode, row.masalah[0].kolom) == (KodeMasalah.VALUE_MISSING, "nama")


@pytest.mark.parametrize(
    ("text", "nik"),
    [("'" + NIK, NIK), ("9901 0161 0285 0003", NIK), ("-", None), ("", None), ("0" * 16, None)],
)
def test_s18_nik_is_cleaned_or_absent(text, nik):
    (one,) = contents(read_text(HEADER + f"LUT,CONTOH,{text},L,1940-01-01,\n"))
    assert one.orang.nik == nik


@pytest.mark.parametrize(
    ("text", "kode"),
    [
        ("990101610285000", KodeMasalah.NIK_FORMAT),
        ("9901016102850003X", KodeMasalah.NIK_FORMAT),
        ("9.90101610285E+15", KodeMasalah.NIK_FLOAT),
        ("9901016102850000.0", KodeMasalah.NIK_FLOAT),
    ],
)
def test_s18_broken_nik_refuses_the_row_without_showing_it(text, kode):
    (row,) = read_text(HEADER + f"LUT,CONTOH,{text},L,1940-01-01,\n")
    assert row.isi == ()
    assert row.masalah[0].kode is kode
    assert "99010" not in row.masalah[0].pesan


def test_broken_kk_costs_the_number_and_not_the_person():
    (row,) = read_text("kategori,nama,no_kk\nLUT,CONTOH,123\n")
    assert row.isi[0].orang.no_kk is None
    assert (row.masalah[0].kode, row.masalah[0].kolom) == (KodeMasalah.NIK_FORMAT, "no_kk")


def test_a_nik_that_strayed_into_another_column_is_blotted_out():
    (one,) = contents(read_text(f"kategori,nama,catatan\nLUT,CONTOH {NIK},lihat {NIK}\n"))
    assert one.orang.nama_lengkap == "CONTOH [16-digit]"
    assert one.tambahan == {"catatan": "lihat [16-digit]"}


def test_category_of_the_whole_file_comes_from_an_option():
    text = "nama,nik\nCONTOH,\n"
    with pytest.raises(FileRefused) as refusal:
        read_text(text)
    assert refusal.value.masalah.kode is KodeMasalah.HEADER_UNKNOWN
    (one,) = contents(read_text(text, kategori="Anak Jalanan"))
    assert one.kategori[0].kode == "ppks:anak-jalanan"


def test_category_number_counts_only_where_it_is_the_usual_order():
    text = "kategori_id,nama\n4,CONTOH\n"
    (row,) = read_text(text)
    assert row.isi[0].kategori == ()
    assert row.masalah[0].kode is KodeMasalah.CODE_UNKNOWN
    (one,) = contents(read_text(text, nomor_kategori="baku"))
    assert one.kategori[0].kode == "ppks:anak-jalanan"


def test_s25_ktk_with_number_6_is_read():
    (one,) = contents(read_text("kategori_id,kategori,nama\n6,KTK,CONTOH\n"))
    assert one.kategori[0].kode == "ppks:anak-yang-menjadi-korban-tindak-kekerasan"


def test_unknown_category_is_kept_in_the_sources_words_and_flagged():
    (row,) = read_text("kategori,nama\nWaria,CONTOH\n")
    assert row.isi[0].asli["kategori"].teks == "Waria"
    assert row.masalah[0].kode is KodeMasalah.CODE_UNKNOWN


def test_area_follows_from_the_option_where_the_row_names_only_the_kecamatan():
    (one,) = contents(read_text(HEADER + "LUT,CONTOH,,L,,Tanjung Selor\n", kode_wilayah="65.01"))
    assert one.orang.kode_wilayah == "65.01.05"


def test_area_code_needs_dots_and_the_raw_text_is_kept():
    (row,) = read_text("kategori,nama,kode_wilayah\nLUT,CONTOH,6501\n")
    assert row.isi[0].orang.kode_wilayah == "65"
    assert row.isi[0].asli["kode_wilayah"].teks == "6501"
    assert row.masalah[0].kode is KodeMasalah.REGION_UNRESOLVED


@pytest.mark.parametrize("hampa", ["0", "00", "#N/A", "null", "'"])
def test_who_has_no_id_is_not_one_record_with_all_who_have_none(hampa):
    text = f"id,kategori,nama,nik\n{hampa},PRSE,CONTOH A,{NIK}\n{hampa},PRSE,CONTOH B,\n"
    one, other = contents(read_text(text))
    assert one.id_sumber == "nik:"
    assert other.id_sumber.startswith("isi:")


def test_an_id_that_a_spreadsheet_rounded_refuses_the_row():
    [row] = read_text(f"id,kategori,nama,nik\n9.9E+15,PRSE,CONTOH A,{NIK}\n")
    assert row.isi == ()
    assert [(m.kode, m.kolom) for m in row.masalah] == [(KodeMasalah.NIK_FLOAT, "id")]


@pytest.mark.parametrize("nama", ["JUMLAH", "Total 2 orang", "Grand Total", "(2)", "3"])
def test_a_line_of_totals_or_column_numbers_becomes_no_person(nama):
    [row] = read_text(f"no,kategori,nama,alamat\n1,PRSE,{nama},\n")
    assert row.isi == ()
    assert [(m.kode, m.kolom) for m in row.masalah] == [(KodeMasalah.VALUE_FORMAT, "nama")]


def test_a_nik_that_may_have_been_a_number_is_remarked_on():
    [row] = read_text(f"kategori,nama,nik\nPRSE,CONTOH A,{NIK[:13]}000\n")
    assert len(row.isi) == 1
    assert [(m.kode, m.kolom) for m in row.masalah] == [(KodeMasalah.NIK_FLOAT, "nik")]


def test_marks_that_nobody_sees_are_no_part_of_a_nik():
    [one] = contents(read_text(f"kategori,nama,nik\nPRSE,CONTOH A,\u200b{NIK}\ufeff\n"))
    assert one.orang.nik == NIK


def test_a_name_that_no_index_of_the_store_holds_refuses_its_row():
    rows = read_text(f"kategori,nama,nik\nPRSE,{'X' * 301},{NIK}\nPRSE,{'X' * 300},{NIK}\n")
    assert [len(row.isi) for row in rows] == [0, 1]
    assert [(m.kode, m.kolom) for m in problems(rows)] == [(KodeMasalah.VALUE_FORMAT, "nama")]
