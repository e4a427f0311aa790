"""The wire exactly as SIKS-NG and DTSEN exports write it: columns, keys and spelling.

Keys are compared without case, since one object mixes upper, lower and camel case; the fields here
are in lower case. No official dictionary is public: the names are as observed in exports.
"""

from typing import Final

from gateway.kit.struct import Quiet

Nilai = str | int | float | bool | None
"""A scalar: most exports write everything as text, some write codes as numbers."""


# Positional and unseen by the garbage collector: a row is made for every line of a large file.
class BarisBnba(Quiet, frozen=True, gc=False):
    """One line of the delimited DTKS file, in the order of its header (23 columns)."""

    id_dtks: str
    provinsi: str
    kabupaten_kota: str
    kecamatan: str
    desa_keluarahan: str
    alamat: str
    dusun: str
    rt: str
    rw: str
    nokk: str
    nik: str
    nama: str
    tanggal_lahir: str
    tempat_lahir: str
    jenis_kelamin: str
    pekerjaan: str
    nama_ibu_kandung: str
    hub_keluarga: str
    keterangan_padan: str
    bansos_bpnt: str
    bansos_pkh: str
    bansos_bpnt_ppkm: str
    pbi_jkn: str


class DtksOrang(Quiet, frozen=True, kw_only=True):
    """One person of the DTKS view by name and address; values are display labels."""

    idsemesta: Nilai = None
    nik: Nilai = None
    nokk: Nilai = None
    nama: Nilai = None
    provinsi: Nilai = None
    kabupaten: Nilai = None
    kecamatan: Nilai = None
    desa_kelurahan: Nilai = None
    alamat: Nilai = None
    rt: Nilai = None
    rw: Nilai = None
    keterangan_disabilitas: Nilai = None
    masih_hidup_label: Nilai = None
    first_sk: Nilai = None
    padankan_at: Nilai = None
    is_nonaktif: Nilai = None
    isaktifhamil: Nilai = None
    atensi: Nilai = None
    blt: Nilai = None
    periode_blt: Nilai = None
    blt_bbm: Nilai = None
    periode_blt_bbm: Nilai = None
    bpnt: Nilai = None
    periode_bpnt: Nilai = None
    bnpt_ppkm: Nilai = None
    periode_bpnt_ppkm: Nilai = None
    bst: Nilai = None
    periode_bst: Nilai = None
    pbi: Nilai = None
    periode_pbi: Nilai = None
    pena: Nilai = None
    periode_pena: Nilai = None
    permakanan: Nilai = None
    periode_permakanan: Nilai = None
    pkh: Nilai = None
    periode_pkh: Nilai = None
    rutilahu: Nilai = None
    periode_rutilahu: Nilai = None
    sembako_adaptif: Nilai = None
    periode_sembako_adaptif: Nilai = None
    yapi: Nilai = None
    periode_yapi: Nilai = None


KUNCI_ANTARMUKA: Final = frozenset({
    "aktorlabel", "checkbtnhamil", "checkbtnverifmeninggal", "is_btn_dapodik", "is_btn_hidupkan",
    "is_btn_padankan", "pendampingshow", "verifyid", "counter",
})  # fmt: skip
"""State of the page's buttons and its row handles: says nothing about the person."""


class DtsenAnggota(Quiet, frozen=True, kw_only=True):
    """Shape A, one member of a family of the SIKS-NG DTSEN view."""

    id_keluarga: Nilai = None
    idsemesta: Nilai = None
    nama: Nilai = None
    nik: Nilai = None
    no_kk: Nilai = None
    hub_kepala_keluarga: Nilai = None
    pekerjaan_utama: Nilai = None
    tanggal_lahir: Nilai = None
    id_jenis_kelamin: Nilai = None
    id_status_perkawinan: Nilai = None
    desil_nasional: Nilai = None
    versi: Nilai = None
    id_deleted: Nilai = None
    updated_at: Nilai = None


class DtsenKeluarga(Quiet, frozen=True, kw_only=True):
    """Shape A, one family; `nik` and `nama_kepala_keluarga` are those of its head."""

    id_keluarga: Nilai = None
    no_kk: Nilai = None
    nama_kepala_keluarga: Nilai = None
    nik: Nilai = None
    alamat: Nilai = None
    rt: Nilai = None
    rw: Nilai = None
    id_wilayah: Nilai = None
    provinsi: Nilai = None
    kabupaten: Nilai = None
    kecamatan: Nilai = None
    kelurahan: Nilai = None
    desil_nasional: Nilai = None
    versi: Nilai = None
    id_deleted: Nilai = None
    updated_at: Nilai = None
    anggota: list[dict[str, Nilai]] | None = None


class DtsenPenduduk(Quiet, frozen=True, kw_only=True):
    """Shape B, one member of the baseline as served to a ministry; values are mostly labels.

    The names ending in `_ktp` and `_kode_ktp` follow the observed pattern; not each was seen.
    """

    nomor_induk_kependudukan: Nilai = None
    nomor_kartu_keluarga: Nilai = None
    nama: Nilai = None
    jenis_kelamin: Nilai = None
    tempat_lahir: Nilai = None
    tanggal_lahir: Nilai = None
    status_kawin: Nilai = None
    status_hubungan_keluarga: Nilai = None
    alamat_ktp: Nilai = None
    rt_ktp: Nilai = None
    rw_ktp: Nilai = None
    provinsi_ktp: Nilai = None
    kabkota_ktp: Nilai = None
    kecamatan_ktp: Nilai = None
    desa_ktp: Nilai = None
    provinsi_kode_ktp: Nilai = None
    kabkota_kode_ktp: Nilai = None
    kecamatan_kode_ktp: Nilai = None
    desa_kode_ktp: Nilai = None
    pbi_nas: Nilai = None
    pbi_pemda: Nilai = None
    desil_nasional: Nilai = None
    versi: Nilai = None
    dihapus: Nilai = None
    updated_at: Nilai = None


class DtsenBerkode(Quiet, frozen=True, kw_only=True):
    """Shape C, one person of a coded DTSEN file; `id_` marks a code."""

    nik: Nilai = None
    no_kk: Nilai = None
    nama: Nilai = None
    tempat_lahir: Nilai = None
    tanggal_lahir: Nilai = None
    alamat: Nilai = None
    rt: Nilai = None
    rw: Nilai = None
    provinsi: Nilai = None
    kabupaten: Nilai = None
    kecamatan: Nilai = None
    kelurahan: Nilai = None
    id_wilayah: Nilai = None
    id_jenis_kelamin: Nilai = None
    id_hub_kepala_keluarga: Nilai = None
    id_status_perkawinan: Nilai = None
    id_status_keberadaan_keluarga: Nilai = None
    pbi: Nilai = None
    desil_nasional: Nilai = None
    status_dtsen: Nilai = None
    cut_off_keluarga: Nilai = None
    versi: Nilai = None
