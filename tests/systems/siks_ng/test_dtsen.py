"""DTSEN's three shapes: families, labelled members, coded rows; deciles and codes with their lists."""

from datetime import UTC, date, datetime

import pytest

from gateway.domain.person import HubunganKeluarga, StatusKawin
from gateway.domain.ppks import JenisDesil, StatusPpks
from tests.systems.siks_ng.support import (
    ANGGOTA,
    BERKODE,
    KELUARGA,
    KK,
    KODE,
    NAMA,
    NIK,
    NIK_LAIN,
    PENDUDUK,
    VERSI,
    baca,
    kode_masalah,
    satu_rekaman,
)


def test_a_family_becomes_its_members_and_its_head(tmp_path):
    [row] = baca(tmp_path, [KELUARGA], versi=VERSI)
    anggota, kepala = row.isi
    assert (anggota.orang.nik, anggota.id_sumber) == (NIK, "semesta:990000000001")
    assert anggota.orang.status_hubungan_keluarga is HubunganKeluarga.ISTRI_SUAMI
    assert (kepala.orang.nik, kepala.id_sumber) == (NIK_LAIN, "nik:")
    assert kepala.orang.status_hubungan_keluarga is HubunganKeluarga.KEPALA_KELUARGA
    for rekaman in row.isi:
        assert (rekaman.orang.no_kk, rekaman.orang.kode_wilayah) == (KK, KODE)
        assert rekaman.dtks.id_keluarga == "KLG-990001"
        assert (rekaman.dtks.desil.bawah, rekaman.dtks.desil.versi) == (2, VERSI)
        assert rekaman.tambahan == {"percentile_nasional": "14"}
        assert rekaman.asli["kode_wilayah"].teks == "9901010001"
    assert not anggota.orang.pekerjaan


def test_a_head_who_is_among_the_members_comes_once(tmp_path):
    [row] = baca(tmp_path, [KELUARGA | {"nik": NIK}], versi=VERSI)
    assert len(row.isi) == 1


def test_a_family_without_its_members_is_its_head(tmp_path):
    keluarga = {k: v for k, v in KELUARGA.items() if k != "anggota"}
    assert satu_rekaman(tmp_path, [keluarga], versi=VERSI).orang.nama_lengkap == "CONTOH BUDI"


def test_a_member_who_is_refused_does_not_take_the_family_along(tmp_path):
    anggota = [ANGGOTA, ANGGOTA | {"nik": "99", "idsemesta": "2"}]
    [row] = baca(tmp_path, [KELUARGA | {"anggota": anggota}], versi=VERSI)
    assert len(row.isi) == 2
    assert kode_masalah(row) == ["NIK_FORMAT"]
    assert row.masalah[0].pesan.endswith("; tidak diimpor")


def test_a_family_whose_card_number_was_a_number_is_refused(tmp_path):
    [row] = baca(tmp_path, [KELUARGA | {"no_kk": 9901010101010001}], versi=VERSI)
    assert (row.isi, kode_masalah(row)) == ((), ["NIK_FLOAT"])


@pytest.mark.parametrize("nomor", [NIK, KK])
def test_a_family_number_that_is_a_nik_or_kk_is_not_kept_in_clear(tmp_path, nomor):
    anggota = ANGGOTA | {"id_keluarga": nomor, "idsemesta": nomor}
    rekaman = satu_rekaman(tmp_path, [anggota])
    assert rekaman.id_sumber == "nik:"
    assert not rekaman.dtks


@pytest.mark.parametrize(
    ("nilai", "dihapus", "kode"),
    [("1", True, []), (0, False, []), ("", False, []), ("entah", False, ["CODE_UNKNOWN"])],
)
def test_a_deleted_member_is_told_as_deleted(tmp_path, nilai, dihapus, kode):
    [row] = baca(tmp_path, [ANGGOTA | {"id_deleted": nilai}])
    assert row.isi[0].dihapus is dihapus
    assert kode_masalah(row) == kode


def test_a_member_of_the_baseline_is_read_by_its_labels(tmp_path):
    rekaman = satu_rekaman(tmp_path, [PENDUDUK | {"updated_at": "0001-01-01T00:00:00+08:00"}])
    assert rekaman.diubah_sumber is None
    rekaman = satu_rekaman(tmp_path, [PENDUDUK | {"updated_at": "2026-01-02T03:04:05+08:00"}])
    orang = rekaman.orang
    assert (orang.nik, orang.no_kk, orang.nama_lengkap) == (NIK, KK, NAMA)
    assert orang.tanggal_lahir == date(1980, 1, 1)
    assert orang.status_kawin is StatusKawin.KAWIN
    assert orang.status_hubungan_keluarga is HubunganKeluarga.ISTRI_SUAMI
    assert rekaman.id_sumber == "nik:"
    assert [(b.program, b.status.value) for b in rekaman.bantuan] == [("pbi-jk", "MENERIMA")]
    assert rekaman.tambahan["penyakit_kronis"] == "TIDAK_ADA"
    assert rekaman.tambahan["penglihatan"] == "SEDIKIT_KESULITAN"
    assert rekaman.asli["penglihatan"].teks == PENDUDUK["penglihatan"]
    assert rekaman.diubah_sumber == datetime(2026, 1, 1, 19, 4, 5, tzinfo=UTC)


def test_members_of_a_labelled_family_take_over_its_values(tmp_path):
    keluarga = {"nomor_kartu_keluarga": KK, "desil_nasional": 3, "luas_lantai": "36"}
    anggota = {k: v for k, v in PENDUDUK.items() if k != "nomor_kartu_keluarga"}
    rekaman = satu_rekaman(tmp_path, [keluarga | {"anggota": [anggota]}], versi=VERSI)
    assert (rekaman.orang.no_kk, rekaman.dtks.desil.bawah) == (KK, 3)
    assert rekaman.tambahan["luas_lantai"] == "36"


@pytest.mark.parametrize(
    ("anggota", "kode"), [([], "VALUE_MISSING"), ([7], "VALUE_FORMAT"), ("x", "VALUE_FORMAT")]
)
def test_a_labelled_family_without_readable_members_is_refused(tmp_path, anggota, kode):
    [row] = baca(tmp_path, [{"nomor_kartu_keluarga": KK, "anggota": anggota}])
    assert (row.isi, kode_masalah(row)) == ((), [kode])


def test_s08_a_relation_code_is_read_by_bps_list_and_kept(tmp_path):
    rekaman = satu_rekaman(tmp_path, [BERKODE], versi=VERSI)
    assert rekaman.orang.status_hubungan_keluarga is HubunganKeluarga.ANAK
    asli = rekaman.asli["status_hubungan_keluarga"]
    assert (asli.teks, asli.daftar) == ("3", "hubungan-keluarga-bps@regsosek-dtsen-8")


@pytest.mark.parametrize(
    ("kunci", "kode", "arti"),
    [
        ("id_jenis_atap_terluas", 5, "BAMBU"),
        ("id_bahan_bakar_utama_memasak", 0, "TIDAK_MEMASAK"),
        ("id_penglihatan", 4, "TIDAK_KESULITAN"),
    ],
    ids=["S-10", "S-11", "S-13"],
)
def test_survey_codes_are_read_by_dtsens_own_list(tmp_path, kunci, kode, arti):
    rekaman = satu_rekaman(tmp_path, [BERKODE | {kunci: kode}], versi=VERSI)
    kolom = kunci.removeprefix("id_")
    assert rekaman.tambahan[kolom] == arti
    assert rekaman.asli[kolom].teks == str(kode)
    assert rekaman.asli[kolom].daftar.endswith("@dtsen")


def test_a_survey_code_outside_its_list_is_flagged_and_kept(tmp_path):
    [row] = baca(tmp_path, [BERKODE | {"id_penglihatan": 9}], versi=VERSI)
    assert kode_masalah(row) == ["CODE_UNKNOWN"]
    assert row.isi[0].tambahan["penglihatan"] == "9"


def test_s12_presence_2_means_moved_in_the_provinces_assessment(tmp_path):
    objek = BERKODE | {"id_status_keberadaan_keluarga": 2}
    rekaman = satu_rekaman(tmp_path, [objek], versi=VERSI)
    assert rekaman.keberadaan == "PINDAH"
    assert rekaman.asli["keberadaan"].teks == "2"


@pytest.mark.parametrize(
    ("nilai", "jenis", "bawah", "atas"),
    [
        (2, JenisDesil.NILAI, 2, 2),
        ("DESIL_6_10", JenisDesil.RENTANG, 6, 10),
        ("DESIL_BELUM_DITENTUKAN", JenisDesil.BELUM_DITENTUKAN, None, None),
    ],
    ids=["S-15"] * 3,
)
def test_s15_a_decile_is_a_value_a_range_or_undetermined(tmp_path, nilai, jenis, bawah, atas):
    objek = BERKODE | {"desil_nasional": nilai}
    desil = satu_rekaman(tmp_path, [objek], versi=VERSI).dtks.desil
    assert (desil.jenis, desil.bawah, desil.atas) == (jenis, bawah, atas)
    assert (desil.versi, desil.asli) == (VERSI, str(nilai))


@pytest.mark.parametrize("nilai", [0, "11", "entah"])
def test_s15_what_is_no_decile_is_none_and_flagged(tmp_path, nilai):
    [row] = baca(tmp_path, [BERKODE | {"desil_nasional": nilai}], versi=VERSI)
    assert row.isi[0].dtks.desil is None
    assert row.isi[0].asli["desil"].teks == str(nilai)
    assert kode_masalah(row) == ["CODE_UNKNOWN"]


def test_s16_a_decile_without_its_version_is_flagged(tmp_path):
    [row] = baca(tmp_path, [BERKODE], tahun="2025")
    assert kode_masalah(row) == ["VERSION_MISSING"]
    assert row.isi[0].dtks.desil.versi is None
    assert [p.kode for p in row.isi[0].peringatan] == ["VERSION_MISSING"]


@pytest.mark.parametrize(
    "isi", [[BERKODE | {"versi": VERSI}], {"versi": VERSI, "data": [BERKODE]}], ids=["row", "file"]
)
def test_s16_the_version_may_stand_in_the_row_or_in_the_file(tmp_path, isi):
    assert satu_rekaman(tmp_path, isi).dtks.desil.versi == VERSI


@pytest.mark.parametrize(
    ("teks", "status", "ppks"),
    [
        ("DTSEN AKTIF", "AKTIF", StatusPpks.TERDATA),
        ("DTSEN AKTIF - ASESMEN MENINGGAL", "AKTIF_ASESMEN_MENINGGAL", StatusPpks.TERDATA),
        ("DTSEN NONAKTIF", "NONAKTIF", StatusPpks.NONAKTIF),
    ],
)
def test_s17_the_three_states_are_read_and_their_text_kept(tmp_path, teks, status, ppks):
    rekaman = satu_rekaman(tmp_path, [BERKODE | {"status_dtsen": teks}], versi=VERSI)
    assert (rekaman.dtks.status, rekaman.dtks.status_asli, rekaman.status) == (status, teks, ppks)


def test_s17_an_unknown_state_is_flagged_and_its_text_kept(tmp_path):
    [row] = baca(tmp_path, [BERKODE | {"status_dtsen": "DTSEN LAIN"}], versi=VERSI)
    assert kode_masalah(row) == ["CODE_UNKNOWN"]
    assert (row.isi[0].dtks.status, row.isi[0].dtks.status_asli) == (None, "DTSEN LAIN")


@pytest.mark.parametrize(
    ("sistem", "kode"), [("", "65.01"), ("kemendagri", "64.03"), ("bps", "65.01")]
)
def test_s22_a_code_without_dots_counts_only_where_its_system_is_known(tmp_path, sistem, kode):
    keluarga = KELUARGA | {"id_wilayah": "6403", "kecamatan": "", "kelurahan": ""}
    [row] = baca(tmp_path, [keluarga], versi=VERSI, sistem_wilayah=sistem)
    rekaman = row.isi[0]
    assert rekaman.orang.kode_wilayah == kode
    assert rekaman.asli["kode_wilayah"].teks == "6403"
    assert rekaman.asli["kode_wilayah"].daftar == f"kode-wilayah-{sistem or 'tanpa-sistem'}"


def test_the_cut_off_day_is_kept(tmp_path):
    assert satu_rekaman(tmp_path, [BERKODE], versi=VERSI).dtks.cut_off == date(2025, 11, 18)
