"""Codes and labels of persons, families, dates and DTSEN: every known trap of these lists."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.codes import (
    HUBUNGAN_BPS,
    HUBUNGAN_DUKCAPIL,
    PENDIDIKAN,
    HubunganAmbigu,
    StatusDtsen,
    baca_desil,
    baca_hubungan_bps,
    baca_hubungan_dukcapil,
    baca_jenis_kelamin,
    baca_pendidikan,
    baca_rt_rw,
    baca_status_dtsen,
    baca_status_kawin,
    baca_tanggal,
    hubungan_bps_ke_dukcapil,
    hubungan_dukcapil_ke_bps,
)
from gateway.domain.person import HubunganKeluarga, StatusKawin
from gateway.domain.ppks import Desil, JenisDesil


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("L", "L"), ("P", "P"), ("1", "L"), ("2", "P"), ("LAKI-LAKI", "L"), ("Laki-Laki", "L"),
        ("laki laki", "L"), ("PEREMPUAN", "P"), ("Perempuan ", "P"), ("3", None), ("", None),
    ],
)  # fmt: skip
def test_s20_sex(text: str, sex: str | None) -> None:
    assert baca_jenis_kelamin(text) == sex


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("1", StatusKawin.BELUM_KAWIN),
        ("BELUM KAWIN", StatusKawin.BELUM_KAWIN),
        ("2", StatusKawin.KAWIN),
        ("Kawin/nikah", StatusKawin.KAWIN),
        ("KAWIN TERCATAT", StatusKawin.KAWIN),
        ("KAWIN BELUM TERCATAT", StatusKawin.KAWIN),
        ("3", StatusKawin.CERAI_HIDUP),
        ("CERAI HIDUP", StatusKawin.CERAI_HIDUP),
        ("4", StatusKawin.CERAI_MATI),
        ("Cerai Mati", StatusKawin.CERAI_MATI),
        ("CERAI", None),
        ("5", None),
    ],
)
def test_marital_status(text: str, status: StatusKawin | None) -> None:
    assert baca_status_kawin(text) is status


@pytest.mark.parametrize(
    ("texts", "level"),
    [
        (("SLTA/SEDERAJAT", "SLTA / SEDERAJAT", "Tamat SLTA/sederajat", "sma"), "sma"),
        (("TAMAT SD/SEDERAJAT", "TAMAT SD / SEDERAJAT", "SD/SEDERAJAT"), "sd"),
        (("DIPLOMA IV/STRATA I", "DIPLOMA IV/ STRATA I", "D-IV/S-1", "S1"), "d4-s1"),
        (("AKADEMI/DIPLOMA III/S. MUDA", "AKADEMI/DIPLOMA III/SARJANA MUDA"), "d3"),
        (("TIDAK/BELUM SEKOLAH", "BELUM / TIDAK SEKOLAH"), "tidak-sekolah"),
        (("BELUM TAMAT SD/SEDERAJAT",), "belum-tamat-sd"),
        (("KURSUS MENJAHIT", "", "13"), None),
    ],
)
def test_d12_spellings_of_one_level(texts: tuple[str, ...], level: str | None) -> None:
    assert {baca_pendidikan(text) for text in texts} == {level}


def test_s08_relation_code_3_is_a_wife_or_a_child() -> None:
    assert baca_hubungan_dukcapil("3") is HubunganKeluarga.ISTRI
    assert baca_hubungan_bps("3") is HubunganKeluarga.ANAK


def test_lists_carry_name_and_version_for_the_raw_code() -> None:
    assert HUBUNGAN_DUKCAPIL.label == "hubungan-keluarga-dukcapil@siak-11"
    assert HUBUNGAN_BPS.label == "hubungan-keluarga-bps@regsosek-dtsen-8"
    assert PENDIDIKAN.label == "pendidikan@siak"


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("KEPALA KELUARGA", HubunganKeluarga.KEPALA_KELUARGA),
        ("ORANG TUA", HubunganKeluarga.ORANGTUA),
        ("FAMILI LAIN", HubunganKeluarga.FAMILI_LAIN),
        ("10", HubunganKeluarga.PEMBANTU),
        ("12", None),
        ("0", None),
    ],
)
def test_relation_of_the_registry(text: str, relation: HubunganKeluarga | None) -> None:
    assert baca_hubungan_dukcapil(text) is relation


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("2", HubunganKeluarga.ISTRI_SUAMI),
        ("Istri/Suami", HubunganKeluarga.ISTRI_SUAMI),
        ("Istri", HubunganKeluarga.ISTRI),
        ("6", HubunganKeluarga.ORANGTUA_MERTUA),
        ("Pembantu/sopir", HubunganKeluarga.PEMBANTU),
        ("9", None),
    ],
)
def test_relation_of_bps(text: str, relation: HubunganKeluarga | None) -> None:
    assert baca_hubungan_bps(text) is relation


def test_trap_4_registry_to_bps_is_many_to_one() -> None:
    mapped = [hubungan_dukcapil_ke_bps(code) for code in range(1, 12)]
    assert mapped == [1, 2, 2, 3, 4, 5, 6, 6, 8, 7, 8]


@pytest.mark.parametrize("code", [0, 12, -1])
def test_relation_outside_the_registry_is_refused(code: int) -> None:
    with pytest.raises(ValueError, match="1 sampai 11"):
        hubungan_dukcapil_ke_bps(code)


def test_s09_9_and_11_become_8_and_the_way_back_is_refused() -> None:
    assert hubungan_dukcapil_ke_bps(9) == hubungan_dukcapil_ke_bps(11) == 8
    for code in (2, 6, 8):
        with pytest.raises(HubunganAmbigu):
            hubungan_bps_ke_dukcapil(code)


@pytest.mark.parametrize("code", [1, 3, 4, 5, 7])
def test_the_way_back_is_open_where_it_is_single(code: int) -> None:
    assert hubungan_dukcapil_ke_bps(hubungan_bps_ke_dukcapil(code)) == code


def test_relation_outside_bps_is_refused() -> None:
    with pytest.raises(ValueError, match="1 sampai 8"):
        hubungan_bps_ke_dukcapil(9)


@given(st.dates())
def test_s19_every_way_of_writing_a_date_is_the_same_date(day: date) -> None:
    year = f"{day.year:04}"
    texts = [
        f"{year}-{day:%m-%d}",
        f"{day:%d/%m/}{year}",
        f"{day:%d-%m-}{year}",
        f"{day:%d.%m.}{year}",
    ]
    assert {baca_tanggal(text) for text in texts} == {day}


@pytest.mark.parametrize(
    "text",
    [
        "31/02/1980",
        "1980-13-01",
        "01/01/80",
        "1980",
        "",
        "01/01/1980 00:00",
        "\uff101/01/1980",
        "0000-01-01",
    ],
)
def test_s19_days_that_do_not_exist_are_refused_without_repeating_them(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        baca_tanggal(text)
    assert str(caught.value).startswith("tanggal tidak ada")
    assert caught.value.__cause__ is None


def test_order_can_be_fixed() -> None:
    with pytest.raises(ValueError):
        baca_tanggal("31/01/1980", orders=("ymd",))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("001", "001"), ("1", "001"), ("0", None), ("000", None), ("", None), ("-", None),
        ("12", "012"), ("0012", "012"), ("RT 05", "005"), ("rw.3", "003"), ("1000", None), ("1a", None),
    ],
)  # fmt: skip
def test_s21_rt_and_rw(text: str, number: str | None) -> None:
    assert baca_rt_rw(text) == number


VERSION = "DTSEN Versi 4 Des 2025"


def test_s15_decile_as_a_value() -> None:
    expected = Desil(jenis=JenisDesil.NILAI, bawah=2, atas=2, versi=VERSION, asli="2")
    assert baca_desil(2, VERSION) == baca_desil(" 2 ", VERSION) == expected
    assert baca_desil("DESIL_5", VERSION) == Desil(
        jenis=JenisDesil.NILAI, bawah=5, atas=5, versi=VERSION, asli="DESIL_5"
    )


def test_s15_trap_12_decile_as_a_range() -> None:
    assert baca_desil("DESIL_6_10", VERSION) == Desil(
        jenis=JenisDesil.RENTANG, bawah=6, atas=10, versi=VERSION, asli="DESIL_6_10"
    )


def test_s15_decile_not_determined() -> None:
    decile = baca_desil("DESIL_BELUM_DITENTUKAN", VERSION)
    assert decile is not None
    assert (decile.jenis, decile.bawah, decile.atas) == (JenisDesil.BELUM_DITENTUKAN, None, None)


@pytest.mark.parametrize(
    "text", [0, "0", "", "11", "-1", "1.5", "2.0", "10-6", "DESIL", "rendah", "6-11"]
)
def test_s15_zero_and_other_texts_are_no_decile(text: str | int) -> None:
    assert baca_desil(text, VERSION) is None


def test_decile_without_a_version_can_be_told_apart() -> None:
    decile = baca_desil(3, None)
    assert decile is not None
    assert decile.versi is None


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("DTSEN AKTIF", StatusDtsen.AKTIF),
        ("DTSEN AKTIF - ASESMEN MENINGGAL", StatusDtsen.AKTIF_ASESMEN_MENINGGAL),
        ("dtsen nonaktif", StatusDtsen.NONAKTIF),
        ("DTSEN DIBEKUKAN", None),
        ("", None),
    ],
)
def test_s17_status_dtsen(text: str, status: StatusDtsen | None) -> None:
    assert baca_status_dtsen(text) is status
