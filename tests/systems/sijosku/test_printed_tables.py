"""The printed tables: melted, added up, flagged, refused."""

from collections import Counter

import pytest

from gateway.domain.importing import FileRefused, KodeMasalah
from tests.systems.sijosku.support import FILES, contents, problems, read_file, read_text

KUKAR = {"kode_wilayah": "64.02", "tahun": "2024"}
MISKIN = {"kode_wilayah": "64", "satuan": "ribu-orang", "indikator": "Penduduk miskin"}
ONE_ROW = "kecamatan,tuna daksa,wicara,total\n{},3,-,3\n"


def flags(isi):
    return [warning.kode for warning in isi.peringatan]


def test_s27_wide_table_becomes_long_rows_and_flags_odd_years():
    numbers = contents(read_file("ppks-2020-2024.csv"))
    assert len(numbers) == 15
    odd = {(n.jenis, n.tahun): flags(n) for n in numbers if n.peringatan}
    assert odd == {
        ("ppks:anak-terlantar", 2024): ["LONJAKAN"],
        ("ppks:pemulung", 2024): ["TURUN_KE_NOL"],
        ("ppks:anak-balita-terlantar", 2024): ["SERI_TETAP"],
    }
    assert {n.kode_wilayah for n in numbers} == {"65"}
    assert [n.nilai for n in numbers if n.jenis == "ppks:anak-terlantar"] == [
        160,
        171,
        172,
        158,
        712,
    ]


def test_wide_table_dash_is_no_value_unless_told_to_be_zero():
    table = (
        "Jenis PPKS,Satuan,2022,2023,2024\nPerempuan Rawan Sosial Ekonomi (PRSE),Orang,90,95,-\n"
    )
    assert [n.nilai for n in contents(read_text(table))] == [90, 95]
    told = contents(read_text(table, strip="nol"))
    assert [n.nilai for n in told] == [90, 95, 0]
    assert flags(told[-1]) == ["TURUN_KE_NOL"]


@pytest.mark.parametrize("separator", [",", ";", "|", "\t"])
def test_wide_table_in_any_separator_and_with_thousands(separator):
    table = 'jenis_ppks;satuan;2023;2024\nFakir Miskin;Orang;1.385;"2.000"\n'.replace(
        ";", separator
    )
    assert [n.nilai for n in contents(read_text(table))] == [1385, 2000]


def test_wide_table_keeps_a_category_of_its_own_under_the_sources_words():
    table = "jenis_ppks,satuan,2024\nRumah Tidak Layak Huni,Unit,7\n"
    (number,) = contents(read_text(table))
    assert (number.jenis, number.satuan) == ("rumah-tidak-layak-huni", "Unit")
    assert number.asli == "Rumah Tidak Layak Huni"


def test_s25_ktk_alone_is_refused_and_with_type_6_is_read():
    (row,) = read_text("jenis_ppks,satuan,2024\nKTK,Orang,3\n")
    assert row.isi == ()
    assert row.masalah[0].kode is KodeMasalah.AMBIGUOUS_CATEGORY
    assert (row.masalah[0].baris, row.masalah[0].kolom) == (2, "jenis_ppks")
    (number,) = contents(read_text("no,jenis_ppks,satuan,2024\n6,KTK,Orang,3\n"))
    assert number.jenis == "ppks:anak-yang-menjadi-korban-tindak-kekerasan"


def test_s32_two_agencies_keep_both_values_and_the_difference_is_flagged():
    table = (
        "jenis_ppks,instansi,satuan,2023,2024\n"
        "ODHA,Dinas Sosial,Orang,10,12\n"
        "ODHA,Dinas Kesehatan,Orang,10,40\n"
    )
    numbers = contents(read_text(table))
    assert [(n.instansi, n.tahun, n.nilai) for n in numbers] == [
        ("Dinas Sosial", 2023, 10),
        ("Dinas Sosial", 2024, 12),
        ("Dinas Kesehatan", 2023, 10),
        ("Dinas Kesehatan", 2024, 40),
    ]
    assert [n.tahun for n in numbers if "BEDA_INSTANSI" in flags(n)] == [2024]


def test_same_category_of_the_same_agency_twice_is_refused():
    rows = read_text("jenis_ppks,satuan,2024\nPemulung,Orang,1\nPEMULUNG,Orang,2\n")
    assert [m.kode for m in problems(rows)] == [KodeMasalah.DUPLICATE_ROW]
    assert [n.nilai for n in contents(rows)] == [1]


def test_wide_table_unreadable_number_refuses_its_row_with_line_and_column():
    rows = read_text("jenis_ppks,satuan,2023,2024\nPemulung,Orang,1,dua\nPengemis,Orang,1,2\n")
    (problem,) = problems(rows)
    assert (problem.kode, problem.baris, problem.kolom) == (KodeMasalah.VALUE_FORMAT, 2, "2024")
    assert len(contents(rows)) == 2


def test_s28_disability_table_gives_1385_persons_and_notes_the_missing_kecamatan():
    rows = read_file("disabilitas-2024.csv", **KUKAR)
    numbers = contents(rows)
    assert (len(rows), len(numbers)) == (18, 18 * 12)
    assert sum(n.nilai for n in numbers) == 1385
    kinds = Counter()
    for number in numbers:
        kinds[number.subjenis] += number.nilai
    assert kinds["fisik:tuna-daksa"] == 513
    assert kinds["sensorik:wicara"] == 120
    empty = [
        n for n in numbers if n.kode_wilayah == "64.02.09" and n.subjenis == "mental:hiperaktif"
    ]
    assert [(n.nilai, n.asli) for n in empty] == [(0, "")]
    (note,) = problems(rows)
    assert "64.02.15" in note.pesan
    assert "64.02.19" in note.pesan
    assert {n.jenis for n in numbers} == {"ppks:penyandang-disabilitas"}


def test_s29_table_with_a_lost_column_is_refused_with_the_rows_to_look_at():
    with pytest.raises(FileRefused) as refusal:
        read_file("disabilitas-sebelas-kolom.csv", **KUKAR)
    problem = refusal.value.masalah
    assert problem.kode is KodeMasalah.TOTAL_MISMATCH
    assert problem.baris == 20
    assert "2, 4, 5, 7" in problem.pesan


def test_s29_rows_that_do_not_add_up_are_refused_where_no_line_of_totals_stands():
    text = (FILES / "disabilitas-sebelas-kolom.csv").read_text().rsplit("\n", 2)[0]
    rows = read_text(text, **KUKAR)
    refused = [row for row in rows if not row.isi]
    assert len(refused) == 15
    assert all(row.masalah[0].kode is KodeMasalah.TOTAL_MISMATCH for row in refused)
    assert refused[0].masalah[0].kolom == "grand_total"


def test_disability_table_with_one_wrong_cell_is_refused_whole():
    text = (FILES / "disabilitas-2024.csv").read_text().replace("Sebulu,8,3,2", "Sebulu,8,3,9")
    with pytest.raises(FileRefused) as refusal:
        read_text(text, **KUKAR)
    problem = refusal.value.masalah
    assert (problem.kode, problem.kolom) == (
        KodeMasalah.TOTAL_MISMATCH,
        "intelektual_down_syndrome",
    )
    assert "periksa baris 16" in problem.pesan


@pytest.mark.parametrize(
    ("name", "kode"),
    [
        pytest.param("Marangkayu", "64.02.17", id="S-30-marangkayu"),
        pytest.param("Semboja Barat", "64.02.20", id="S-30-semboja-barat"),
        pytest.param("Sanga-Sanga", "64.02.15", id="S-30-sanga-sanga"),
        pytest.param("Kec. TENGGARONG", "64.02.06", id="prefix-and-case"),
    ],
)
def test_s30_kecamatan_is_found_under_its_other_spellings(name, kode):
    numbers = contents(read_text(ONE_ROW.format(name), **KUKAR))
    assert {n.kode_wilayah for n in numbers} == {kode}


def test_kecamatan_of_another_kabupaten_comes_from_the_table_of_areas():
    rows = read_text(ONE_ROW.format("Tanjung Selor"), kode_wilayah="65.01", tahun="2024")
    assert {n.kode_wilayah for n in contents(rows)} == {"65.01.05"}
    assert "Tanjung Palas Tengah (65.01.06)" in problems(rows)[0].pesan


def test_unknown_and_repeated_kecamatan_are_refused_by_row():
    rows = read_text(ONE_ROW.format("Contoh") + "Sebulu,1,,1\nSEBULU,1,,1\n", **KUKAR)
    assert problems(rows)[0].kode is KodeMasalah.REGION_UNRESOLVED
    assert problems(rows)[-1].kode is KodeMasalah.DUPLICATE_ROW
    assert len(contents(rows)) == 2


@pytest.mark.parametrize(
    ("settings", "kode"),
    [
        ({"kode_wilayah": "64.02"}, KodeMasalah.VALUE_MISSING),
        ({"tahun": "2024"}, KodeMasalah.VALUE_MISSING),
        ({"kode_wilayah": "64.02", "tahun": "24"}, KodeMasalah.VALUE_FORMAT),
        ({**KUKAR, "warna": "biru"}, KodeMasalah.VALUE_FORMAT),
    ],
)
def test_disability_table_says_which_option_is_missing_or_wrong(settings, kode):
    with pytest.raises(FileRefused) as refusal:
        read_file("disabilitas-2024.csv", **settings)
    assert refusal.value.masalah.kode is kode


def test_s31_points_and_commas_give_the_same_numbers_within_rounding():
    rows = read_file("penduduk-miskin.csv", **MISKIN)
    numbers = {(n.kode_wilayah, n.tahun): n for n in contents(rows)}
    assert not problems(rows)
    assert len(numbers) == 30
    assert numbers["64.01", 2021].nilai == 27_560
    assert numbers["64.71", 2021].nilai == 18_530
    assert numbers["64.71", 2021].asli == "18,53"
    assert sum(n.nilai for n in numbers.values() if n.tahun == 2021) == 241_790
    commas = (FILES / "penduduk-miskin.csv").read_text().replace(".", ",")
    again = {(n.kode_wilayah, n.tahun): n.nilai for n in contents(read_text(commas, **MISKIN))}
    assert again == {key: n.nilai for key, n in numbers.items()}


def test_s31_a_sum_beyond_rounding_refuses_the_file():
    text = (FILES / "penduduk-miskin.csv").read_text().replace('"13.62"', '"13.82"')
    with pytest.raises(FileRefused) as refusal:
        read_text(text, **MISKIN)
    assert refusal.value.masalah.kode is KodeMasalah.TOTAL_MISMATCH
    assert refusal.value.masalah.kolom == "2021"


@pytest.mark.parametrize("missing", sorted(MISKIN))
def test_rate_table_says_which_option_is_missing(missing):
    settings = {name: text for name, text in MISKIN.items() if name != missing}
    if missing == "kode_wilayah":
        settings["kode_wilayah"] = "64.02"
    with pytest.raises(FileRefused) as refusal:
        read_file("penduduk-miskin.csv", **settings)
    assert refusal.value.masalah.kode is KodeMasalah.VALUE_MISSING
    assert f"{missing}=" in refusal.value.masalah.pesan


def test_rate_table_refuses_a_kabupaten_that_the_province_lacks():
    rows = read_text("kabupaten_kota,2023\nBulungan,1.5\nBerau,2\nBERAU,3\nPaser,x\n", **MISKIN)
    assert [m.kode for m in problems(rows)] == [
        KodeMasalah.REGION_UNRESOLVED,
        KodeMasalah.DUPLICATE_ROW,
        KodeMasalah.VALUE_FORMAT,
    ]
    assert [n.nilai for n in contents(rows)] == [2000]


YEARLY = "Jenis PPKS,Satuan,2023,2024\nAnak Terlantar,Orang,5,7\nPemulung,Orang,-,3\n"


def test_the_totals_of_a_yearly_table_are_checked_and_never_stored():
    assert contents(read_text(YEARLY + "Jumlah,Orang,5,10\n")) == contents(read_text(YEARLY))
    assert problems(read_text(YEARLY + "JUMLAH,Orang,5,10\n")) == []


def test_totals_of_a_yearly_table_that_differ_are_told():
    rows = read_text(YEARLY + "Jumlah,Orang,5,11\n")
    assert contents(rows) == contents(read_text(YEARLY))
    assert [(m.kode, m.baris, m.kolom) for m in problems(rows)] == [
        (KodeMasalah.TOTAL_MISMATCH, 4, "2024")
    ]


def test_a_kind_that_no_index_of_the_store_holds_refuses_its_row():
    rows = read_text(YEARLY + f"{'X' * 301},Orang,1,2\n")
    assert contents(rows) == contents(read_text(YEARLY))
    assert [m.kode for m in problems(rows)] == [KodeMasalah.VALUE_FORMAT]
