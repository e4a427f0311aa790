"""DTSEN shape A: families with their members, as the SIKS-NG view has them."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import UNSET, UnsetType

from adapters.siks_ng import isian
from adapters.siks_ng.dtsen import desil, nama_wilayah, waktu
from adapters.siks_ng.identitas import id_sumber, nomor_sendiri
from adapters.siks_ng.isian import TeksAda
from adapters.siks_ng.konteks import SISTEM, Konteks
from adapters.siks_ng.objek import Objek, samakan_kunci, teks
from adapters.siks_ng.schema import DtsenAnggota, DtsenKeluarga
from adapters.siks_ng.temuan import Temuan, gabung
from gateway.domain.codes import HUBUNGAN_BPS, JENIS_KELAMIN, STATUS_KAWIN
from gateway.domain.importing import Baris
from gateway.domain.person import Alamat, HubunganKeluarga, NilaiAsli, Penduduk, Peringatan
from gateway.domain.ppks import Desil, Dtks, RekamanPpks
from gateway.kit.struct import Quiet

_KELUARGA: Final = frozenset(DtsenKeluarga.__struct_fields__)
_ANGGOTA: Final = frozenset(DtsenAnggota.__struct_fields__)


class _Rumah(Quiet, frozen=True, kw_only=True):
    """What holds for every member of one family."""

    no_kk: TeksAda = UNSET
    id_keluarga: str = ""
    alamat: Alamat | UnsetType = UNSET
    kode_wilayah: TeksAda = UNSET
    nama: tuple[str, str, str, str] = ("", "", "", "")
    desil: Desil | None = None
    versi: str | None = None
    updated_at: str = ""
    dihapus: bool = False
    asli: Mapping[str, NilaiAsli] = {}
    tambahan: Mapping[str, str] = {}
    peringatan: tuple[Peringatan, ...] = ()


def petakan_keluarga(isi: dict[str, Any], konteks: Konteks, baris: int) -> Baris:
    """One family: a record per member, and one for the head where no member has the head's NIK.

    A member that must be refused does not take the others along.
    """
    temuan = Temuan(baris)
    objek = Objek(isi, konteks, temuan)
    w = objek.sebagai(DtsenKeluarga)
    if w is None:
        return temuan.baris_jadi(())
    rumah = _rumah(w, objek)
    jadi = [temuan.baris_jadi(())]
    if temuan.ditolak:
        return jadi[0]
    anggota = [samakan_kunci(a) for a in w.anggota or ()]
    jadi += [_anggota(a, konteks, baris, rumah) for a in anggota]
    if not anggota or teks(w.nik) not in {"", *(teks(a.get("nik")) for a in anggota)}:
        jadi.append(_kepala(w, konteks, baris, rumah))
    return gabung(jadi)


def petakan_anggota(isi: dict[str, Any], konteks: Konteks, baris: int) -> Baris:
    """One member that stands alone in the export."""
    return _anggota(isi, konteks, baris, _Rumah(versi=konteks.versi))


def _rumah(w: DtsenKeluarga, objek: Objek) -> _Rumah:
    objek.simpan_sisa(_KELUARGA)
    versi = teks(w.versi) or objek.konteks.versi
    nama = nama_wilayah(w.provinsi, w.kabupaten, w.kecamatan, w.kelurahan)
    return _Rumah(
        no_kk=objek.no_kk(w.no_kk, "no_kk"),
        id_keluarga=teks(w.id_keluarga),
        alamat=isian.alamat(teks(w.alamat), "", teks(w.rt), teks(w.rw)),
        kode_wilayah=objek.wilayah(w.id_wilayah, nama, "id_wilayah"),
        nama=nama,
        desil=desil(objek, w.desil_nasional, versi),
        versi=versi,
        updated_at=teks(w.updated_at),
        dihapus=objek.benar("id_deleted", w.id_deleted),
        asli=objek.asli,
        tambahan=objek.tambahan,
        peringatan=objek.temuan.peringatan,
    )


def _anggota(isi: dict[str, Any], konteks: Konteks, baris: int, rumah: _Rumah) -> Baris:
    objek = Objek(isi, konteks, Temuan(baris))
    w = objek.sebagai(DtsenAnggota)
    if w is None:
        return objek.temuan.baris_jadi(())
    objek.simpan_sisa(_ANGGOTA)
    hubungan = objek.kode(
        "status_hubungan_keluarga", "hub_kepala_keluarga", w.hub_kepala_keluarga, HUBUNGAN_BPS
    )
    return _jadi(w, objek, rumah, hubungan)


def _kepala(w: DtsenKeluarga, konteks: Konteks, baris: int, rumah: _Rumah) -> Baris:
    kepala = DtsenAnggota(nama=w.nama_kepala_keluarga, nik=w.nik)
    objek = Objek({}, konteks, Temuan(baris))
    return _jadi(kepala, objek, rumah, HubunganKeluarga.KEPALA_KELUARGA)


def _jadi(
    w: DtsenAnggota, objek: Objek, rumah: _Rumah, hubungan: HubunganKeluarga | UnsetType
) -> Baris:
    orang = _orang(w, objek, rumah, hubungan)
    versi = teks(w.versi) or rumah.versi
    semesta = nomor_sendiri(teks(w.idsemesta), orang, objek.temuan, "idsemesta")
    dtks = Dtks(
        idsemesta=semesta,
        id_keluarga=nomor_sendiri(teks(w.id_keluarga) or rumah.id_keluarga, orang),
        desil=desil(objek, w.desil_nasional, versi) or rumah.desil,
    )
    dihapus = objek.benar("id_deleted", w.id_deleted) or rumah.dihapus
    rekaman = RekamanPpks(
        sistem=SISTEM,
        id_sumber=id_sumber("semesta", semesta, orang, objek.temuan, dihapus=dihapus),
        orang=orang,
        kategori=objek.konteks.kategori,
        dtks=UNSET if dtks == Dtks() else dtks,
        versi=versi or objek.konteks.tahun,
        diubah_sumber=waktu(teks(w.updated_at) or rumah.updated_at),
        asli={**rumah.asli, **objek.asli},
        tambahan={**rumah.tambahan, **objek.tambahan},
        peringatan=rumah.peringatan + objek.temuan.peringatan,
        dihapus=dihapus,
    )
    return objek.temuan.baris_jadi((rekaman,))


def _orang(
    w: DtsenAnggota, objek: Objek, rumah: _Rumah, hubungan: HubunganKeluarga | UnsetType
) -> Penduduk:
    no_kk = objek.no_kk(w.no_kk, "no_kk")
    provinsi, kab_kota, kecamatan, desa = rumah.nama
    return Penduduk(
        nik=objek.nik(w.nik, "nik"),
        no_kk=rumah.no_kk if no_kk is UNSET else no_kk,
        nama_lengkap=teks(w.nama) or UNSET,
        tanggal_lahir=objek.tanggal(w.tanggal_lahir, "tanggal_lahir"),
        jenis_kelamin=objek.kode(
            "jenis_kelamin", "id_jenis_kelamin", w.id_jenis_kelamin, JENIS_KELAMIN
        ),
        status_kawin=objek.kode(
            "status_kawin", "id_status_perkawinan", w.id_status_perkawinan, STATUS_KAWIN
        ),
        pekerjaan=teks(w.pekerjaan_utama).strip("-") or UNSET,
        status_hubungan_keluarga=hubungan,
        alamat=rumah.alamat,
        kode_wilayah=rumah.kode_wilayah,
        provinsi=provinsi or UNSET,
        kab_kota=kab_kota or UNSET,
        kecamatan=kecamatan or UNSET,
        desa_kelurahan=desa or UNSET,
    )
