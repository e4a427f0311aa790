"""The PPKS record as it leaves: what is not granted or not known is absent."""

from datetime import datetime
from typing import Any

from msgspec import UNSET, UnsetType

from gateway.domain.person import Alamat, NilaiAsli
from gateway.domain.ppks import Bantuan, Dtks, Kategori, Padan
from gateway.kit.struct import Quiet

Text = str | UnsetType


class SumberRekaman(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """Who told the granted attributes, when, and in which words."""

    sistem: str
    id_sumber: str
    pada: datetime
    atribut: tuple[str, ...]
    versi: str | None = None
    diubah_sumber: datetime | None = None
    asli: dict[str, NilaiAsli] | None = None


class SumberAnggota(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """One of several sources of a person's record, and of which granted attributes it says so."""

    sistem: str
    id_sumber: str | None = None
    pada: datetime
    atribut: tuple[str, ...]
    versi: str | None = None
    diubah_sumber: datetime | None = None


class KonflikAtribut(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """What another source told of an attribute, and the rules did not choose."""

    atribut: str
    nilai: Any
    sistem: str
    pada: datetime


class GabunganRekaman(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """How a record of several sources was made: by which rules, of which sources."""

    aturan: str
    anggota: tuple[SumberAnggota, ...]
    konflik: tuple[KonflikAtribut, ...] = ()


class PpksRecord(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """One record."""

    id: str
    versi: int
    diubah_pada: datetime
    rujukan: str
    """Reference key of the person: the same person's records share it where the NIK proves it."""
    nik: Text = UNSET
    no_kk: Text = UNSET
    nama_lengkap: Text = UNSET
    tempat_lahir: Text = UNSET
    tanggal_lahir: Text = UNSET
    tahun_lahir: Text = UNSET
    jenis_kelamin: Text = UNSET
    agama: Text = UNSET
    status_kawin: Text = UNSET
    pekerjaan: Text = UNSET
    pendidikan: Text = UNSET
    golongan_darah: Text = UNSET
    nama_ibu_kandung: Text = UNSET
    nama_ayah: Text = UNSET
    status_hubungan_keluarga: Text = UNSET
    alamat: Alamat | UnsetType = UNSET
    kode_wilayah: Text = UNSET
    provinsi: Text = UNSET
    kab_kota: Text = UNSET
    kecamatan: Text = UNSET
    desa_kelurahan: Text = UNSET
    status_penduduk: Text = UNSET
    catatan_disabilitas: Text = UNSET
    kategori: tuple[Kategori, ...] | UnsetType = UNSET
    status: Text = UNSET
    padan: Padan | UnsetType = UNSET
    dtks: Dtks | UnsetType = UNSET
    bantuan: tuple[Bantuan, ...] | UnsetType = UNSET
    kebutuhan: tuple[str, ...] | UnsetType = UNSET
    keberadaan: Text = UNSET
    sumber: SumberRekaman | UnsetType = UNSET
    gabungan: GabunganRekaman | UnsetType = UNSET
    """Beside `sumber`, where several sources tell of the person."""
