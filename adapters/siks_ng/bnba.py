"""DTKS rows with names and addresses into records; built for files of millions of lines."""

from functools import lru_cache

from msgspec import UNSET, UnsetType

from adapters.siks_ng import isian
from adapters.siks_ng.codes import PROGRAM_BNBA, baca_bantuan, baca_padan
from adapters.siks_ng.columns import TataKolom
from adapters.siks_ng.identitas import id_sumber, nomor_sendiri
from adapters.siks_ng.konteks import SISTEM, Konteks
from adapters.siks_ng.schema import BarisBnba
from adapters.siks_ng.temuan import Temuan, baris_ditolak
from gateway.domain.codes import HUBUNGAN_BPS, JENIS_KELAMIN
from gateway.domain.importing import Baris, KodeMasalah
from gateway.domain.person import HubunganKeluarga, JenisKelamin, NilaiAsli, Penduduk
from gateway.domain.ppks import Bantuan, Dtks, Padan, RekamanPpks
from gateway.kit.mask import mask_text
from gateway.kit.struct import Quiet

_DAFTAR_HUBUNGAN = "hubungan-keluarga-dtks@label"


class _Kode(Quiet, frozen=True, kw_only=True):
    """The coded cells of a row, read; a file holds few distinct combinations."""

    jenis_kelamin: JenisKelamin | UnsetType
    hubungan: HubunganKeluarga | UnsetType
    asli: dict[str, NilaiAsli]
    asing: tuple[tuple[str, str], ...]
    """Field and attribute of each cell that is in no list."""


class PemetaBnba:
    """Maps the rows of one file. Holds that file's caches, so make one per file."""

    def __init__(self, tata: TataKolom, konteks: Konteks) -> None:
        self.kolom_nomor = tata.kolom_nomor
        self.kolom_pengenal = tata.kolom_pengenal
        self._tata = tata
        self._konteks = konteks
        self._kode = lru_cache(maxsize=4096)(_baca_kode)
        self._padan = lru_cache(maxsize=4096)(_baca_padan)
        self._bantuan = lru_cache(maxsize=4096)(_baca_bantuan)

    def petakan(self, sel: list[str], baris: int) -> Baris:
        """One row; `sel` are its cells without surrounding blanks."""
        if len(sel) != self._tata.lebar:
            return baris_ditolak(baris, KodeMasalah.COLUMN_COUNT)
        temuan = Temuan(baris)
        tambahan = {n: mask_text(sel[k]) for n, k in self._tata.lain if sel[k]}
        w = self._tata.baca(sel)
        orang = self._orang(w, temuan)
        id_dtks = nomor_sendiri(w.id_dtks, orang, temuan, self._tata.judul["id_dtks"])
        rekaman = RekamanPpks(
            sistem=SISTEM,
            id_sumber=id_sumber("dtks", id_dtks, orang, temuan),
            orang=orang,
            kategori=self._konteks.kategori,
            padan=self._padan(w.keterangan_padan),
            dtks=Dtks(id_dtks=id_dtks) if id_dtks else UNSET,
            bantuan=self._bantuan(w.bansos_bpnt, w.bansos_pkh, w.bansos_bpnt_ppkm, w.pbi_jkn),
            versi=self._konteks.edisi,
            asli=self._kode(w.jenis_kelamin, w.hub_keluarga).asli,
            tambahan=tambahan,
            peringatan=temuan.peringatan,
        )
        return temuan.baris_jadi((rekaman,))

    def _orang(self, w: BarisBnba, temuan: Temuan) -> Penduduk:
        judul = self._tata.judul
        kode = self._kode(w.jenis_kelamin, w.hub_keluarga)
        for field, atribut in kode.asing:
            temuan.tandai(KodeMasalah.CODE_UNKNOWN, judul[field], atribut=atribut)
        if not w.nama:
            temuan.tandai(KodeMasalah.VALUE_MISSING, judul["nama"], atribut="nama_lengkap")
        nama = (w.provinsi, w.kabupaten_kota, w.kecamatan, w.desa_keluarahan)
        return Penduduk(
            nik=isian.nik(w.nik, judul["nik"], temuan),
            no_kk=isian.no_kk(w.nokk, judul["nokk"], temuan),
            nama_lengkap=w.nama or UNSET,
            tempat_lahir=w.tempat_lahir or UNSET,
            tanggal_lahir=isian.tanggal(
                w.tanggal_lahir, judul["tanggal_lahir"], self._konteks, temuan
            ),
            jenis_kelamin=kode.jenis_kelamin,
            pekerjaan=w.pekerjaan or UNSET,
            nama_ibu_kandung=w.nama_ibu_kandung or UNSET,
            status_hubungan_keluarga=kode.hubungan,
            alamat=isian.alamat(w.alamat, w.dusun, w.rt, w.rw),
            kode_wilayah=isian.wilayah(nama, judul["desa_keluarahan"], self._konteks, temuan),
            provinsi=w.provinsi or UNSET,
            kab_kota=w.kabupaten_kota or UNSET,
            kecamatan=w.kecamatan or UNSET,
            desa_kelurahan=w.desa_keluarahan or UNSET,
        )


def _baca_kode(jenis_kelamin: str, hubungan: str) -> _Kode:
    asli: dict[str, NilaiAsli] = {}
    asing: list[tuple[str, str]] = []
    if jenis_kelamin:
        asli["jenis_kelamin"] = NilaiAsli(teks=mask_text(jenis_kelamin), daftar=JENIS_KELAMIN.label)
    if hubungan:
        asli["status_hubungan_keluarga"] = NilaiAsli(
            teks=mask_text(hubungan), daftar=_DAFTAR_HUBUNGAN
        )
    kelamin = JENIS_KELAMIN.get(jenis_kelamin)
    if jenis_kelamin and kelamin is None:
        asing.append(("jenis_kelamin", "jenis_kelamin"))
    # The file writes words. A bare number would mean different relations at BPS and the registry.
    kerabat = None if hubungan.isdigit() else HUBUNGAN_BPS.get(hubungan)
    if hubungan and kerabat is None:
        asing.append(("hub_keluarga", "status_hubungan_keluarga"))
    return _Kode(
        jenis_kelamin=kelamin or UNSET,
        hubungan=kerabat or UNSET,
        asli=asli,
        asing=tuple(asing),
    )


def _baca_padan(teks: str) -> Padan | UnsetType:
    return baca_padan(teks) if teks else UNSET


def _baca_bantuan(*tanda: str) -> tuple[Bantuan, ...] | UnsetType:
    isi = [
        bantuan
        for program, teks in zip(PROGRAM_BNBA.values(), tanda, strict=True)
        if (bantuan := baca_bantuan(program, teks))
    ]
    return tuple(isi) or UNSET
