"""Categories and numbers that are read from what citizens write."""

from collections import Counter

import pytest

from adapters.simasos.classify import ATURAN, klasifikasi
from adapters.simasos.reading import baca_isi
from adapters.simasos.reporter import BukanNomorError, baca_nomor, is_user_id
from gateway.domain.complaint import KategoriPengaduan
from tests.systems.simasos.support import EMPAT_BELAS

K = KategoriPengaduan


def test_s34_the_14_reports_by_category():
    counted = Counter(klasifikasi(text) for _, text in EMPAT_BELAS)
    assert [counted[each] for each in (
        K.BANTUAN_TIDAK_DITERIMA, K.AKTIVASI_BPJS, K.PERMOHONAN_BANTUAN, K.PPKS_BELUM_TERDATA,
    )] == [7, 3, 4, 0]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kategori"),
    [
        ("MOHON BANTUAN, bansos ibu saya TIDAK CAIR!!", K.BANTUAN_TIDAK_DITERIMA),
        ("mohon bantuannya utk aktivasi bpjs", K.AKTIVASI_BPJS),
        ("Ada lansia terlantar, mohon bantuan", K.PERMOHONAN_BANTUAN),
        ("Melaporkan ODGJ di Loa Kulu, mohon bantuan", K.PPKS_BELUM_TERDATA),
        ("PBI nonaktif dan bansos dihentikan", K.BELUM_DIKLASIFIKASI),
        ("terima kasih", K.BELUM_DIKLASIFIKASI),
        ("\U0001f64f", K.BELUM_DIKLASIFIKASI),
        ("", K.BELUM_DIKLASIFIKASI),
    ],
)
def test_a_category_is_named_only_where_the_words_prove_it(text, kategori):
    assert klasifikasi(text) is kategori


def test_a_category_from_words_is_marked_as_a_guess():
    assert [each.kode for each in baca_isi("Bansos belum cair").peringatan] == [
        "KATEGORI_DARI_KATA_KUNCI"
    ]
    assert baca_isi("Bansos belum cair", "aktivasi-bpjs").peringatan == ()


def test_every_phrase_is_written_as_texts_are_compared():
    phrases = {phrase for rule in ATURAN for group in rule.kelompok for phrase in group}
    assert all(phrase == " ".join(phrase.lower().split()) and phrase for phrase in phrases)


@pytest.mark.parametrize("text", ["", "abc", "1234567", "+", "62800000000012345", "\u0660" * 10])
def test_what_is_no_number_is_said_without_its_digits(text):
    with pytest.raises(BukanNomorError) as wrong:
        baca_nomor(text)
    assert not any(character.isdigit() for character in str(wrong.value))


@pytest.mark.parametrize(
    ("text", "yes"),
    [("ID.9900AbC", True), ("ID.ENT.99", True), ("6280000000001", False), ("ID.", False)],
)
def test_a_user_id_is_told_from_a_number(text, yes):
    assert is_user_id(text) is yes
