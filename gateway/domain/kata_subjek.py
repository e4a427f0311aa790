"""The log's codes in words that a citizen understands, in Indonesian."""

from collections.abc import Mapping
from typing import Final

from gateway.domain.errors import DIBATASI
from gateway.domain.grant import DasarWalauDibatasi
from gateway.domain.permintaan_subjek import JenisPermintaan, StatusPermintaan

KEGIATAN: Final[Mapping[str, str]] = {
    "penduduk.lookup": "Membuka data kependudukan Anda dengan NIK",
    "penduduk.verify": "Mencocokkan keterangan tentang Anda; jawabannya hanya cocok atau tidak",
    "penduduk.tugas.hasil": "Membuka data kependudukan Anda bersama data banyak orang lain",
    "ppks.list": "Membaca daftar data kesejahteraan sosial (PPKS) yang memuat Anda",
    "ppks.search": "Mencari data kesejahteraan sosial (PPKS)",
    "ppks.one": "Membuka satu data kesejahteraan sosial (PPKS) tentang Anda",
    "ppks.changes": "Menyalin perubahan data kesejahteraan sosial (PPKS) yang memuat Anda",
    "ppks.push": "Menerima pemberitahuan perubahan data kesejahteraan sosial (PPKS) tentang Anda",
    "ppks.ekspor.isi": "Menyiapkan salinan data kesejahteraan sosial (PPKS) yang memuat Anda",
    "balikan.tahan": "Laporan pemakaian data Anda kepada Dukcapil (data balikan)",
    "audit.subjek": "Membuka riwayat akses data Anda, seperti laporan ini",
}
"""What was done, by the log's name for it."""
KEGIATAN_LAIN: Final = "Mengakses data Anda"

HASIL: Final[Mapping[str, str]] = {
    "diberikan": "Data diberikan",
    "dicocokkan": "Dijawab cocok atau tidak cocok; data tidak diberikan",
    "tanpa_data": "Tidak ada data yang diberikan",
    "tidak_ditemukan": "Tidak ada data yang diberikan",
    "ditolak": "Ditolak, tidak ada data yang diberikan",
    "dilakukan": "Dilakukan oleh petugas gateway; tidak ada data yang diberikan",
    "gagal": "Gagal karena gangguan, tidak ada data yang diberikan",
}
"""How it ended. `tanpa_data`: allowed, and nothing left."""
KELUAR: Final = frozenset(("diberikan", "dicocokkan"))
"""Something about the person left."""

ALASAN: Final[Mapping[str, str]] = {
    DIBATASI: "Ditahan karena permintaan Anda",
    "not_found": "Tidak ditemukan, atau di luar wilayah yang boleh dilihat instansi itu",
    "not_modified": "Instansi itu sudah memegang data yang sama",
    "attribute_not_granted": "Meminta lebih banyak daripada yang diizinkan perjanjian",
    "grant_quota_spent": "Jatah harian instansi itu sudah habis",
    "grant_not_in_force": "Perjanjian sedang tidak berlaku",
}
"""Why nothing left, by the log's code."""
ALASAN_LAIN: Final = "Permintaan tidak memenuhi syarat"
ALASAN_GANGGUAN: Final = "Sistem sumber atau gateway sedang terganggu"

SUMBER: Final[Mapping[str, str]] = {
    "dukcapil": "Dukcapil (data kependudukan)",
    "ppks": "Data PPKS yang disimpan gateway",
    "simasos": "SIMASOS (pengaduan)",
    "sijosku": "SIJOSKU (data PPKS provinsi)",
    "siks_ng": "SIKS-NG (DTKS/DTSEN)",
}
JALAN_SUMBER: Final[Mapping[str, str]] = {
    "cache": "salinan sementara",
    "lookup": "dibaca untuk mencocokkan",
}
"""How the source was read, where that stands before its name."""

ATRIBUT: Final[Mapping[str, str]] = {
    "nik": "NIK",
    "no_kk": "nomor Kartu Keluarga",
    "nama_lengkap": "nama lengkap",
    "tempat_lahir": "tempat lahir",
    "tanggal_lahir": "tanggal lahir",
    "tahun_lahir": "tahun lahir",
    "jenis_kelamin": "jenis kelamin",
    "agama": "agama",
    "status_kawin": "status perkawinan",
    "pekerjaan": "pekerjaan",
    "pendidikan": "pendidikan",
    "golongan_darah": "golongan darah",
    "nama_ibu_kandung": "nama ibu kandung",
    "nama_ayah": "nama ayah",
    "status_hubungan_keluarga": "hubungan dalam keluarga",
    "alamat": "alamat",
    "kode_wilayah": "kode wilayah tempat tinggal",
    "provinsi": "provinsi",
    "kab_kota": "kabupaten atau kota",
    "kecamatan": "kecamatan",
    "desa_kelurahan": "desa atau kelurahan",
    "status_penduduk": "status kependudukan",
    "nik_ayah": "NIK ayah",
    "nik_ibu": "NIK ibu",
    "no_akta_lahir": "nomor akta kelahiran",
    "no_akta_kawin": "nomor akta perkawinan",
    "tanggal_kawin": "tanggal perkawinan",
    "no_akta_cerai": "nomor akta perceraian",
    "tanggal_cerai": "tanggal perceraian",
    "status_ektp": "status KTP elektronik",
    "catatan_disabilitas": "catatan disabilitas",
    "kategori": "jenis PPKS",
    "status": "status pendataan",
    "padan": "hasil pemadanan dengan data kependudukan",
    "dtks": "keanggotaan DTKS/DTSEN dan desil",
    "bantuan": "bantuan sosial",
    "kebutuhan": "kebutuhan",
    "keberadaan": "keberadaan di alamat",
    "sumber": "asal data",
}

JENIS: Final[Mapping[JenisPermintaan, str]] = {
    JenisPermintaan.AKSES: "Melihat data dan riwayatnya",
    JenisPermintaan.KOREKSI: "Memperbaiki data",
    JenisPermintaan.PEMBATASAN: "Menunda atau membatasi pemrosesan",
    JenisPermintaan.PENARIKAN: "Menarik kembali persetujuan",
    JenisPermintaan.PENGHAPUSAN: "Menghapus data",
    JenisPermintaan.KEBERATAN: "Menyatakan keberatan",
}
STATUS: Final[Mapping[StatusPermintaan, str]] = {
    StatusPermintaan.DITERIMA: "Diterima, menunggu keputusan",
    StatusPermintaan.DIKABULKAN: "Dikabulkan",
    StatusPermintaan.DITOLAK: "Ditolak",
    StatusPermintaan.DITARIK: "Ditarik kembali oleh pemohon",
    StatusPermintaan.DIAKHIRI: "Dikabulkan, kemudian diakhiri",
}
WALAU_DIBATASI: Final[Mapping[DasarWalauDibatasi, str]] = {
    DasarWalauDibatasi.KEWAJIBAN_HUKUM: "kewajiban menurut peraturan perundang-undangan",
    DasarWalauDibatasi.KESELAMATAN: "keselamatan seseorang",
}
DISAMARKAN: Final = "Data disamarkan: tanpa nama, nomor, tanggal lahir, dan alamat"
TUJUAN_LAIN: Final = "Nama tujuan belum didaftarkan"
INSTANSI_LAIN: Final = "Instansi yang tidak terdaftar lagi"


def kata_alasan(kode: str, hasil: str) -> str:
    """Why nothing left."""
    return ALASAN.get(kode, ALASAN_GANGGUAN if hasil == "gagal" else ALASAN_LAIN)


def kata_sumber(kode: str) -> str:
    """A source, as `dukcapil` or `cache:dukcapil`."""
    way, colon, name = kode.rpartition(":")
    told = SUMBER.get(name, name)
    return f"{told}, {JALAN_SUMBER.get(way, way)}" if colon else told


BATAS: Final = (
    (
        "Laporan ini memuat akses lewat gateway ini saja. Akses langsung pada sistem lain, seperti"
        " Dukcapil, SIKS-NG, SIJOSKU atau SIMASOS, dicatat oleh pengelola sistem itu."
    ),
    (
        "Data Anda yang termuat dalam data orang lain, misalnya nama Anda sebagai ibu atau ayah,"
        " tidak dapat ditelusuri di sini."
    ),
    "Apa yang dilakukan instansi dengan data setelah menerimanya tidak tercatat di gateway.",
    (
        "Permintaan yang ditolak sebelum isinya dibaca, misalnya karena tanda masuk instansi tidak"
        " berlaku, tidak menyebut orang dan tidak ada di sini; data pun tidak keluar."
    ),
    "Pencarian dengan nama atau tanggal lahir yang tidak menemukan Anda tidak ada di sini.",
)
"""What the report cannot tell, whoever asks."""
BATAS_TANPA_NIK: Final = (
    "Data PPKS tanpa NIK hanya ikut ditelusuri jika petugas telah menemukannya dan menyertakannya."
)
BATAS_TANPA_NAMA: Final = (
    "Sebagian pembacaan daftar di bawah ini dicatat tanpa menyebut orangnya. Karena itu tidak dapat"
    " dipastikan apakah data Anda termasuk di dalamnya."
)
