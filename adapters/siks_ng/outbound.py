"""House records into DTSEN rows, as the service would send them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from msgspec import UNSET

from gateway.domain.person import (
    Alamat,
    HubunganKeluarga,
    JenisKelamin,
    Penduduk,
    StatusKawin,
)
from gateway.domain.ppks import Dtks, RekamanPpks, StatusBantuan
from gateway.domain.wilayah import leluhur

Baris = dict[str, Any]

_KELAMIN: Final[Mapping[JenisKelamin, tuple[str, int]]] = {
    JenisKelamin.L: ("Laki-laki", 1),
    JenisKelamin.P: ("Perempuan", 2),
}
_KAWIN: Final[Mapping[StatusKawin, tuple[str, int]]] = {
    StatusKawin.BELUM_KAWIN: ("Belum kawin/nikah", 1),
    StatusKawin.KAWIN: ("Kawin/nikah", 2),
    StatusKawin.CERAI_HIDUP: ("Cerai hidup", 3),
    StatusKawin.CERAI_MATI: ("Cerai mati", 4),
}
_HUBUNGAN: Final[Mapping[HubunganKeluarga, str]] = {
    HubunganKeluarga.KEPALA_KELUARGA: "Kepala keluarga",
    HubunganKeluarga.SUAMI: "Istri/suami",
    HubunganKeluarga.ISTRI: "Istri/suami",
    HubunganKeluarga.ISTRI_SUAMI: "Istri/suami",
    HubunganKeluarga.ANAK: "Anak",
    HubunganKeluarga.MENANTU: "Menantu",
    HubunganKeluarga.CUCU: "Cucu",
    HubunganKeluarga.ORANGTUA: "Orangtua/mertua",
    HubunganKeluarga.MERTUA: "Orangtua/mertua",
    HubunganKeluarga.ORANGTUA_MERTUA: "Orangtua/mertua",
    HubunganKeluarga.PEMBANTU: "Pembantu/sopir",
    HubunganKeluarga.FAMILI_LAIN: "Lainnya",
    HubunganKeluarga.LAINNYA: "Lainnya",
}
_TANDA: Final = {StatusBantuan.MENERIMA: "Ya", StatusBantuan.TIDAK_MENERIMA: "Tidak"}
_PROGRAM: Final = {"pbi-jk": "pbi_nas", "pbi-pemda": "pbi_pemda"}
_KODE_KTP: Final = (
    "provinsi_kode_ktp", "kabkota_kode_ktp", "kecamatan_kode_ktp", "desa_kode_ktp",
)  # fmt: skip


def baris_penduduk(rekaman: RekamanPpks) -> Baris:
    """Shape B. What DTSEN has no column for (categories, needs) is left out."""
    orang = rekaman.orang
    alamat = _alamat(orang)
    return _terisi(
        {
            "nomor_induk_kependudukan": orang.nik,
            "nomor_kartu_keluarga": orang.no_kk,
            "nama": orang.nama_lengkap,
            "jenis_kelamin": _label(_KELAMIN, orang.jenis_kelamin),
            "tempat_lahir": orang.tempat_lahir,
            "tanggal_lahir": orang.tanggal_lahir,
            "status_kawin": _label(_KAWIN, orang.status_kawin),
            "status_hubungan_keluarga": _hubungan(orang),
            "alamat_ktp": alamat.jalan,
            "rt_ktp": alamat.rt,
            "rw_ktp": alamat.rw,
            "provinsi_ktp": orang.provinsi,
            "kabkota_ktp": orang.kab_kota,
            "kecamatan_ktp": orang.kecamatan,
            "desa_ktp": orang.desa_kelurahan,
            **_kode_ktp(orang),
            **_bantuan(rekaman),
            "desil_nasional": _desil(rekaman),
            "dihapus": rekaman.dihapus or None,
        }
    )


def baris_keluarga(nomor: int, keluarga: Sequence[RekamanPpks]) -> Baris:
    """Shape A: one family; its head is whoever is said to be, else the first member."""
    kepala = next((r for r in keluarga if _is_kepala(r.orang)), keluarga[0])
    orang = kepala.orang
    alamat = _alamat(orang)
    id_keluarga = f"KLG-99{nomor:06}"
    return _terisi(
        {
            "id_keluarga": id_keluarga,
            "no_kk": orang.no_kk,
            "nama_kepala_keluarga": orang.nama_lengkap,
            "nik": orang.nik,
            "alamat": alamat.jalan,
            "rt": alamat.rt,
            "rw": alamat.rw,
            "id_wilayah": _tanpa_titik(orang),
            "provinsi": orang.provinsi,
            "kabupaten": orang.kab_kota,
            "kecamatan": orang.kecamatan,
            "kelurahan": orang.desa_kelurahan,
            "desil_nasional": _desil(kepala),
            "anggota": [
                _anggota(id_keluarga, f"99{nomor:06}{n:04}", r) for n, r in enumerate(keluarga, 1)
            ],
        }
    )


def _anggota(id_keluarga: str, idsemesta: str, rekaman: RekamanPpks) -> Baris:
    orang = rekaman.orang
    return _terisi(
        {
            "id_keluarga": id_keluarga,
            "idsemesta": idsemesta,
            "nama": orang.nama_lengkap,
            "nik": orang.nik,
            "no_kk": orang.no_kk,
            "tanggal_lahir": orang.tanggal_lahir,
            "id_jenis_kelamin": _kode(_KELAMIN, orang.jenis_kelamin),
            "id_status_perkawinan": _kode(_KAWIN, orang.status_kawin),
            "hub_kepala_keluarga": _hubungan(orang),
            "pekerjaan_utama": orang.pekerjaan,
            "id_deleted": 1 if rekaman.dihapus else None,
        }
    )


def _terisi(baris: Baris) -> Baris:
    """Without what nobody told; a day as ISO text."""
    return {
        nama: nilai.isoformat() if isinstance(nilai, date) else nilai
        for nama, nilai in baris.items()
        if nilai is not None and nilai is not UNSET
    }


def _alamat(orang: Penduduk) -> Alamat:
    return orang.alamat if isinstance(orang.alamat, Alamat) else Alamat()


def _is_kepala(orang: Penduduk) -> bool:
    return orang.status_hubungan_keluarga is HubunganKeluarga.KEPALA_KELUARGA


def _label(tabel: Mapping[Any, tuple[str, int]], nilai: object) -> str | None:
    return tabel[nilai][0] if nilai in tabel else None


def _kode(tabel: Mapping[Any, tuple[str, int]], nilai: object) -> int | None:
    return tabel[nilai][1] if nilai in tabel else None


def _hubungan(orang: Penduduk) -> str | None:
    hubungan = orang.status_hubungan_keluarga
    return _HUBUNGAN[hubungan] if isinstance(hubungan, HubunganKeluarga) else None


def _tanpa_titik(orang: Penduduk) -> str | None:
    return orang.kode_wilayah.replace(".", "") if isinstance(orang.kode_wilayah, str) else None


def _kode_ktp(orang: Penduduk) -> dict[str, str]:
    if not isinstance(orang.kode_wilayah, str):
        return {}
    return {
        _KODE_KTP[kode.count(".")]: kode.replace(".", "") for kode in leluhur(orang.kode_wilayah)
    }


def _bantuan(rekaman: RekamanPpks) -> dict[str, str]:
    bantuan = rekaman.bantuan if isinstance(rekaman.bantuan, tuple) else ()
    return {
        _PROGRAM[b.program]: _TANDA[b.status]
        for b in bantuan
        if b.program in _PROGRAM and b.status in _TANDA
    }


def _desil(rekaman: RekamanPpks) -> str | int | None:
    desil = rekaman.dtks.desil if isinstance(rekaman.dtks, Dtks) else None
    if desil is None or desil.bawah is None:
        return "DESIL_BELUM_DITENTUKAN" if desil else None
    return desil.bawah if desil.bawah == desil.atas else f"DESIL_{desil.bawah}_{desil.atas}"
