"""Survey codes mean what their scheme says, and added-up codes come apart again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.codes import (
    MASKER,
    Daftar,
    DaftarMasker,
    MaskerSalah,
    Skema,
    baca_daftar,
    tabel,
    urai_masker,
)


@pytest.mark.parametrize(
    ("code", "regsosek", "dtsen"),
    [
        pytest.param(5, "KAYU_SIRAP", "BAMBU", id="S-10 trap 1: code 5"),
        pytest.param(6, "BAMBU", "KAYU_SIRAP", id="S-10 trap 1: code 6"),
        pytest.param(3, "SENG", "SENG", id="code 3"),
    ],
)
def test_roof_by_scheme(code: int, regsosek: str, dtsen: str) -> None:
    assert baca_daftar(Daftar.ATAP, Skema.REGSOSEK, code) == regsosek
    assert baca_daftar(Daftar.ATAP, Skema.DTSEN, code) == dtsen


def test_s11_trap_2_does_not_cook_is_12_or_0() -> None:
    fuel = Daftar.BAHAN_BAKAR_MEMASAK
    assert (
        baca_daftar(fuel, Skema.REGSOSEK, 12)
        == baca_daftar(fuel, Skema.DTSEN, 0)
        == "TIDAK_MEMASAK"
    )
    assert baca_daftar(fuel, Skema.REGSOSEK, 0) is baca_daftar(fuel, Skema.DTSEN, 12) is None


def test_s12_trap_3_presence_2_has_three_meanings() -> None:
    meanings = [
        baca_daftar(Daftar.KEBERADAAN_ANGGOTA, skema, 2)
        for skema in (Skema.REGSOSEK, Skema.ASESMEN, Skema.PRELIST)
    ]
    assert meanings == ["MENINGGAL", "PINDAH", "TIDAK_TERKONFIRMASI"]


def test_s13_trap_5_difficulty_4_is_none_and_cacat_4_is_mental() -> None:
    assert baca_daftar(Daftar.KESULITAN_FUNGSIONAL, Skema.DTSEN, 4) == "TIDAK_KESULITAN"
    assert baca_daftar(Daftar.KESULITAN_FUNGSIONAL, Skema.DTSEN, 1) == "TIDAK_BISA_SAMA_SEKALI"
    assert baca_daftar(Daftar.CACAT, Skema.OPENSID, 4) == "MENTAL"


def test_labels_are_read_like_codes() -> None:
    label = "Ya, sedikit kesulitan, tapi tidak membutuhkan bantuan"
    assert baca_daftar(Daftar.KESULITAN_FUNGSIONAL, Skema.DTSEN, label) == "SEDIKIT_KESULITAN"
    assert baca_daftar(Daftar.PENYAKIT_KRONIS, Skema.DTSEN, "Tidak ada") == "TIDAK_ADA"


@pytest.mark.parametrize(
    ("daftar", "skema", "codes"),
    [
        (Daftar.JENJANG_PENDIDIKAN, Skema.DTSEN, 22),
        (Daftar.JENJANG_PENDIDIKAN, Skema.REGSOSEK, 23),
        (Daftar.PENYAKIT_KRONIS, Skema.DTSEN, 18),
        (Daftar.AIR_MINUM, Skema.DTSEN, 11),
        (Daftar.LANTAI, Skema.REGSOSEK, 9),
        (Daftar.DINDING, Skema.REGSOSEK, 7),
        (Daftar.STATUS_BEKERJA, Skema.DTSEN, 8),
        (Daftar.KEBERADAAN_ANGGOTA, Skema.REGSOSEK, 6),
    ],
)
def test_lists_hold_each_code_once(daftar: Daftar, skema: Skema, codes: int) -> None:
    values = [baca_daftar(daftar, skema, code) for code in range(1, codes + 1)]
    assert None not in values
    assert len(set(values)) == codes
    assert baca_daftar(daftar, skema, codes + 1) is None


def test_every_list_has_at_least_one_scheme() -> None:
    held = {daftar for daftar in Daftar for skema in Skema if _exists(daftar, skema)}
    assert held == set(Daftar)


def _exists(daftar: Daftar, skema: Skema) -> bool:
    try:
        return tabel(daftar, skema).label == f"{daftar}@{skema}"
    except KeyError:
        return False


def test_scheme_without_the_list_is_an_error() -> None:
    with pytest.raises(KeyError):
        baca_daftar(Daftar.ATAP, Skema.PRELIST, 5)


@pytest.mark.parametrize(
    ("daftar", "value", "codes"),
    [
        pytest.param(DaftarMasker.DOKUMEN_IDENTITAS, 5, (1, 4), id="S-14 5"),
        pytest.param(DaftarMasker.JAMINAN_KESEHATAN, 12, (4, 8), id="S-14 12"),
        pytest.param(DaftarMasker.JAMINAN_KESEHATAN, 99, (99,), id="S-14 99"),
        pytest.param(DaftarMasker.DOKUMEN_IDENTITAS, 0, (), id="0"),
        pytest.param(DaftarMasker.INTERNET_USAHA, 63, (1, 2, 4, 8, 16, 32), id="all"),
    ],
)
def test_sums_come_apart(daftar: DaftarMasker, value: int, codes: tuple[int, ...]) -> None:
    assert urai_masker(daftar, value) == codes


@pytest.mark.parametrize(
    ("daftar", "value"),
    [
        pytest.param(DaftarMasker.JAMINAN_KESEHATAN, 107, id="S-14 107"),
        pytest.param(DaftarMasker.DOKUMEN_IDENTITAS, 12, id="code of another list"),
        pytest.param(DaftarMasker.INTERNET_USAHA, 99, id="list without sentinel"),
        pytest.param(DaftarMasker.JAMINAN_KESEHATAN, -1, id="negative"),
    ],
)
def test_other_numbers_are_errors(daftar: DaftarMasker, value: int) -> None:
    with pytest.raises(MaskerSalah):
        urai_masker(daftar, value)


@given(st.sampled_from(DaftarMasker), st.data())
def test_every_sum_is_the_sum_of_its_codes(daftar: DaftarMasker, data: st.DataObject) -> None:
    codes = data.draw(st.sets(st.sampled_from(sorted(MASKER[daftar].kode))))
    assert urai_masker(daftar, sum(codes)) == tuple(sorted(codes))
