"""What is read from the digits of a NIK, and the little for which one is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.nik import (
    NikInvalid,
    baca_nik,
    cocokkan_nik,
    is_sixteen_digits,
    mask_nik,
    parse_nik,
    wilayah_nik,
)
from gateway.domain.person import JenisKelamin, Penduduk
from gateway.domain.wilayah import tabel_bawaan

TODAY = date(2026, 11, 20)
DIGITS = st.text("0123456789", min_size=16, max_size=16)


def warnings(nik: str) -> set[str]:
    return {warning.kode for warning in baca_nik(nik, TODAY).peringatan}


@given(DIGITS)
def test_sixteen_ascii_digits_are_accepted_unchanged(nik: str) -> None:
    assert parse_nik(nik) == nik


@given(st.text(max_size=20))
def test_anything_else_is_refused_without_repeating_it(text: str) -> None:
    if len(text) == 16 and all(char in "0123456789" for char in text):
        return
    assert not is_sixteen_digits(text)
    with pytest.raises(NikInvalid) as caught:
        parse_nik(text)
    assert str(caught.value) == "NIK harus 16 angka / a NIK has exactly 16 digits"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("990101010101000", id="D-34 15 digits"),
        pytest.param("99010101010100001", id="17 digits"),
        pytest.param("99010101010100AB", id="D-34 letters"),
        pytest.param("\uff19901010101010001", id="D-34 full-width digit"),
        pytest.param("99010101010100\u00b21", id="superscript"),
        pytest.param("990101010101000\n", id="newline"),
        pytest.param(" 990101010101001", id="blank"),
        pytest.param("'9901010101010001", id="trap 8 apostrophe"),
        pytest.param("9901010101010000.0", id="trap 8 float"),
        pytest.param("9.90101010101E+15", id="trap 8 scientific"),
    ],
)
def test_hard_failures_are_only_those_of_form(text: str) -> None:
    with pytest.raises(NikInvalid):
        parse_nik(text)


@given(DIGITS, st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_sixteen_digits_can_be_read(nik: str, today: date) -> None:
    reading = baca_nik(nik, today)
    assert reading.kode_wilayah.replace(".", "") == nik[:6]
    born = reading.tanggal_lahir
    if born is None:
        assert reading.peringatan
    else:
        assert born <= today
        shift = 40 if reading.jenis_kelamin is JenisKelamin.P else 0
        assert f"{born.day + shift:02}{born:%m%y}" == nik[6:12]


def test_trap_10_day_above_forty_is_a_woman() -> None:
    reading = baca_nik("9901015708900001", TODAY)
    assert (reading.jenis_kelamin, reading.tanggal_lahir) == (JenisKelamin.P, date(1990, 8, 17))


@pytest.mark.parametrize(
    ("sex", "expected"),
    [
        pytest.param(JenisKelamin.P, set(), id="D-33 P"),
        pytest.param(JenisKelamin.L, {"NIK_BEDA_JENIS_KELAMIN"}, id="D-33 L"),
    ],
)
def test_day_57_only_warns_where_the_told_sex_differs(sex: JenisKelamin, expected: set) -> None:
    told = Penduduk(nik="9901015708900001", jenis_kelamin=sex, tanggal_lahir=date(1990, 8, 17))
    assert {warning.kode for warning in cocokkan_nik(told, TODAY)} == expected


def test_told_birth_date_that_differs_only_warns() -> None:
    told = Penduduk(nik="9901015708900001", tanggal_lahir=date(1990, 8, 18))
    (warning,) = cocokkan_nik(told, TODAY)
    assert (warning.kode, warning.atribut) == ("NIK_BEDA_TANGGAL_LAHIR", "tanggal_lahir")


def test_century_of_the_told_birth_date_does_not_matter() -> None:
    told = Penduduk(nik="9901011708200001", tanggal_lahir=date(1920, 8, 17))
    assert cocokkan_nik(told, TODAY) == ()


def test_nothing_told_or_no_nik_gives_no_warning() -> None:
    assert cocokkan_nik(Penduduk(nik="9901015708900001"), TODAY) == ()
    assert cocokkan_nik(Penduduk(nik=None, jenis_kelamin=JenisKelamin.L), TODAY) == ()
    assert cocokkan_nik(Penduduk(), TODAY) == ()


@pytest.mark.parametrize(
    ("nik", "warning"),
    [
        pytest.param("9901011708900000", "NIK_NOMOR_URUT_NOL", id="D-34 serial 0000"),
        pytest.param("9901013508900001", "NIK_TANGGAL_MUSTAHIL", id="D-34 day 35"),
        pytest.param("9901017208900001", "NIK_TANGGAL_MUSTAHIL", id="day 72"),
        pytest.param("9901010008900001", "NIK_TANGGAL_MUSTAHIL", id="day 00"),
        pytest.param("9901013002900001", "NIK_TANGGAL_TIDAK_ADA", id="D-34 30 February"),
        pytest.param("9901011713900001", "NIK_TANGGAL_MUSTAHIL", id="D-34 month 13"),
        pytest.param("9901011700900001", "NIK_TANGGAL_MUSTAHIL", id="month 00"),
    ],
)
def test_odd_digits_only_warn(nik: str, warning: str) -> None:
    assert parse_nik(nik) == nik
    assert warnings(nik) == {warning}


def test_d35_29_february_00_is_a_date() -> None:
    assert baca_nik("9901012902000001", TODAY).tanggal_lahir == date(2000, 2, 29)
    assert warnings("9901012902000001") == set()


def test_29_february_of_a_common_year_is_none() -> None:
    assert warnings("9901012902010001") == {"NIK_TANGGAL_TIDAK_ADA"}


@pytest.mark.parametrize(
    ("digits", "born"),
    [
        ("010126", date(2026, 1, 1)),
        ("201126", date(2026, 11, 20)),
        ("211126", date(1926, 11, 21)),
        ("010127", date(1927, 1, 1)),
    ],
)
def test_nobody_is_born_in_the_future(digits: str, born: date) -> None:
    assert baca_nik(f"990101{digits}0001", TODAY).tanggal_lahir == born


@pytest.mark.parametrize(
    ("nik", "area", "warning"),
    [
        pytest.param("9101991708900001", "93.01", ["NIK_WILAYAH_LAMA"], id="D-36 retired"),
        pytest.param("9901991708900001", None, ["NIK_WILAYAH_TIDAK_DIKENAL"], id="D-36 unknown"),
        pytest.param("6402991708900001", "64.02", [], id="current"),
    ],
)
def test_area_is_annotated_never_refused(nik: str, area: str | None, warning: list) -> None:
    found, told = wilayah_nik(parse_nik(nik), tabel_bawaan())
    assert (found.kode if found else None) == area
    assert [entry.kode for entry in told] == warning


def test_mask_hides_the_middle() -> None:
    assert mask_nik("9901010101010001") == "9901********0001"


def test_warnings_hold_no_digit_of_the_number() -> None:
    for entry in baca_nik("9901013513900000", TODAY).peringatan:
        assert "9901" not in entry.pesan
