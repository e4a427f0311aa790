"""DTSEN shape C: the coded files of a provincial social office, one person per row."""

from typing import Any, Final

from msgspec import UNSET

from adapters.siks_ng import isian
from adapters.siks_ng.codes import STATUS_DTSEN_KE_PPKS, baca_bantuan
from adapters.siks_ng.dtsen import desil, nama_wilayah
from adapters.siks_ng.identitas import id_sumber
from adapters.siks_ng.konteks import SISTEM, Konteks
from adapters.siks_ng.objek import Objek, teks
from adapters.siks_ng.schema import DtsenBerkode
from adapters.siks_ng.temuan import Temuan
from gateway.domain.codes import (
    HUBUNGAN_BPS,
    JENIS_KELAMIN,
    STATUS_KAWIN,
    Daftar,
    Skema,
    baca_status_dtsen,
    tabel,
)
from gateway.domain.importing import Baris, KodeMasalah
from gateway.domain.person import Penduduk
from gateway.domain.ppks import Dtks, RekamanPpks, StatusPpks

_DIBACA: Final = frozenset(DtsenBerkode.__struct_fields__)
# Code 2 is "moved" here and "dead" in Regsosek: the file follows the province's assessment.
_KEBERADAAN: Final = tabel(Daftar.KEBERADAAN_ANGGOTA, Skema.ASESMEN)


def petakan_berkode(isi: dict[str, Any], konteks: Konteks, baris: int) -> Baris:
    """One coded row; codes are read by DTSEN's lists and kept beside the reading."""
    temuan = Temuan(baris)
    objek = Objek(isi, konteks, temuan)
    w = objek.sebagai(DtsenBerkode)
    if w is None:
        return temuan.baris_jadi(())
    objek.simpan_sisa(_DIBACA)
    orang = _orang(w, objek)
    dtks = _dtks(w, objek)
    pbi = baca_bantuan("pbi-jk", teks(w.pbi))
    rekaman = RekamanPpks(
        sistem=SISTEM,
        id_sumber=id_sumber("", None, orang, temuan),
        orang=orang,
        kategori=konteks.kategori,
        status=STATUS_DTSEN_KE_PPKS.get(dtks.status or "", StatusPpks.TERDATA),
        status_asli=dtks.status_asli,
        dtks=UNSET if dtks == Dtks() else dtks,
        bantuan=(pbi,) if pbi else UNSET,
        keberadaan=objek.kode(
            "keberadaan",
            "id_status_keberadaan_keluarga",
            w.id_status_keberadaan_keluarga,
            _KEBERADAAN,
        ),
        versi=teks(w.versi) or konteks.edisi,
        asli=objek.asli,
        tambahan=objek.tambahan,
        peringatan=temuan.peringatan,
    )
    return temuan.baris_jadi((rekaman,))


def _dtks(w: DtsenBerkode, objek: Objek) -> Dtks:
    status_asli = teks(w.status_dtsen)
    status = baca_status_dtsen(status_asli)
    if status_asli and status is None:
        objek.temuan.tandai(KodeMasalah.CODE_UNKNOWN, "status_dtsen", atribut="dtks")
    cut_off = objek.tanggal(w.cut_off_keluarga, "cut_off_keluarga")
    return Dtks(
        status=status.value if status else None,
        status_asli=status_asli or None,
        desil=desil(objek, w.desil_nasional, teks(w.versi) or objek.konteks.versi),
        cut_off=None if cut_off is UNSET else cut_off,
    )


def _orang(w: DtsenBerkode, objek: Objek) -> Penduduk:
    nama = nama_wilayah(w.provinsi, w.kabupaten, w.kecamatan, w.kelurahan)
    return Penduduk(
        nik=objek.nik(w.nik, "nik"),
        no_kk=objek.no_kk(w.no_kk, "no_kk"),
        nama_lengkap=teks(w.nama) or UNSET,
        tempat_lahir=teks(w.tempat_lahir) or UNSET,
        tanggal_lahir=objek.tanggal(w.tanggal_lahir, "tanggal_lahir"),
        jenis_kelamin=objek.kode(
            "jenis_kelamin", "id_jenis_kelamin", w.id_jenis_kelamin, JENIS_KELAMIN
        ),
        status_kawin=objek.kode(
            "status_kawin", "id_status_perkawinan", w.id_status_perkawinan, STATUS_KAWIN
        ),
        status_hubungan_keluarga=objek.kode(
            "status_hubungan_keluarga",
            "id_hub_kepala_keluarga",
            w.id_hub_kepala_keluarga,
            HUBUNGAN_BPS,
        ),
        alamat=isian.alamat(teks(w.alamat), "", teks(w.rt), teks(w.rw)),
        kode_wilayah=objek.wilayah(w.id_wilayah, nama, "kelurahan"),
        provinsi=nama[0] or UNSET,
        kab_kota=nama[1] or UNSET,
        kecamatan=nama[2] or UNSET,
        desa_kelurahan=nama[3] or UNSET,
    )
