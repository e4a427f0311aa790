"""The delimited DTKS file: its two headers, its rows, and what a row is refused for."""

import tracemalloc
from datetime import date

import pytest

from adapters.siks_ng.berkas.source import BerkasSiksNg
from adapters.siks_ng.columns import JUDUL_BNBA, JUDUL_BNBA_LAMA
from gateway.domain.importing import FileRefused, KodeMasalah
from gateway.domain.person import HubunganKeluarga, JenisKelamin
from gateway.domain.ppks import StatusBantuan, StatusPadan
from tests.systems.siks_ng.support import (
    KK,
    KODE,
    NAMA,
    NIK,
    SEL,
    SatuDesa,
    baca,
    baris,
    bnba,
    kode_masalah,
    satu_rekaman,
)


def test_s01_the_current_header_with_its_misspelling_is_imported(tmp_path):
    rekaman = satu_rekaman(tmp_path, bnba(baris()), tahun="2024")
    orang = rekaman.orang
    assert (rekaman.sistem, rekaman.id_sumber) == ("siks_ng", "dtks:99000000-0000-0001")
    assert (orang.nik, orang.no_kk, orang.nama_lengkap) == (NIK, KK, NAMA)
    assert orang.tanggal_lahir == date(1980, 1, 1)
    assert orang.jenis_kelamin is JenisKelamin.P
    assert orang.status_hubungan_keluarga is HubunganKeluarga.ISTRI
    assert (orang.alamat.jalan, orang.alamat.dusun) == ("JL. CONTOH NO 1", "DUSUN I")
    assert (orang.kode_wilayah, orang.desa_kelurahan) == (KODE, "CONTOH HILIR")
    assert rekaman.dtks.id_dtks == "99000000-0000-0001"
    assert rekaman.versi == "2024"
    assert rekaman.peringatan == ()
    assert {b.program: b.status for b in rekaman.bantuan} == {
        "bpnt": StatusBantuan.MENERIMA,
        "pkh": StatusBantuan.TIDAK_MENERIMA,
        "bpnt-ppkm": StatusBantuan.TIDAK_MENERIMA,
        "pbi-jk": StatusBantuan.MENERIMA,
    }
    assert rekaman.asli["status_hubungan_keluarga"].teks == "Istri"


LAMA = [
    SEL[{"NOMOR KK": "NOKK", "NOMOR NIK": "NIK", "HUBUNGAN KELUARGA": "HUB KELUARGA",
         "DESA/KELURAHAN": "DESA/KELUARAHAN"}.get(judul, judul)]
    for judul in JUDUL_BNBA_LAMA
]  # fmt: skip


@pytest.mark.parametrize(
    ("judul", "sel"),
    [
        (JUDUL_BNBA_LAMA, LAMA),
        ([j.lower().replace(" ", "_") for j in JUDUL_BNBA], SEL.values()),
        ([j.replace("KELUARAHAN", "KELURAHAN") for j in JUDUL_BNBA], SEL.values()),
        (["\N{BOM}" + JUDUL_BNBA[0], *JUDUL_BNBA[1:]], SEL.values()),
        ([f" {j}. " for j in JUDUL_BNBA], SEL.values()),
        (JUDUL_BNBA[::-1], [*SEL.values()][::-1]),
    ],
    ids=["S-02-17", "S-02-case", "right-spelling", "bom", "blanks", "other-order"],
)
def test_s02_both_headers_are_known_however_they_are_written(tmp_path, judul, sel):
    rekaman = satu_rekaman(tmp_path, bnba("|".join(sel), judul=judul))
    assert (rekaman.orang.nik, rekaman.orang.nama_lengkap) == (NIK, NAMA)
    assert rekaman.orang.kode_wilayah == KODE


def test_s02_the_older_header_tells_no_match_and_no_aid(tmp_path):
    rekaman = satu_rekaman(tmp_path, bnba("|".join(LAMA), judul=JUDUL_BNBA_LAMA))
    assert not rekaman.padan
    assert not rekaman.bantuan


@pytest.mark.parametrize("pemisah", [",", ";", "\t"])
def test_s03_another_delimiter_is_refused_with_the_way_out(tmp_path, pemisah):
    isi = bnba(baris()).replace(b"|", pemisah.encode())
    with pytest.raises(FileRefused) as refused:
        baca(tmp_path, isi)
    assert refused.value.masalah.kode is KodeMasalah.COLUMN_COUNT
    assert "ekspor ulang dengan pemisah |" in refused.value.masalah.pesan


def test_s03_a_row_of_another_width_is_reported_with_its_line_and_the_rest_is_read(tmp_path):
    rows = baca(tmp_path, bnba(baris(), baris() + "|LEBIH", "PENDEK|SAJA", baris()))
    assert [(row.baris, kode_masalah(row), len(row.isi)) for row in rows] == [
        (2, [], 1),
        (3, ["COLUMN_COUNT"], 0),
        (4, ["COLUMN_COUNT"], 0),
        (5, [], 1),
    ]
    assert rows[1].masalah[0].baris == 3


def test_empty_lines_are_skipped_but_counted(tmp_path):
    rows = baca(tmp_path, bnba("", baris(), "   ", baris()).replace(b"\n", b"\r\n"))
    assert [row.baris for row in rows] == [3, 5]


def test_a_last_line_without_an_end_is_read(tmp_path):
    assert len(baca(tmp_path, bnba(baris()).rstrip(b"\n"))) == 1


@pytest.mark.parametrize(
    ("sel", "kode"),
    [
        ({"DESA/KELUARAHAN": "CONTOH TAK ADA"}, "65.01.05"),
        ({"PROVINSI": "CONTOH ANTAH", "DESA/KELUARAHAN": "CONTOH HILIR"}, None),
    ],
    ids=["S-04-village", "S-04-province"],
)
def test_s04_an_unknown_place_keeps_the_record_and_is_flagged(tmp_path, sel, kode):
    [row] = baca(tmp_path, bnba(baris(**sel)))
    [rekaman] = row.isi
    assert (rekaman.orang.kode_wilayah or None) == kode
    assert [p.kode for p in rekaman.peringatan] == ["REGION_UNRESOLVED"]
    assert kode_masalah(row) == ["REGION_UNRESOLVED"]
    assert row.masalah[0].kolom == "DESA/KELUARAHAN"


@pytest.mark.parametrize(
    ("teks", "status"),
    [
        ("Padan Dukcapil", StatusPadan.PADAN),
        ("PADAN", StatusPadan.PADAN),
        ("padan (2024)", StatusPadan.PADAN),
        ("Tidak Padan", StatusPadan.TIDAK_PADAN),
        ("TDK PADAN DUKCAPIL", StatusPadan.TIDAK_PADAN),
        ("NIK belum padan", StatusPadan.TIDAK_PADAN),
        ("Belum dipadankan", StatusPadan.TIDAK_DIKETAHUI),
        ("menunggu", StatusPadan.TIDAK_DIKETAHUI),
    ],
)
def test_s05_the_match_is_read_from_free_text_and_the_text_is_kept(tmp_path, teks, status):
    rekaman = satu_rekaman(tmp_path, bnba(baris(KETERANGAN_PADAN=teks)))
    assert (rekaman.padan.status, rekaman.padan.asli) == (status, teks)


@pytest.mark.parametrize(
    ("nik", "kode", "terbaca"),
    [
        ("'" + NIK, [], NIK),
        ("990101410180000", ["NIK_FORMAT"], None),
        ("9,90101E+15", ["NIK_FLOAT"], None),
        ("9.901014101800001E15", ["NIK_FLOAT"], None),
        (NIK + ".0", ["NIK_FLOAT"], None),
        ("9901014101800000", ["NIK_FLOAT"], "9901014101800000"),
        ("", [], None),
        ("-", [], None),
    ],
    ids=["S-18-apostrophe", "S-18-15", "comma", "point", "decimal", "zeros", "empty", "dash"],
)
def test_s18_a_nik_that_a_spreadsheet_spoilt_is_cleaned_flagged_or_refused(
    tmp_path, nik, kode, terbaca
):
    [row] = baca(tmp_path, bnba(baris(NIK=nik)))
    assert kode_masalah(row) == kode
    assert [r.orang.nik or None for r in row.isi] == ([] if kode and not terbaca else [terbaca])


def test_a_malformed_family_card_number_is_left_out_and_flagged(tmp_path):
    [row] = baca(tmp_path, bnba(baris(NOKK="99010101")))
    assert kode_masalah(row) == ["NIK_FORMAT"]
    assert row.masalah[0].kolom == "NOKK"
    assert not row.isi[0].orang.no_kk


def test_a_person_without_a_nik_is_kept_and_one_without_any_number_is_not(tmp_path):
    kept, refused = baca(tmp_path, bnba(baris(NIK=""), baris(**{"NIK": "", "ID DTKS": ""})))
    assert kept.isi[0].id_sumber == "dtks:99000000-0000-0001"
    assert (refused.isi, kode_masalah(refused)) == ((), ["VALUE_MISSING"])


def test_without_an_id_the_record_is_named_by_its_nik_which_is_not_shown(tmp_path):
    rekaman = satu_rekaman(tmp_path, bnba(baris(**{"ID DTKS": ""})))
    assert rekaman.id_sumber == "nik:"


@pytest.mark.parametrize("nomor", [NIK, KK])
def test_a_nik_or_kk_in_the_place_of_the_id_does_not_become_an_identifier(tmp_path, nomor):
    rekaman = satu_rekaman(tmp_path, bnba(baris(**{"ID DTKS": nomor})))
    assert rekaman.id_sumber == "nik:"
    assert not rekaman.dtks


@pytest.mark.parametrize(
    ("teks", "hari"),
    [("01/02/1980", date(1980, 2, 1)), ("1980-02-01", date(1980, 2, 1)), ("", None), ("-", None)],
    ids=["S-19-dmy", "S-19-iso", "empty", "placeholder"],
)
def test_s19_dates_are_read_in_both_forms(tmp_path, teks, hari):
    rekaman = satu_rekaman(tmp_path, bnba(baris(TANGGAL_LAHIR=teks)))
    assert (rekaman.orang.tanggal_lahir or None) == hari


@pytest.mark.parametrize("teks", ["31/02/1980", "tahun lalu", "1980"])
def test_s19_a_date_that_does_not_exist_refuses_the_row(tmp_path, teks):
    [row] = baca(tmp_path, bnba(baris(TANGGAL_LAHIR=teks)))
    assert (row.isi, kode_masalah(row)) == ((), ["DATE_FORMAT"])
    assert row.masalah[0].kolom == "TANGGAL LAHIR"


@pytest.mark.parametrize(
    ("teks", "terbaca"),
    [("L", "L"), ("P", "P"), ("1", "L"), ("2", "P"), ("LAKI-LAKI", "L"), ("Perempuan", "P")],
)
def test_s20_sex_is_read_from_letters_numbers_and_words(tmp_path, teks, terbaca):
    rekaman = satu_rekaman(tmp_path, bnba(baris(JENIS_KELAMIN=teks)))
    assert rekaman.orang.jenis_kelamin.value == terbaca
    assert rekaman.asli["jenis_kelamin"].teks == teks


@pytest.mark.parametrize(
    ("teks", "terbaca"), [("001", "001"), ("1", "001"), ("0", None)], ids=["S-21"] * 3
)
def test_s21_rt_has_three_digits_or_is_none(tmp_path, teks, terbaca):
    assert satu_rekaman(tmp_path, bnba(baris(RT=teks))).orang.alamat.rt == terbaca


@pytest.mark.parametrize(("judul", "teks"), [("JENIS KELAMIN", "X"), ("HUB KELUARGA", "3")])
def test_an_unknown_code_is_flagged_and_its_text_kept(tmp_path, judul, teks):
    [row] = baca(tmp_path, bnba(baris(**{judul: teks})))
    assert kode_masalah(row) == ["CODE_UNKNOWN"]
    assert row.masalah[0].kolom == judul
    assert teks in {asli.teks for asli in row.isi[0].asli.values()}


def test_an_empty_name_is_flagged(tmp_path):
    [row] = baca(tmp_path, bnba(baris(NAMA="")))
    assert kode_masalah(row) == ["VALUE_MISSING"]
    assert len(row.isi) == 1


def test_several_problems_of_one_row_are_told_at_once(tmp_path):
    [row] = baca(tmp_path, bnba(baris(NIK="99", TANGGAL_LAHIR="31/02/1980", JENIS_KELAMIN="X")))
    assert set(kode_masalah(row)) == {"NIK_FORMAT", "DATE_FORMAT", "CODE_UNKNOWN"}
    assert row.isi == ()


def test_quotes_are_part_of_the_text(tmp_path):
    rekaman = satu_rekaman(tmp_path, bnba(baris(ALAMAT='JL. "CONTOH" NO 1')))
    assert rekaman.orang.alamat.jalan == 'JL. "CONTOH" NO 1'


def test_cells_lose_the_blanks_around_them(tmp_path):
    rekaman = satu_rekaman(tmp_path, bnba(baris(NAMA="  CONTOH SITI ", NIK=f" {NIK} ")))
    assert (rekaman.orang.nama_lengkap, rekaman.orang.nik) == (NAMA, NIK)


def test_further_columns_are_kept_without_any_nik_in_them(tmp_path):
    isi = bnba(baris() + f"|bicara dengan {NIK}", judul=[*JUDUL_BNBA, "KET. LAIN"])
    rekaman = satu_rekaman(tmp_path, isi)
    assert rekaman.tambahan == {"ket-lain": "bicara dengan [16-digit]"}


@pytest.mark.parametrize(
    "judul",
    [
        [j for j in JUDUL_BNBA if j != "NIK"],
        [*JUDUL_BNBA, "NOMOR NIK"],
        ["CONTOH", "SITI"],
        SEL.values(),
    ],
    ids=["without NIK", "NIK twice", "foreign", "no header at all"],
)
def test_a_header_that_is_not_known_refuses_the_file_and_echoes_nothing(tmp_path, judul):
    with pytest.raises(FileRefused) as refused:
        baca(tmp_path, bnba(baris(), judul=judul))
    assert refused.value.masalah.kode is KodeMasalah.HEADER_UNKNOWN
    assert NAMA not in str(refused.value)
    assert NIK not in str(refused.value)


def test_a_file_in_another_encoding_is_read_once_the_operator_says_so(tmp_path):
    isi = bnba(baris(NAMA="CONTOH RENÉ")).decode().encode("cp1252")
    [row] = baca(tmp_path, isi)
    assert (row.isi, kode_masalah(row)) == ((), ["VALUE_FORMAT"])
    assert "encoding=cp1252" in row.masalah[0].pesan
    [row] = baca(tmp_path, isi, encoding="cp1252")
    assert row.isi[0].orang.nama_lengkap == "CONTOH RENÉ"


def test_a_line_in_another_encoding_does_not_take_its_neighbours_along(tmp_path):
    rows = baca(tmp_path, bnba(baris(), baris(), baris()).replace(b"SITI", b"S\xc9TI", 1))
    assert [len(row.isi) for row in rows] == [0, 1, 1]


def test_a_nul_byte_refuses_its_line(tmp_path):
    rows = baca(tmp_path, bnba(baris(NAMA="CONTOH\0"), baris()))
    assert [kode_masalah(row) for row in rows] == [["VALUE_FORMAT"], []]


@pytest.mark.parametrize(
    "isi",
    [b"", b"\n\n", b"\xff\xfeI\x00D\x00", b"\x89PNG\r\n\x1a\n\0\0", b"A" * (6 << 20)],
    ids=["empty", "blank", "utf-16", "picture", "no lines"],
)
def test_what_is_no_text_of_lines_is_refused(tmp_path, isi):
    with pytest.raises(FileRefused):
        baca(tmp_path, isi)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileRefused) as refused:
        list(BerkasSiksNg().read(tmp_path / "tidak-ada", {}, SatuDesa()))
    assert refused.value.masalah.kode is KodeMasalah.FILE_UNREADABLE


@pytest.mark.parametrize(
    ("pilihan", "kode"),
    [
        ({"tahun": "24"}, KodeMasalah.VALUE_FORMAT),
        ({"encoding": "utf-7"}, KodeMasalah.VALUE_FORMAT),
        ({"sistem_wilayah": "pos"}, KodeMasalah.VALUE_FORMAT),
        ({"kategori": "KTK"}, KodeMasalah.AMBIGUOUS_CATEGORY),
        ({"kategori": "bukan kategori"}, KodeMasalah.CODE_UNKNOWN),
    ],
)
def test_an_option_that_cannot_be_meant_refuses_the_file(tmp_path, pilihan, kode):
    with pytest.raises(FileRefused) as refused:
        baca(tmp_path, bnba(baris()), **pilihan)
    assert refused.value.masalah.kode is kode


def test_the_categories_that_the_operator_tells_are_attached_to_everybody(tmp_path):
    rekaman = satu_rekaman(tmp_path, bnba(baris()), kategori="Fakir Miskin; Pemulung")
    assert [k.kode for k in rekaman.kategori] == ["ppks:fakir-miskin", "ppks:pemulung"]


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "besar.txt"
    with path.open("wb") as file:
        file.write(bnba())
        for n in range(40_000):
            file.write((baris(**{"ID DTKS": f"99-{n}", "NAMA": f"CONTOH {n}"}) + "\n").encode())
    assert path.stat().st_size > 9 << 20
    tracemalloc.start()
    try:
        assert sum(len(row.isi) for row in BerkasSiksNg().read(path, {}, SatuDesa())) == 40_000
        assert tracemalloc.get_traced_memory()[1] < 9 << 20
    finally:
        tracemalloc.stop()
