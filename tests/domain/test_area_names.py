"""Names become codes only as far as they prove one."""

from pathlib import Path

import pytest

from gateway.domain.area_names import IndeksWilayah
from gateway.domain.importing import WilayahIndex
from gateway.domain.wilayah import Wilayah, baca_tabel, tabel_bawaan

DISTRICTS = Path(__file__).parents[1] / "data" / "wilayah-uji.csv"
KUKAR = ("KALIMANTAN TIMUR", "KAB. KUTAI KARTANEGARA")


def area(kode: str, nama: str, last: int = 2025) -> Wilayah:
    return Wilayah(kode=kode, nama=nama, edisi_pertama=2018, edisi_terakhir=last)


@pytest.fixture(scope="module")
def regions() -> IndeksWilayah:
    districts = baca_tabel(DISTRICTS.read_text("utf-8").splitlines())
    return IndeksWilayah([*tabel_bawaan().values(), *districts])


@pytest.fixture(scope="module")
def villages() -> IndeksWilayah:
    return IndeksWilayah(
        [
            area("99", "Contoh"),
            area("99.01", "Kabupaten Contoh Hulu"),
            area("99.01.01", "Contoh Barat"),
            area("99.01.01.1001", "Melati"),
            area("99.01.01.2001", "Melati"),
            area("99.01.01.2002", "Kenanga"),
            area("99.01.02", "Contoh Timur"),
            area("99.01.02.2001", "Kenanga"),
            area("99.01.02.2002", "Cempaka", 2020),
            area("99.01.02.2003", "Mawar", 2020),
            area("99.01.02.2004", "Mawar"),
            area("99.71", "Kota Contoh Hulu"),
            area("99.71.01", "Kota Lama"),
        ]
    )


def test_index_fits_what_file_sources_expect(regions: IndeksWilayah) -> None:
    index: WilayahIndex = regions
    assert index.name("64.02") == "Kabupaten Kutai Kartanegara"
    assert index.name("64.69") is None


@pytest.mark.parametrize(
    "wording",
    [
        "KALIMANTAN UTARA",
        "kalimantan  utara",
        "Provinsi Kalimantan Utara",
        "PROV. KALIMANTAN-UTARA",
        " Propinsi Kalimantan Utara ",
    ],
)
def test_case_prefix_and_punctuation_do_not_matter(regions: IndeksWilayah, wording: str) -> None:
    assert regions.resolve(wording, None, None, None) == "65"


@pytest.mark.parametrize(
    ("wording", "kode"),
    [
        ("KAB. BULUNGAN", "65.01"),
        ("Kabupaten Bulungan", "65.01"),
        ("BULUNGAN", "65.01"),
        ("TANA TIDUNG", "65.04"),
        ("KOTA TARAKAN", "65.71"),
        ("TARAKAN", "65.71"),
        ("KAB. TARAKAN", "65"),
        ("KOTA BULUNGAN", "65"),
        ("CONTOH", "65"),
    ],
)
def test_regency_of_north_kalimantan(regions: IndeksWilayah, wording: str, kode: str) -> None:
    assert regions.resolve("KALIMANTAN UTARA", wording, "", None) == kode


@pytest.mark.parametrize(
    ("wording", "kode"),
    [
        ("KOTA ADM. JAKARTA SELATAN", "31.74"),
        ("Kota Administrasi Jakarta Selatan", "31.74"),
        ("JAKARTA SELATAN", "31.74"),
        ("KAB. ADM. KEP. SERIBU", "31.01"),
    ],
)
@pytest.mark.parametrize("province", ["DKI JAKARTA", "Daerah Khusus Ibukota Jakarta"])
def test_jakarta(regions: IndeksWilayah, province: str, wording: str, kode: str) -> None:
    assert regions.resolve(province, wording, None, None) == kode


def test_kota_may_be_part_of_a_name(regions: IndeksWilayah) -> None:
    assert regions.resolve("Kalimantan Selatan", "KOTA BARU", None, None) == "63.02"
    assert regions.resolve(*KUKAR, "KOTA BANGUN", None) == "64.02.08"
    assert regions.resolve(*KUKAR, "KEC. KOTA BANGUN DARAT", None) == "64.02.19"


@pytest.mark.parametrize(
    ("wording", "kode"),
    [
        pytest.param("Marangkayu", "64.02.17", id="S-30 Marangkayu"),
        pytest.param("MARANG KAYU", "64.02.17", id="Marang Kayu"),
        pytest.param("Semboja Barat", "64.02.20", id="S-30 Semboja Barat"),
        pytest.param("Samboja Barat", "64.02.20", id="Samboja Barat"),
        pytest.param("Sanga-Sanga", "64.02.15", id="S-30 Sanga-Sanga"),
        pytest.param("Samboja", "64.02.13", id="Samboja"),
        pytest.param("Tenggarong", "64.02.06", id="Tenggarong"),
    ],
)
def test_district_aliases(regions: IndeksWilayah, wording: str, kode: str) -> None:
    assert regions.resolve(*KUKAR, wording, None) == kode


@pytest.mark.parametrize("district", ["Contoh Hilir", "Tanjung Selor"])
def test_unknown_district_leaves_the_regency(regions: IndeksWilayah, district: str) -> None:
    assert regions.resolve(*KUKAR, district, "Melayu") == "64.02"


def test_unknown_province_proves_nothing(regions: IndeksWilayah) -> None:
    assert regions.resolve("CONTOH", "KAB. BULUNGAN", None, None) is None
    assert regions.resolve(None, " ", "", None) is None


def test_province_that_is_not_told_is_passed_over(regions: IndeksWilayah) -> None:
    assert regions.resolve(None, "Kutai Kartanegara", "Anggana", None) == "64.02.04"


def test_regency_and_city_of_one_name_are_not_guessed(regions: IndeksWilayah) -> None:
    assert regions.resolve("JAWA BARAT", "BANDUNG", None, None) == "32"
    assert regions.resolve("JAWA BARAT", "KOTA BANDUNG", None, None) == "32.73"
    assert regions.resolve("JAWA BARAT", "KAB. BANDUNG", None, None) == "32.04"
    assert regions.resolve(None, "BANDUNG", None, None) == "32"


def test_retired_regency_yields_to_the_current_one(regions: IndeksWilayah) -> None:
    assert regions.resolve(None, "KAB. MERAUKE", None, None) == "93.01"
    assert regions.resolve("PAPUA SELATAN", "KAB. MERAUKE", None, None) == "93.01"


@pytest.mark.parametrize(
    ("provinsi", "kab_kota", "kode"),
    [
        ("PAPUA", "MERAUKE", "93.01"),
        ("PAPUA", "KAB. PUNCAK", "94.05"),
        ("PAPUA BARAT", "KOTA SORONG", "96.71"),
        ("PAPUA BARAT", "SORONG", "96"),
        ("PAPUA", "KAB. JAYAPURA", "91.03"),
    ],
)
def test_a_regency_by_its_province_of_before_the_split_lies_where_it_lies_today(
    regions: IndeksWilayah, provinsi: str, kab_kota: str, kode: str
) -> None:
    assert regions.resolve(provinsi, kab_kota, None, None) == kode


def test_a_district_of_a_regency_that_was_renumbered_is_found_in_the_one_of_today() -> None:
    index = IndeksWilayah(
        [
            *tabel_bawaan().values(),
            area("91.01.01", "Contoh Hulu", 2022),
            area("93.01.01", "Contoh Hulu"),
        ]
    )
    assert index.resolve("PAPUA", "MERAUKE", "CONTOH HULU", None) == "93.01.01"


@pytest.mark.parametrize(
    ("district", "village", "kode"),
    [
        pytest.param("CONTOH BARAT", "KENANGA", "99.01.01.2002", id="in its district"),
        pytest.param("CONTOH BARAT", "MELATI", "99.01.01", id="S-04 ambiguous"),
        pytest.param("CONTOH BARAT", "DESA MELATI", "99.01.01.2001", id="desa"),
        pytest.param("CONTOH BARAT", "KEL. MELATI", "99.01.01.1001", id="kelurahan"),
        pytest.param("CONTOH BARAT", "CEMPAKA", "99.01.01", id="S-04 unknown here"),
        pytest.param(None, "KENANGA", "99.01", id="in two districts"),
        pytest.param("CONTOH TIMUR", "CEMPAKA", "99.01.02.2002", id="retired, sole"),
        pytest.param("CONTOH TIMUR", "MAWAR", "99.01.02.2004", id="retired, replaced"),
    ],
)
def test_villages(villages: IndeksWilayah, district: str | None, village: str, kode: str) -> None:
    assert villages.resolve("CONTOH", "KAB. CONTOH HULU", district, village) == kode


def test_a_deeper_name_may_tell_regency_and_city_apart(villages: IndeksWilayah) -> None:
    assert villages.resolve("CONTOH", "CONTOH HULU", None, None) == "99"
    assert villages.resolve("CONTOH", "CONTOH HULU", "KOTA LAMA", None) == "99.71.01"


def test_repeated_names_do_not_grow_the_memory(villages: IndeksWilayah) -> None:
    for number in range(20_000):
        villages.resolve("CONTOH", f"CONTOH {number}", None, None)
    cached = villages._cached.cache_info()
    assert cached.currsize <= (cached.maxsize or 0) < 20_000


def test_empty_index_knows_nothing() -> None:
    assert IndeksWilayah([]).resolve("CONTOH", None, None, None) is None
