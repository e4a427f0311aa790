"""Area codes: Kemendagri's and BPS's are told apart, and areas hold each other by segment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.wilayah import (
    KodeAsing,
    KodeTanpaSistem,
    KodeWilayahSalah,
    SistemKode,
    Tingkat,
    baca_kode,
    baca_tabel,
    is_kota,
    jenis_desa,
    leluhur,
    memuat,
    parse_kode,
    rakit_kode,
    tabel_bawaan,
    tingkat,
)

PARTS = st.tuples(st.integers(11, 99), st.integers(1, 99), st.integers(1, 99), st.integers(1, 9999))


@st.composite
def codes(draw: st.DrawFn) -> str:
    prov, kab, kec, kel = draw(PARTS)
    depth = draw(st.integers(1, 4))
    return ".".join([f"{prov:02}", f"{kab:02}", f"{kec:02}", f"{kel:04}"][:depth])


@given(codes())
def test_codes_with_dots_are_read_as_they_stand(kode: str) -> None:
    assert parse_kode(kode) == kode
    assert list(Tingkat)[kode.count(".")] is tingkat(kode)


@given(codes(), codes())
def test_holding_goes_by_segment(outer: str, inner: str) -> None:
    parts = outer.split(".")
    assert memuat(outer, inner) == (inner.split(".")[: len(parts)] == parts)
    assert memuat(outer, outer)


def test_a_longer_segment_with_the_same_start_lies_outside() -> None:
    assert memuat("64.02", "64.02.06")
    assert not memuat("64.02", "64.020")
    assert not memuat("64.02", "64.020.06")
    assert not memuat("64.02.06", "64.02")


@given(codes())
def test_ancestors_hold_the_code_deepest_first(kode: str) -> None:
    chain = list(leluhur(kode))
    assert chain[0] == kode
    assert [tingkat(entry) for entry in chain] == list(Tingkat)[: len(chain)][::-1]
    assert all(memuat(entry, kode) for entry in chain)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "6",
        "6402",
        "64.2",
        "64.02.6",
        "64.02.06.101",
        "64.02.06.10011",
        "04.01",
        "64.02.",
        "6\uff14.02",
        "64.02\n",
    ],
)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(KodeWilayahSalah):
        parse_kode(text)


def test_s22_the_same_digits_are_two_places() -> None:
    ours = baca_kode("64.03", None)
    theirs = baca_kode("6403", SistemKode.BPS, "2020-s2")
    assert ours == "64.03"
    assert tabel_bawaan()[ours].nama == "Kabupaten Berau"
    assert theirs == KodeAsing(sistem=SistemKode.BPS, kode="6403", edisi="2020-s2")
    assert theirs != ours


def test_s22_bare_digits_without_a_system_are_refused() -> None:
    with pytest.raises(KodeTanpaSistem):
        baca_kode("6403", None)


def test_bare_digits_of_kemendagri_get_their_dots() -> None:
    read = [
        baca_kode(text, SistemKode.KEMENDAGRI) for text in ("64", "6402", "640206", "6402061001")
    ]
    assert read == ["64", "64.02", "64.02.06", "64.02.06.1001"]


@pytest.mark.parametrize("text", ["640", "64020", "6402010", "6402a6", "\u00b2402"])
def test_a_bps_length_is_no_kemendagri_code(text: str) -> None:
    with pytest.raises(KodeWilayahSalah):
        baca_kode(text, SistemKode.KEMENDAGRI)


@pytest.mark.parametrize("text", ["640", "64020", "640201", "x402"])
def test_a_kemendagri_length_is_no_bps_code(text: str) -> None:
    with pytest.raises(KodeWilayahSalah):
        baca_kode(text, SistemKode.BPS)


@pytest.mark.parametrize(
    ("parts", "kode"),
    [
        ((32, 73, 99, 1001), "32.73.99.1001"),
        (("64", "2", "6", ""), "64.02.06"),
        ((64, 2), "64.02"),
        ((64, "", 6, 1001), None),
    ],
)
def test_unpadded_numbers_become_a_code_up_to_the_first_gap(parts: tuple, kode: str | None) -> None:
    assert rakit_kode(*parts) == (kode or "64")


@pytest.mark.parametrize("parts", [("", ""), (64, 2, 110), (640, 2)])
def test_numbers_that_do_not_fit_are_refused(parts: tuple) -> None:
    with pytest.raises(KodeWilayahSalah):
        rakit_kode(*parts)


@pytest.mark.parametrize(
    ("kode", "kind"),
    [
        pytest.param("64.02.06.1001", "kelurahan", id="S-23 1xxx"),
        pytest.param("64.02.06.2001", "desa", id="S-23 2xxx"),
        ("91.01.01.3001", "desa adat"),
        ("64.02.06.9001", None),
        ("64.02.06", None),
    ],
)
def test_kind_of_village(kode: str, kind: str | None) -> None:
    assert jenis_desa(kode) == kind


def test_cities_start_at_71() -> None:
    assert [is_kota(kode) for kode in ("64.71", "64.02", "64.69.01", "64")] == [
        True,
        False,
        False,
        None,
    ]


def test_built_in_table_holds_every_current_province_and_regency() -> None:
    table = tabel_bawaan()
    current = [area for area in table.values() if area.edisi_terakhir == 2025]
    levels = [tingkat(area.kode) for area in current]
    assert levels.count(Tingkat.PROVINSI) == 38
    assert levels.count(Tingkat.KAB_KOTA) == 514
    assert sum(is_kota(area.kode) is True for area in current) == 98


def test_retired_regencies_name_a_current_successor() -> None:
    table = tabel_bawaan()
    retired = [area for area in table.values() if area.edisi_terakhir < 2025]
    assert len(retired) == 26
    assert all(table[area.penerus or ""].edisi_terakhir == 2025 for area in retired)


def test_kaltara_in_kemendagri_order() -> None:
    table = tabel_bawaan()
    names = [table[kode].nama.split()[-1] for kode in ("65.01", "65.02", "65.03", "65.04", "65.71")]
    assert names == ["Bulungan", "Malinau", "Nunukan", "Tidung", "Tarakan"]


def test_table_without_successors_can_be_read() -> None:
    (area,) = baca_tabel(["kode,nama,edisi_pertama,edisi_terakhir", "64.02,Contoh,2018,2025"])
    assert (area.kode, area.nama, area.penerus) == ("64.02", "Contoh", None)
