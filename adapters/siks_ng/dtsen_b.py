"""DTSEN shape B: the baseline with long names and labels, as a service gives it to an agency."""

from typing import Any, Final

from msgspec import UNSET

from adapters.siks_ng import isian
from adapters.siks_ng.codes import baca_bantuan
from adapters.siks_ng.dtsen import desil, nama_wilayah, waktu
from adapters.siks_ng.identitas import id_sumber
from adapters.siks_ng.konteks import SISTEM, Konteks
from adapters.siks_ng.objek import Objek, samakan_kunci, teks
from adapters.siks_ng.schema import DtsenPenduduk
from adapters.siks_ng.temuan import Temuan, baris_ditolak, gabung
from gateway.domain.codes import HUBUNGAN_BPS, JENIS_KELAMIN, STATUS_KAWIN
from gateway.domain.importing import Baris, KodeMasalah
from gateway.domain.person import Penduduk
from gateway.domain.ppks import Bantuan, Dtks, RekamanPpks

_DIBACA: Final = frozenset(DtsenPenduduk.__struct_fields__)
_PROGRAM: Final = (("pbi_nas", "pbi-jk"), ("pbi_pemda", "pbi-pemda"))


def petakan_penduduk(isi: dict[str, Any], konteks: Konteks, baris: int) -> Baris:
    """One member; or one family whose members stand in `anggota` and take over its values."""
    anggota = isi.get("anggota")
    if anggota is None:
        return _satu(isi, konteks, baris)
    if not isinstance(anggota, list) or not all(isinstance(a, dict) for a in anggota):
        return baris_ditolak(baris, KodeMasalah.VALUE_FORMAT)
    if not anggota:
        return baris_ditolak(baris, KodeMasalah.VALUE_MISSING, "keluarga ini tidak memuat anggota")
    keluarga = {nama: nilai for nama, nilai in isi.items() if nama != "anggota"}
    return gabung([_satu(keluarga | samakan_kunci(a), konteks, baris) for a in anggota])


def _satu(isi: dict[str, Any], konteks: Konteks, baris: int) -> Baris:
    temuan = Temuan(baris)
    objek = Objek(isi, konteks, temuan)
    w = objek.sebagai(DtsenPenduduk)
    if w is None:
        return temuan.baris_jadi(())
    objek.simpan_sisa(_DIBACA)
    orang = _orang(w, objek)
    versi = teks(w.versi) or konteks.versi
    nilai_desil = desil(objek, w.desil_nasional, versi)
    rekaman = RekamanPpks(
        sistem=SISTEM,
        id_sumber=id_sumber("", None, orang, temuan),
        orang=orang,
        kategori=konteks.kategori,
        dtks=Dtks(desil=nilai_desil) if nilai_desil else UNSET,
        bantuan=_bantuan(w) or UNSET,
        versi=versi or konteks.tahun,
        diubah_sumber=waktu(w.updated_at),
        dihapus=objek.benar("dihapus", w.dihapus),
        asli=objek.asli,
        tambahan=objek.tambahan,
        peringatan=temuan.peringatan,
    )
    return temuan.baris_jadi((rekaman,))


def _orang(w: DtsenPenduduk, objek: Objek) -> Penduduk:
    nama = nama_wilayah(w.provinsi_ktp, w.kabkota_ktp, w.kecamatan_ktp, w.desa_ktp)
    kode = w.desa_kode_ktp or w.kecamatan_kode_ktp or w.kabkota_kode_ktp or w.provinsi_kode_ktp
    return Penduduk(
        nik=objek.nik(w.nomor_induk_kependudukan, "nomor_induk_kependudukan"),
        no_kk=objek.no_kk(w.nomor_kartu_keluarga, "nomor_kartu_keluarga"),
        nama_lengkap=teks(w.nama) or UNSET,
        tempat_lahir=teks(w.tempat_lahir) or UNSET,
        tanggal_lahir=objek.tanggal(w.tanggal_lahir, "tanggal_lahir"),
        jenis_kelamin=objek.kode("jenis_kelamin", "jenis_kelamin", w.jenis_kelamin, JENIS_KELAMIN),
        status_kawin=objek.kode("status_kawin", "status_kawin", w.status_kawin, STATUS_KAWIN),
        status_hubungan_keluarga=objek.kode(
            "status_hubungan_keluarga",
            "status_hubungan_keluarga",
            w.status_hubungan_keluarga,
            HUBUNGAN_BPS,
        ),
        alamat=isian.alamat(teks(w.alamat_ktp), "", teks(w.rt_ktp), teks(w.rw_ktp)),
        kode_wilayah=objek.wilayah(kode, nama, "desa_ktp"),
        provinsi=nama[0] or UNSET,
        kab_kota=nama[1] or UNSET,
        kecamatan=nama[2] or UNSET,
        desa_kelurahan=nama[3] or UNSET,
    )


def _bantuan(w: DtsenPenduduk) -> tuple[Bantuan, ...]:
    terbaca = (baca_bantuan(program, teks(getattr(w, tanda))) for tanda, program in _PROGRAM)
    return tuple(bantuan for bantuan in terbaca if bantuan)
