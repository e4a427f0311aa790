"""Proposals: the upload template, what comes back, screening, reactivation, thresholds."""

import csv
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from adapters.siks_ng.usulan.hasil import baca_anomali, baca_cek_lapangan, baca_hasil_usulan
from adapters.siks_ng.usulan.kelayakan import Ambang, memenuhi_desil
from adapters.siks_ng.usulan.pbi import baca_reaktivasi
from adapters.siks_ng.usulan.skrining import PERTANYAAN, baca_skrining
from adapters.siks_ng.usulan.templat import KOLOM, Usulan, tulis_csv, tulis_xlsx
from gateway.domain.codes import baca_desil
from gateway.domain.importing import FileRefused, KodeMasalah
from gateway.domain.person import Penduduk
from gateway.domain.ppks import Kategori, RekamanPpks, SkemaKategori, StatusPadan, StatusPpks
from tests.systems.siks_ng.support import KK, NAMA, NIK, VERSI, orang

CACAT = Kategori(
    kode="ppks:penyandang-disabilitas",
    skema=SkemaKategori.PPKS_2012,
    subjenis="sensorik:tuna-rungu",
)
USULAN = Usulan(program="pkh", kode_disabilitas={"sensorik:tuna-rungu": "07"})


def rekaman(**lain):
    isi = {
        "nik": NIK,
        "nama_lengkap": NAMA,
        "nama_ibu_kandung": "CONTOH IBU",
        "tanggal_lahir": date(1980, 2, 1),
        "provinsi": "KALIMANTAN UTARA",
        **lain,
    }
    return RekamanPpks(
        sistem="siks_ng",
        id_sumber="dtks:1",
        orang=orang(1, **isi),
        kategori=(CACAT,),
        tambahan={"isAktifHamil": "true", "tgl_mulai_hamil": "01/10/2026"},
    )


def tertulis(tmp_path, jenis, *isi):
    path = tmp_path / f"usulan.{jenis}"
    dilewati = {"csv": tulis_csv, "xlsx": tulis_xlsx}[jenis](path, isi, USULAN)
    if jenis == "csv":
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.reader(file)), dilewati
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(), dilewati


@pytest.mark.parametrize("jenis", ["csv", "xlsx"])
def test_the_template_has_its_columns_and_every_cell_is_a_text(tmp_path, jenis):
    (judul, baris), dilewati = tertulis(tmp_path, jenis, rekaman())
    assert judul == [nama for nama, _ in KOLOM]
    sel = dict(zip(judul, baris, strict=True))
    assert len(sel) == 21
    assert all(isinstance(isi, str) for isi in baris)
    assert (sel["NIK"], sel["NOKK"], sel["NAMA"]) == (NIK, KK, NAMA)
    assert (sel["PROGRAM BANSOS"], sel["JENIS KELAMIN"], sel["STATUS KAWIN"]) == (
        "PKH",
        "P",
        "KAWIN",
    )
    assert sel["TANGGAL LAHIR"] == "01/02/1980"
    assert (sel["RT"], sel["IBU KANDUNG"]) == ("001", "CONTOH IBU")
    assert (sel["STATUS DISABILITAS"], sel["KODE JENIS DISABILITAS"]) == ("YA", "07")
    assert (sel["STATUS HAMIL"], sel["TGL MULAI HAMIL"]) == ("YA", "01/10/2026")
    assert dilewati == ()


def test_a_record_without_what_the_template_demands_is_left_out_and_told(tmp_path):
    tanpa_nik = RekamanPpks(sistem="x", id_sumber="1", orang=Penduduk(nama_lengkap=NAMA))
    isi, dilewati = tertulis(tmp_path, "csv", rekaman(), tanpa_nik, rekaman())
    assert len(isi) == 3
    assert {(m.baris, m.kolom) for m in dilewati} == {
        (2, "NIK"), (2, "NOKK"), (2, "TANGGAL LAHIR"),
    }  # fmt: skip
    assert NAMA not in repr(dilewati)


@pytest.mark.parametrize("awal", ["=", "+", "-", "@"])
def test_no_cell_can_run_as_a_formula(tmp_path, awal):
    (_, baris), _ = tertulis(tmp_path, "csv", rekaman(nama_lengkap=f"{awal}CONTOH()"))
    assert f"'{awal}CONTOH()" in baris


def test_a_programme_that_nobody_knows_cannot_be_proposed():
    with pytest.raises(ValueError, match="program"):
        Usulan(program="bukan-program")


JUDUL_HASIL = "nama_kec,nama_desa,nik_usulan,program_bansos,hasil,padan,nama_lgkp,ket_vali"


def berkas(tmp_path, *baris):
    path = tmp_path / "hasil.csv"
    path.write_text("\n".join(baris), encoding="utf-8")
    return path


def test_the_results_of_an_upload_are_typed(tmp_path):
    path = berkas(
        tmp_path,
        JUDUL_HASIL,
        f"TANJUNG SELOR,CONTOH HILIR,'{NIK},PKH,BERHASIL,PADAN,{NAMA},",
        f'TANJUNG SELOR,CONTOH HILIR,{NIK},BST LAMA,ENTAH,TIDAK PADAN,{NAMA},"sudah ada, lihat DTSEN"',
        f"A,B,{NIK[:15]},PKH,GAGAL,,,",
        "A,B",
        f"A,B,,PKH,GAGAL,,{NAMA},",
    )
    baik, aneh, pendek, sempit, kosong = baca_hasil_usulan(path)
    assert (baik.isi.nik_usulan, baik.isi.program, baik.isi.status) == (
        NIK,
        "pkh",
        StatusPpks.DIUSULKAN,
    )
    assert baik.isi.padan.status is StatusPadan.PADAN
    assert (aneh.isi.program, aneh.isi.program_asli, aneh.isi.status) == (None, "BST LAMA", None)
    assert (aneh.isi.hasil, aneh.isi.ket_vali) == ("ENTAH", "sudah ada, lihat DTSEN")
    assert [m.kode.value for m in aneh.masalah] == ["CODE_UNKNOWN"]
    for satu, kode, baris in (
        (pendek, "NIK_FORMAT", 4),
        (sempit, "COLUMN_COUNT", 5),
        (kosong, "VALUE_MISSING", 6),
    ):
        assert satu.isi is None
        assert [(m.kode.value, m.baris) for m in satu.masalah] == [(kode, baris)]


@pytest.mark.parametrize("pemisah", [";", "|", "\t"])
def test_a_result_file_may_have_another_delimiter_and_order(tmp_path, pemisah):
    judul = ["HASIL", "NIK USULAN", "Program Bansos", "LAIN"]
    path = berkas(tmp_path, pemisah.join(judul), pemisah.join(["GAGAL", NIK, "PKH", "x"]))
    [satu] = baca_hasil_usulan(path)
    assert (satu.isi.nik_usulan, satu.isi.status) == (NIK, StatusPpks.DITOLAK)


@pytest.mark.parametrize(
    ("isi", "kode"),
    [
        ("nik,nama\n1,2", KodeMasalah.HEADER_UNKNOWN),
        ("", KodeMasalah.HEADER_UNKNOWN),
        (JUDUL_HASIL + '\n"terbuka', KodeMasalah.FILE_UNREADABLE),
    ],
)
def test_a_file_that_is_no_result_is_refused(tmp_path, isi, kode):
    with pytest.raises(FileRefused) as refused:
        list(baca_hasil_usulan(berkas(tmp_path, isi)))
    assert refused.value.masalah.kode is kode


def test_a_result_that_is_no_utf8_is_refused(tmp_path):
    path = tmp_path / "hasil.csv"
    path.write_bytes(JUDUL_HASIL.encode() + b"\n\xff\xfe")
    with pytest.raises(FileRefused):
        list(baca_hasil_usulan(path))


def test_anomalies_are_read_with_their_correction(tmp_path):
    path = berkas(
        tmp_path,
        "id_dtks,nik,nkk,nama,indikasi_masalah,nik_perbaikan",
        f"7,{NIK},{KK},{NAMA},ganda,",
    )
    [satu] = baca_anomali(path)
    assert (satu.isi.id_dtks, satu.isi.nik, satu.isi.anomali) == ("7", NIK, "ganda")
    assert satu.isi.nik_perbaikan is None


def test_s24_the_column_lang_of_a_ground_check_is_the_longitude(tmp_path):
    path = berkas(
        tmp_path, "nik;lat;lang;terbukti;alasan", f"{NIK};2,84;117,37;YA;ada", f"{NIK};99;x;?;"
    )
    baik, buruk = baca_cek_lapangan(path)
    assert (baik.isi.lintang, baik.isi.bujur, baik.isi.terbukti) == (2.84, 117.37, True)
    assert (buruk.isi.lintang, buruk.isi.bujur, buruk.isi.terbukti) == (None, None, None)
    assert [m.kolom for m in buruk.masalah] == ["lat", "lang"]


@pytest.mark.parametrize("awalan", [("sk", 0), ("quest", 1)])
def test_the_ten_questions_are_kept_whichever_application_asked(awalan):
    nama, mulai = awalan
    objek = {f"{nama}{mulai + n}": ["Ya", "tidak", 1, 0, "?"][n % 5] for n in range(10)}
    jawaban = baca_skrining(objek)
    assert [j.nama for j in jawaban] == [p.nama for p in PERTANYAAN]
    assert [j.jawaban for j in jawaban[:5]] == [True, False, True, False, None]
    assert jawaban[4].asli == "?"
    assert baca_skrining({})[0].jawaban is None


@pytest.mark.parametrize(
    ("kode", "status"),
    [
        (0, StatusPpks.DRAFT),
        (1, StatusPpks.DIUSULKAN),
        (2, StatusPpks.VERVAL_KABKOTA),
        (3, StatusPpks.VERVAL_KABKOTA),
        (4, StatusPpks.DITOLAK),
        (5, StatusPpks.DIOLAH_PUSAT),
        (6, StatusPpks.DISAHKAN_KEPALA_DAERAH),
        (7, StatusPpks.DITOLAK),
        (8, None),
    ],
    ids=lambda v: f"S-38-{v}" if isinstance(v, int) else "",
)
def test_s38_the_states_of_a_reactivation_are_read_and_the_code_is_kept(kode, status):
    reaktivasi = baca_reaktivasi({"status_pengajuan": kode, "nik": NIK})
    assert reaktivasi.status is status
    assert reaktivasi.status_asli.teks == str(kode)
    assert reaktivasi.status_asli.daftar == "status-reaktivasi-pbi@aplikasi-kabupaten-1"


def test_a_reactivation_tells_what_it_still_lacks():
    objek = {"status_pengajuan": 5, "alasan": "perlu cuci darah", "desil_nasional": 3}
    reaktivasi = baca_reaktivasi(objek, VERSI)
    assert reaktivasi.kurang == ("surat_faskes", "tanggal_kirim_siks")
    assert (reaktivasi.desil.bawah, reaktivasi.desil.versi) == (3, VERSI)


AMBANG = (
    Ambang(program="pbi-jk", sejak=date(2025, 2, 5), atas=4),
    Ambang(program="pbi-jk", sejak=date(2025, 10, 1), atas=5),
)


@pytest.mark.parametrize(
    ("desil", "pada", "layak"),
    [
        ("5", date(2025, 9, 30), False),
        ("5", date(2025, 10, 1), True),
        ("4", date(2025, 9, 30), True),
        ("4", date(2025, 2, 4), None),
        ("DESIL_6_10", date(2026, 1, 1), False),
        ("DESIL_4_6", date(2026, 1, 1), None),
        ("DESIL_BELUM_DITENTUKAN", date(2026, 1, 1), None),
        ("", date(2026, 1, 1), None),
    ],
)
def test_s39_the_threshold_valid_on_the_day_decides(desil, pada, layak):
    assert memenuhi_desil(baca_desil(desil, VERSI), "pbi-jk", pada, AMBANG) is layak
    assert memenuhi_desil(baca_desil(desil, VERSI), "rutilahu", pada, AMBANG) is None
