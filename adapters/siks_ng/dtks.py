"""The SIKS-NG DTKS view (JSON, one person per object) into records."""

from typing import Any, Final

from msgspec import UNSET

from adapters.siks_ng import isian
from adapters.siks_ng.codes import PROGRAM_JSON, baca_bantuan, menyatakan_meninggal
from adapters.siks_ng.identitas import id_sumber, nomor_sendiri
from adapters.siks_ng.konteks import SISTEM, Konteks
from adapters.siks_ng.objek import Objek, teks
from adapters.siks_ng.schema import KUNCI_ANTARMUKA, DtksOrang
from adapters.siks_ng.temuan import Temuan
from gateway.domain.importing import Baris
from gateway.domain.person import Penduduk, StatusPenduduk
from gateway.domain.ppks import (
    Bantuan,
    Dtks,
    Padan,
    RekamanPpks,
    StatusPadan,
    StatusPpks,
)

_DIBACA: Final = frozenset(DtksOrang.__struct_fields__)


def petakan_dtks(isi: dict[str, Any], konteks: Konteks, baris: int) -> Baris:
    """One object under compared keys. What the page keeps about its buttons is left aside."""
    temuan = Temuan(baris)
    objek = Objek(isi, konteks, temuan)
    w = objek.sebagai(DtksOrang)
    if w is None:
        return temuan.baris_jadi(())
    objek.simpan_sisa(_DIBACA, KUNCI_ANTARMUKA)
    _simpan_keadaan(w, objek)
    orang = _orang(w, objek)
    nonaktif = objek.benar("is_nonaktif", w.is_nonaktif)
    semesta = nomor_sendiri(teks(w.idsemesta), orang, temuan, "idsemesta")
    dipadankan = teks(w.padankan_at)
    rekaman = RekamanPpks(
        sistem=SISTEM,
        id_sumber=id_sumber("semesta", semesta, orang, temuan),
        orang=orang,
        kategori=konteks.kategori,
        status=StatusPpks.NONAKTIF if nonaktif else StatusPpks.TERDATA,
        # The view dates the last match and does not tell how it ended.
        padan=Padan(status=StatusPadan.TIDAK_DIKETAHUI, pada=dipadankan) if dipadankan else UNSET,
        dtks=Dtks(
            idsemesta=semesta,
            status="NONAKTIF" if nonaktif else None,
            sk_pertama=teks(w.first_sk) or None,
            padankan_at=dipadankan or None,
        ),
        bantuan=_bantuan(w) or UNSET,
        versi=konteks.edisi,
        asli=objek.asli,
        tambahan=objek.tambahan,
        peringatan=temuan.peringatan,
    )
    return temuan.baris_jadi((rekaman,))


def _orang(w: DtksOrang, objek: Objek) -> Penduduk:
    nama = (teks(w.provinsi), teks(w.kabupaten), teks(w.kecamatan), teks(w.desa_kelurahan))
    return Penduduk(
        nik=objek.nik(w.nik, "NIK"),
        no_kk=objek.no_kk(w.nokk, "NOKK"),
        nama_lengkap=teks(w.nama) or UNSET,
        alamat=isian.alamat(teks(w.alamat), "", teks(w.rt), teks(w.rw)),
        kode_wilayah=isian.wilayah(nama, "desa_kelurahan", objek.konteks, objek.temuan),
        provinsi=nama[0] or UNSET,
        kab_kota=nama[1] or UNSET,
        kecamatan=nama[2] or UNSET,
        desa_kelurahan=nama[3] or UNSET,
        status_penduduk=(
            StatusPenduduk.MENINGGAL if menyatakan_meninggal(teks(w.masih_hidup_label)) else UNSET
        ),
        catatan_disabilitas=teks(w.keterangan_disabilitas) or UNSET,
    )


def _bantuan(w: DtksOrang) -> tuple[Bantuan, ...]:
    terbaca = (
        baca_bantuan(program, teks(getattr(w, tanda)), teks(getattr(w, periode)) if periode else "")
        for tanda, periode, program in PROGRAM_JSON
    )
    return tuple(bantuan for bantuan in terbaca if bantuan)


def _simpan_keadaan(w: DtksOrang, objek: Objek) -> None:
    """State that stands among the keys of the page but is about the person."""
    for nama, nilai in (
        ("is_nonaktif", w.is_nonaktif),
        ("isAktifHamil", w.isaktifhamil),
        ("masih_hidup_label", w.masih_hidup_label),
    ):
        if isi := teks(nilai):
            objek.tambahan[nama] = isi
