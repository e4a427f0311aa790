"""A complaint (pengaduan): what somebody told an office, and its way through the office's steps."""

from datetime import datetime
from enum import StrEnum

from gateway.domain.person import Peringatan
from gateway.kit.struct import Quiet


class StatusPengaduan(StrEnum):
    """The nine steps of the complaint procedure, in order."""

    DITERIMA = "DITERIMA"
    DIVERIFIKASI = "DIVERIFIKASI"
    DIKONFIRMASI = "DIKONFIRMASI"
    DITERUSKAN = "DITERUSKAN"
    DIDISPOSISI = "DIDISPOSISI"
    DITINDAKLANJUTI = "DITINDAKLANJUTI"
    DIBALAS = "DIBALAS"
    DISAMPAIKAN = "DISAMPAIKAN"
    DIARSIPKAN = "DIARSIPKAN"


class KategoriPengaduan(StrEnum):
    """What the complaint is about."""

    BANTUAN_TIDAK_DITERIMA = "BANTUAN_TIDAK_DITERIMA"
    AKTIVASI_BPJS = "AKTIVASI_BPJS"
    PERMOHONAN_BANTUAN = "PERMOHONAN_BANTUAN"
    PPKS_BELUM_TERDATA = "PPKS_BELUM_TERDATA"
    LAINNYA = "LAINNYA"
    BELUM_DIKLASIFIKASI = "BELUM_DIKLASIFIKASI"


class Pelapor(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """Who told it. Never shown where the complaint is secret or anonymous."""

    nomor: str | None = None
    nama: str | None = None


class Lampiran(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """A file that came with it: a reference, never the bytes."""

    jenis: str
    rujukan: str | None = None
    mime: str | None = None
    sha256: str | None = None
    keterangan: str | None = None


class LangkahPengaduan(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """One step that was taken."""

    status: StatusPengaduan
    pada: datetime | None = None
    oleh: str | None = None
    catatan: str | None = None


class Pengaduan(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """One complaint. `sistem` + `id_sumber` name it for good."""

    sistem: str
    id_sumber: str
    kanal: str
    diterima_pada: datetime
    isi: str
    pelapor: Pelapor | None = None
    kategori: KategoriPengaduan = KategoriPengaduan.BELUM_DIKLASIFIKASI
    kategori_asli: str | None = None
    status: StatusPengaduan = StatusPengaduan.DITERIMA
    status_asli: str | None = None
    langkah: tuple[LangkahPengaduan, ...] = ()
    disposisi: str | None = None
    kode_wilayah: str | None = None
    nik_terlapor: str | None = None
    """NIK of the person it is about, if one was told."""
    lampiran: tuple[Lampiran, ...] = ()
    balasan_atas: str | None = None
    """`id_sumber` of the message that this one answers."""
    rahasia: bool = False
    anonim: bool = False
    peringatan: tuple[Peringatan, ...] = ()


class StatusPesan(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """A delivery status of a reply that the office sent."""

    sistem: str
    id_sumber: str
    status: str
    pada: datetime
    galat: str | None = None
