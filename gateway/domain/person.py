"""A resident as the civil registry and the social systems describe one.

Field names are the canonical attribute names: the grants, the API and the store use the same words.
UNSET means that the source did not say; None means that it said "none" or "unknown".
"""

from collections.abc import Container
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from gateway.kit.struct import Quiet

Teks = str | UnsetType | None


class JenisKelamin(StrEnum):
    """Sex as the registry writes it."""

    L = "L"
    P = "P"


class StatusKawin(StrEnum):
    """Marital status; BPS/DTSEN codes 1-4 in this order."""

    BELUM_KAWIN = "BELUM_KAWIN"
    KAWIN = "KAWIN"
    CERAI_HIDUP = "CERAI_HIDUP"
    CERAI_MATI = "CERAI_MATI"


class StatusPenduduk(StrEnum):
    """Whether the registry carries the person as living here."""

    AKTIF = "AKTIF"
    MENINGGAL = "MENINGGAL"
    GANDA = "GANDA"
    NONAKTIF = "NONAKTIF"
    TIDAK_DAPAT_DIPROSES = "TIDAK_DAPAT_DIPROSES"


class HubunganKeluarga(StrEnum):
    """Relation to the head of the family: the finest split that any source makes (Dukcapil's 11).

    BPS/DTSEN knows 8; a source that cannot tell husband from wife gives the joined value.
    """

    KEPALA_KELUARGA = "KEPALA_KELUARGA"
    SUAMI = "SUAMI"
    ISTRI = "ISTRI"
    ISTRI_SUAMI = "ISTRI_SUAMI"
    ANAK = "ANAK"
    MENANTU = "MENANTU"
    CUCU = "CUCU"
    ORANGTUA = "ORANGTUA"
    MERTUA = "MERTUA"
    ORANGTUA_MERTUA = "ORANGTUA_MERTUA"
    FAMILI_LAIN = "FAMILI_LAIN"
    PEMBANTU = "PEMBANTU"
    LAINNYA = "LAINNYA"


class Alamat(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """A street address below the village. RT and RW have three digits."""

    jalan: Teks = UNSET
    dusun: Teks = UNSET
    rt: Teks = UNSET
    rw: Teks = UNSET
    kode_pos: Teks = UNSET


class Penduduk(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """One resident. `nik` and `no_kk` are texts of 16 digits."""

    nik: Teks = UNSET
    no_kk: Teks = UNSET
    nama_lengkap: Teks = UNSET
    tempat_lahir: Teks = UNSET
    tanggal_lahir: date | UnsetType | None = UNSET
    jenis_kelamin: JenisKelamin | UnsetType | None = UNSET
    agama: Teks = UNSET
    status_kawin: StatusKawin | UnsetType | None = UNSET
    pekerjaan: Teks = UNSET
    pendidikan: Teks = UNSET
    golongan_darah: Teks = UNSET
    nama_ibu_kandung: Teks = UNSET
    nama_ayah: Teks = UNSET
    status_hubungan_keluarga: HubunganKeluarga | UnsetType | None = UNSET
    alamat: Alamat | UnsetType = UNSET
    kode_wilayah: Teks = UNSET
    """Kemendagri code with dots, as deep as the source tells: `64.02.06.1001`."""
    provinsi: Teks = UNSET
    kab_kota: Teks = UNSET
    kecamatan: Teks = UNSET
    desa_kelurahan: Teks = UNSET
    status_penduduk: StatusPenduduk | UnsetType = UNSET
    nik_ayah: Teks = UNSET
    nik_ibu: Teks = UNSET
    no_akta_lahir: Teks = UNSET
    no_akta_kawin: Teks = UNSET
    tanggal_kawin: date | UnsetType | None = UNSET
    no_akta_cerai: Teks = UNSET
    tanggal_cerai: date | UnsetType | None = UNSET
    status_ektp: Teks = UNSET
    catatan_disabilitas: Teks = UNSET


ATRIBUT_PENDUDUK: Final[tuple[str, ...]] = Penduduk.__struct_fields__


class NilaiAsli(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """What the source wrote, beside our reading: the text and the code list that explains it."""

    teks: str
    daftar: str | None = None
    """Name and version of the source's code list, for example `dukcapil-shdk@siak`."""


class Peringatan(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """Something odd that does not stop the record. `pesan` holds no personal data."""

    kode: str
    atribut: str | None = None
    pesan: str = ""


class Asal(Quiet, frozen=True, kw_only=True, omit_defaults=True):
    """Which system said something, and when."""

    sistem: str
    pada: datetime
    id_sumber: str | None = None
    versi: str | None = None
    """The source's own edition, such as `DTSEN Versi 4 Des 2025`."""


def terisi(record: msgspec.Struct, di_antara: Container[str] | None = None) -> dict[str, Any]:
    """The attributes that the source spoke of, by name; None is a value, UNSET is not.

    `di_antara`: only those; None = all.
    """
    names = record.__struct_fields__
    if di_antara is not None:
        names = tuple([name for name in names if name in di_antara])
    return {name: value for name in names if (value := getattr(record, name)) is not UNSET}


def per_bagian(penduduk: Penduduk) -> dict[str, Any]:
    """The attributes that have a value, by name; the address by its parts, as `alamat.jalan`."""
    told = terisi(penduduk)
    if isinstance(address := told.pop("alamat", None), Alamat):
        told |= {f"alamat.{part}": value for part, value in terisi(address).items()}
    return {name: value for name, value in told.items() if value is not None}
