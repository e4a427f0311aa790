"""By which name a row is found again, and which rows are nobody's."""

import pytest
from msgspec import UNSET

from gateway.domain.importing import FileRefused, KodeMasalah
from tests.systems.siks_ng.support import (
    DTKS,
    NIK,
    NIK_LAIN,
    SEL,
    baca,
    baris,
    bnba,
    kode_masalah,
    satu_rekaman,
)


@pytest.mark.parametrize(
    "hampa", ["-", "--", "0", "0000", "NULL", "null", "N/A", "#N/A", "tidak ada"]
)
def test_who_has_no_id_of_the_source_is_not_one_person_with_all_who_have_none(tmp_path, hampa):
    rows = baca(
        tmp_path,
        bnba(
            baris(ID_DTKS=hampa), baris(ID_DTKS=hampa, NIK=NIK_LAIN), baris(ID_DTKS=hampa, NIK="")
        ),
    )
    assert [[isi.id_sumber for isi in row.isi] for row in rows] == [["nik:"], ["nik:"], []]
    assert rows[0].isi[0].dtks is UNSET


@pytest.mark.parametrize("tulis", ["'{}", "\u200b{}", "{}\ufeff", "`{}'"])
def test_a_nik_in_the_place_of_the_id_is_no_identifier_however_it_is_dressed(tmp_path, tulis):
    rekaman = satu_rekaman(tmp_path, bnba(baris(ID_DTKS=tulis.format(NIK))))
    assert rekaman.id_sumber == "nik:"


def test_what_stands_unseen_around_a_number_is_no_part_of_it(tmp_path):
    rekaman = satu_rekaman(
        tmp_path, bnba(baris(ID_DTKS="\ufeff99-1", NIK="\u200b" + NIK + "\u00a0"))
    )
    assert (rekaman.id_sumber, rekaman.orang.nik) == ("dtks:99-1", NIK)


@pytest.mark.parametrize("rusak", ["9,9E+15", "9.90101E+15", "99E+14"])
def test_an_id_that_a_spreadsheet_rounded_refuses_the_row(tmp_path, rusak):
    [row] = baca(tmp_path, bnba(baris(ID_DTKS=rusak)))
    assert (row.isi, kode_masalah(row)) == ((), ["NIK_FLOAT"])


def test_an_id_that_only_looks_like_a_power_of_ten_is_kept(tmp_path):
    assert satu_rekaman(tmp_path, bnba(baris(ID_DTKS="99E12"))).id_sumber == "dtks:99E12"


def test_a_line_of_totals_becomes_no_person(tmp_path):
    jumlah = "|".join(["JUMLAH", *[""] * (len(SEL) - 1)])
    rows = baca(tmp_path, bnba(baris(), jumlah))
    assert [len(row.isi) for row in rows] == [1, 0]
    assert "VALUE_MISSING" in kode_masalah(rows[1])


def test_one_digit_typed_sixteen_times_is_nobodys_nik(tmp_path):
    rekaman = satu_rekaman(tmp_path, bnba(baris(NIK="9" * 16)))
    assert rekaman.orang.nik is UNSET
    assert [each.atribut for each in rekaman.peringatan] == ["nik"]


def test_lines_that_end_in_a_carriage_return_alone_are_refused_and_not_read_as_nothing(tmp_path):
    with pytest.raises(FileRefused) as refused:
        baca(tmp_path, bnba(baris()).replace(b"\n", b"\r"))
    assert refused.value.masalah.kode is KodeMasalah.FILE_UNREADABLE


@pytest.mark.parametrize("hampa", ["-", "0", 0, None, " "])
def test_the_same_holds_for_the_views_of_the_web(tmp_path, hampa):
    rekaman = satu_rekaman(tmp_path, DTKS | {"idsemesta": hampa})
    assert (rekaman.id_sumber, rekaman.dtks.idsemesta) == ("nik:", None)


@pytest.mark.parametrize("judul", ["ID_DTKS", "NAMA"])
def test_what_no_index_of_the_store_holds_refuses_its_row_and_not_the_batch(tmp_path, judul):
    rows = baca(tmp_path, bnba(baris(**{judul: "X" * 301}), baris(**{judul: "X" * 300})))
    assert [len(row.isi) for row in rows] == [0, 1]
    assert kode_masalah(rows[0]) == ["VALUE_FORMAT"]
