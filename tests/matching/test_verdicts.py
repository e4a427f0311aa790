"""From a score to what may be said of it, and to whom."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.matching.judge import BERTINGKAT, alasan_isian, bandingkan, putuskan
from gateway.domain.matching.places import banding_tempat
from gateway.domain.matching.plain import banding_angka, banding_istilah, banding_kode_wilayah
from gateway.domain.matching.reasons import ALASAN, KodeAlasan, Penilaian, Ungkap
from gateway.domain.matching.streets import banding_alamat
from gateway.domain.person import JenisKelamin, Penduduk
from gateway.domain.systems import HasilPadan
from tests.matching.cases import nowhere, pairs

found = st.builds(Penilaian, st.integers(0, 100), st.frozensets(st.sampled_from(KodeAlasan)))
_MAY_HEAR = {True: {Ungkap.SELALU, Ungkap.BILA_SESUAI}, False: {Ungkap.SELALU}}
TODAY = date(2026, 11, 1)


@given(one=found, other=found, ambang=st.integers(80, 100))
def test_who_may_not_read_cannot_tell_one_no_from_another(one, other, ambang):
    said = frozenset({KodeAlasan.GELAR_DIABAIKAN})
    verdicts = [putuskan(each, ambang, said, berhak=False) for each in (one, other)]
    noes = [each for each in verdicts if each.hasil is not HasilPadan.SESUAI]
    assert all(each == noes[0] for each in noes)
    for each, verdict in zip((one, other), verdicts, strict=True):
        assert (verdict.hasil is HasilPadan.SESUAI) == (each.skor >= ambang)
        told = {ALASAN[why.kode][0] for why in verdict.alasan}
        assert told <= _MAY_HEAR[verdict.hasil is HasilPadan.SESUAI]


@given(each=found, ambang=st.integers(80, 100))
def test_who_may_read_is_told_everything(each, ambang):
    verdict = putuskan(each, ambang, frozenset(), berhak=True)
    assert (verdict.skor, {why.kode for why in verdict.alasan}) == (each.skor, each.alasan)


@pytest.mark.parametrize("name", sorted(BERTINGKAT))
def test_the_guess_alone_decides_what_everybody_is_told_of_a_no(name):
    """The registry's value is not even a parameter of what is said of the told one."""
    told = Penduduk(nik="9901015708900001", nama_lengkap="Drs. CONTOH", nama_ibu_kandung="Ny. X")
    said = alasan_isian(told, TODAY).get(name, frozenset())
    assert all(ALASAN[code][0] is Ungkap.SELALU for code in said)


def test_the_digits_of_the_nik_are_held_against_what_was_told():
    told = Penduduk(
        nik="9901015708900001", jenis_kelamin=JenisKelamin.L, tanggal_lahir=date(1990, 8, 18)
    )
    said = {"jenis_kelamin", "tanggal_lahir"}
    assert {*alasan_isian(told, TODAY)} == said
    right = Penduduk(
        nik="9901015708900001", jenis_kelamin=JenisKelamin.P, tanggal_lahir=date(1990, 8, 17)
    )
    assert alasan_isian(right, TODAY) == {}


def test_an_unreadable_name_is_said_to_be_so():
    said = alasan_isian(Penduduk(nama_lengkap="\u738b\u5c0f\u660e"), TODAY)
    assert said == {"nama_lengkap": {KodeAlasan.TIDAK_TERBACA}}


@pytest.mark.parametrize(
    ("told", "known", "same"),
    [("5", "005", True), ("RT. 05", "005", True), ("50", "005", False), ("000", "0", True)],
)
def test_numbers_are_compared_by_their_digits(told, known, same):
    assert banding_angka(told, known).skor == (100 if same else 0)


def test_a_number_without_digits_cannot_be_judged():
    assert banding_angka("-", "005") is None


@pytest.mark.parametrize(
    ("told", "same"),
    [("64.02", True), ("64.02.06.1001", True), ("64.0", False), ("64.02.07", False), ("", False)],
)
def test_an_area_code_is_right_as_far_as_it_goes(told, same):
    assert (banding_kode_wilayah(told, "64.02.06.1001").skor == 100) is same


def test_a_part_of_a_term_stands_for_it():
    assert banding_istilah("petani", "PETANI/PEKEBUN").skor == 90
    assert banding_istilah("Petani / Pekebun", "PETANI/PEKEBUN").skor == 100
    assert banding_istilah("nelayan", "PETANI/PEKEBUN").skor == 0


def test_a_district_inside_the_recorded_regency_is_near():
    def inside(inner: str, outer: str) -> bool:
        return (inner, outer) == ("tenggarong", "kutai kartanegara")

    near = banding_tempat("Tenggarong", "KUTAI KARTANEGARA", inside)
    assert (near.skor, near.alasan) == (75, {KodeAlasan.DI_DALAM_WILAYAH})
    assert banding_tempat("Tenggarong", "KUTAI BARAT", inside).skor == 0


def test_city_and_regency_of_one_name_are_not_the_same():
    assert banding_tempat("Kab. Bandung", "KOTA BANDUNG", nowhere).skor == 73


@pytest.mark.parametrize(
    ("told", "known", "why"),
    [
        ("Jl Contoh 3", "JL CONTOH NO 5", KodeAlasan.NOMOR_BERBEDA),
        ("Jl Contoh", "JL CONTOH NO 5", KodeAlasan.NOMOR_HILANG),
        ("Jl Contoh Lama", "JL CONTOH", KodeAlasan.BAGIAN_HILANG),
    ],
)
def test_a_street_says_what_differs(told, known, why):
    assert banding_alamat(told, known).alasan == {why}


def test_every_attribute_is_comparable_with_itself():
    for name in ("no_kk", "jenis_kelamin", "status_kawin", "pekerjaan", "alamat.rt"):
        assert bandingkan(name, "1", "1", nowhere).skor == 100
        assert bandingkan(name, "1", "2", nowhere).skor == 0


def test_every_reason_has_words_in_both_languages():
    assert set(ALASAN) == set(KodeAlasan)
    assert [words for _, words in ALASAN.values() if words.count(" / ") != 1] == []


def test_no_near_miss_of_a_date_reaches_a_threshold():
    assert max(p.score for p in pairs() if p.kind == "dates" and p.score < 100) < 80


@pytest.mark.parametrize(
    ("name", "told", "known"),
    [
        ("nama_lengkap", "CONTOH A alias CONTOH BUDI alias PAIJO", "PAIJO"),
        ("nama_lengkap", "CONTOH BUDI (TONO) (PAIJO)", "PAIJO"),
        ("tempat_lahir", "SAMARINDA, BONTANG, TENGGARONG", "TENGGARONG"),
        ("alamat.jalan", "JL CONTOH NO 1 NO 2 NO 3", "JL CONTOH NO 3"),
        ("pekerjaan", "NELAYAN/PETANI/PEKEBUN/PEDAGANG", "PEDAGANG"),
        ("pekerjaan", "NELAYAN/PEDAGANG/GURU", "PETANI/GURU"),
    ],
)
def test_a_list_of_guesses_is_no_guess(name, told, known):
    found = bandingkan(name, told, known, nowhere)
    assert found is None or found.skor < 80
