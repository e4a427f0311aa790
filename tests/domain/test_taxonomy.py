"""Categories are read from many wordings, kept with their list, and never guessed."""

import pytest

from gateway.domain.ppks import SkemaKategori
from gateway.domain.taxonomy import (
    PAS_12,
    PPKS_26,
    PSKS_12,
    RAGAM_DISABILITAS,
    JenisKategori,
    KategoriAmbigu,
    baca_kategori,
    baca_ragam,
    ke_pas,
)
from gateway.kit.table import slug

# Number of the type -> number of its 12-PAS group.
GROUPS = {
    1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 3, 9: 2, 10: 10, 11: 4, 12: 4, 13: 4,
    14: 10, 15: 7, 16: 9, 17: 9, 18: 8, 19: 8, 20: 8, 21: 5, 22: 5, 23: 11, 24: 12, 25: 10, 26: 6,
}  # fmt: skip
ALL = [*PPKS_26, *PSKS_12, *PAS_12]


def kode(text: str, nomor: int | None = None) -> str | None:
    category = baca_kategori(text, nomor=nomor)
    return category.kode if category else None


@pytest.mark.parametrize("entries", [PPKS_26, PSKS_12, PAS_12], ids=["26", "12 PSKS", "12-PAS"])
def test_lists_are_whole_and_numbered(entries: tuple[JenisKategori, ...]) -> None:
    assert [entry.nomor for entry in entries] == list(range(1, len(entries) + 1))
    assert len({entry.kode for entry in entries}) == len(entries)


def test_lists_have_their_known_lengths() -> None:
    assert (len(PPKS_26), len(PSKS_12), len(PAS_12), len(RAGAM_DISABILITAS)) == (26, 12, 12, 12)


@pytest.mark.parametrize("entry", [*PPKS_26, *PSKS_12], ids=lambda entry: entry.kode)
def test_slug_is_that_of_the_name(entry: JenisKategori) -> None:
    assert entry.kode.partition(":")[2] == slug(entry.nama)


@pytest.mark.parametrize("entry", ALL, ids=lambda entry: entry.kode)
def test_slug_and_name_lead_to_the_entry(entry: JenisKategori) -> None:
    for text in (entry.kode, entry.nama.upper(), f"  {entry.nama}. "):
        found = baca_kategori(text, skema=entry.skema)
        assert found is not None
        assert (found.kode, found.skema, found.asli) == (entry.kode, entry.skema, text)


@pytest.mark.parametrize(
    "entry",
    [entry for entry in (*PPKS_26, *PSKS_12) if entry.singkatan not in (None, "KTK")],
    ids=lambda entry: entry.kode,
)
def test_abbreviation_leads_to_the_entry(entry: JenisKategori) -> None:
    assert kode(str(entry.singkatan)) == entry.kode
    assert kode(f"{entry.nama} ({entry.singkatan})") == entry.kode


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ANAK BERHADAPAN DENGAN HUKUM", "ppks:anak-yang-berhadapan-dengan-hukum"),
        ("Anak Memerlukan Perlindungan Hukum", "ppks:anak-yang-memerlukan-perlindungan-khusus"),
        ("Anak Korban Tindak Kekerasan", "ppks:anak-yang-menjadi-korban-tindak-kekerasan"),
        ("lansia terlantar", "ppks:lanjut-usia-terlantar"),
        ("disabilitas terlantar", "ppks:penyandang-disabilitas"),
        ("WKSKBM", "psks:wahana-kesejahteraan-sosial-berbasis-masyarakat"),
        ("Anak Rentan", "pas:anak-rentan"),
        ("Fakir Miskin", "ppks:fakir-miskin"),
        ("waria", None),
        ("", None),
        ("7", None),
    ],
)
def test_variants_in_real_data(text: str, expected: str | None) -> None:
    assert kode(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WRSE", "ppks:perempuan-rawan-sosial-ekonomi"),
        ("PACA", "ppks:penyandang-disabilitas"),
        ("KFM", "ppks:fakir-miskin"),
        ("BWBLK", "ppks:bekas-warga-binaan-lembaga-pemasyarakatan"),
        ("AN", "ppks:anak-yang-berhadapan-dengan-hukum"),
        ("PM", "ppks:pekerja-migran-bermasalah-sosial"),
    ],
)
def test_words_of_the_old_list_keep_its_name(text: str, expected: str) -> None:
    found = baca_kategori(text)
    assert found is not None
    assert (found.kode, found.skema) == (expected, SkemaKategori.PMKS_2007)


CHILD, ADULT = "ppks:anak-yang-menjadi-korban-tindak-kekerasan", "ppks:korban-tindak-kekerasan"


@pytest.mark.parametrize("text", ["KTK", "ktk ", "KORBAN TINDAK KEKERASAN (KTK)"])
def test_s25_ktk_alone_is_ambiguous(text: str) -> None:
    with pytest.raises(KategoriAmbigu) as caught:
        baca_kategori(text)
    assert caught.value.kandidat == (CHILD, ADULT)


def test_s25_the_number_beside_ktk_decides() -> None:
    assert kode("KTK", 6) == CHILD
    assert kode("KORBAN TINDAK KEKERASAN (KTK)", 6) == CHILD
    assert kode("KTK", 19) == ADULT
    with pytest.raises(KategoriAmbigu):
        kode("KTK", 7)


def test_full_name_without_abbreviation_is_type_19_unless_numbered_6() -> None:
    assert kode("Korban Tindak Kekerasan") == ADULT
    assert kode("Korban Tindak Kekerasan", 6) == CHILD


def test_number_never_overrules_clear_words() -> None:
    assert kode("Anak Jalanan", 6) == "ppks:anak-jalanan"


@pytest.mark.parametrize(
    "text", ["gelandangan/pengemis", "Gepeng", "korban bencana alam dan sosial"]
)
def test_words_for_two_categories_are_ambiguous(text: str) -> None:
    with pytest.raises(KategoriAmbigu) as caught:
        baca_kategori(text)
    assert len(caught.value.kandidat) == 2


def test_restricted_to_one_list_the_other_lists_are_silent() -> None:
    assert baca_kategori("Anak Jalanan", skema=SkemaKategori.PSKS_2012) is None
    assert baca_kategori("KTK", skema=SkemaKategori.PSKS_2012) is None
    found = baca_kategori("Fakir Miskin", skema=SkemaKategori.PAS_2025)
    assert found is not None
    assert found.kode == "pas:fakir-miskin"


@pytest.mark.parametrize("entry", PPKS_26, ids=lambda entry: f"S-26 {entry.nomor}")
def test_every_ppks_has_its_pas_group(entry: JenisKategori) -> None:
    group = next(group for group in PAS_12 if group.kode == ke_pas(entry.kode))
    assert group.nomor == GROUPS[entry.nomor]
    assert (entry.skema, group.skema) == (SkemaKategori.PPKS_2012, SkemaKategori.PAS_2025)


@pytest.mark.parametrize("text", ["", "pas:anak-rentan", "psks:karang-taruna", "Anak Jalanan"])
def test_only_the_26_have_a_pas_group(text: str) -> None:
    with pytest.raises(ValueError, match="26 PPKS"):
        ke_pas(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fisik_tuna_daksa", "fisik:tuna-daksa"),
        ("TUNA RUNGU", "sensorik:tuna-rungu"),
        ("Grahitita", "intelektual:grahita"),
        ("Lambat belajar", "intelektual:lambat-belajar"),
        ("wicara", "sensorik:wicara"),
        ("", None),
        ("netra", None),
    ],
)
def test_kinds_of_disability(text: str, expected: str | None) -> None:
    assert baca_ragam(text) == expected


def test_kinds_of_disability_lead_to_themselves() -> None:
    assert all(
        baca_ragam(kind.kode) == kind.kode == baca_ragam(kind.kode.replace(":", "_"))
        for kind in RAGAM_DISABILITAS
    )
    assert all(baca_ragam(kind.nama) == kind.kode for kind in RAGAM_DISABILITAS)
