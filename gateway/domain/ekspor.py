"""A bulk export (ekspor): all that a view shows at one moment, in files for one reader."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from gateway.domain.narrowing import Penyempitan
from gateway.domain.policy import View
from gateway.domain.tugas import PemilikTugas
from gateway.domain.umpan import (
    JenisPerubahan,
    KeadaanUmpan,
    Telusur,
    sebentuk,
    sidik_view,
    tertua,
)
from gateway.domain.wilayah import memuat
from gateway.kit.struct import Quiet

JENIS_EKSPOR: Final = "ppks"
"""The kind of records that can be exported: so it is called in a manifest, and asked for."""


class StatusEkspor(StrEnum):
    """Where an export stands. One that was cancelled, or is past its time, is not there."""

    ANTRE = "antre"
    BERJALAN = "berjalan"
    SELESAI = "selesai"
    GAGAL = "gagal"


TERBUKA: Final = (StatusEkspor.ANTRE, StatusEkspor.BERJALAN)
"""These are worked on."""


class FormatEkspor(StrEnum):
    """How records are written."""

    NDJSON = "ndjson"
    PARQUET = "parquet"


class AlasanEkspor(StrEnum):
    """Why an export waits, or has failed: error codes."""

    KUOTA_HABIS = "grant_quota_spent"
    PENUH = "export_storage_full"
    MELEBIHI_KUOTA = "export_exceeds_quota"
    TERLALU_BESAR = "export_too_large"
    GRANT_BERUBAH = "grant_changed"
    TERLALU_LAMA = "since_too_old"
    TERHENTI = "unavailable"
    """The store or the audit log went away meanwhile."""
    INTERNAL = "internal"


class Titik(msgspec.Struct, frozen=True, kw_only=True):
    """A moment of which a reader has a copy: what it saw then, and how far changes had come."""

    pandangan: View
    nomor: int
    """Changes up to this number are in the copy."""
    pada: datetime


class BerkasEkspor(msgspec.Struct, frozen=True, kw_only=True):
    """One file of an export."""

    nomor: int
    """Counted from 1 within the export."""
    jenis: JenisPerubahan
    """Records that are there, or the names of those that left the view."""
    baris: int
    ukuran: int
    """Bytes on the disk."""


class BagianEkspor(msgspec.Struct, frozen=True, kw_only=True):
    """The records of one file: those whose newest change has a number of this range."""

    sesudah: int
    sampai: int
    baris: int


class Ekspor(Quiet, frozen=True, kw_only=True):
    """One export."""

    id: str
    pemilik: PemilikTugas
    sempit: Penyempitan | None
    """What the token left of the grant with which it was asked for."""
    pandangan: View
    """What it may hold, for good: a grant that is widened later shows no more in it."""
    permintaan: str
    """The URL by which it was asked for."""
    format: FormatEkspor
    dasar: Titik | None = None
    """It holds what changed since then; None = everything."""
    status: StatusEkspor = StatusEkspor.ANTRE
    percobaan: int = 0
    """How often it was begun; files of an earlier try are none of its own."""
    kegagalan: int = 0
    """Tries that failed in the gateway itself. To wait for the store or a quota is no failure."""
    jumlah: int | None = None
    """Records that it will hold; None = not counted yet."""
    tertulis: int = 0
    terbayar: int = 0
    """Records that were taken from a grant's day for it."""
    transaksi_pada: datetime | None = None
    """The moment that it shows."""
    dibuat_pada: datetime
    selesai_pada: datetime | None = None
    lanjut_pada: datetime | None = None
    """It is not worked on before this moment."""
    alasan: AlasanEkspor | None = None
    hapus_pada: datetime | None = None
    """When it is destroyed, with its files."""

    @property
    def terbuka(self) -> bool:
        """Whether it is still worked on."""
        return self.status in TERBUKA

    def menunggu(self, now: datetime) -> bool:
        """Whether it is not worked on at the moment, and why stands in `alasan`."""
        return self.terbuka and self.lanjut_pada is not None and now < self.lanjut_pada


class EksporJadi(Quiet, frozen=True, kw_only=True):
    """An export that is there to be read."""

    ekspor: Ekspor
    berkas: tuple[BerkasEkspor, ...]


def bentuk_berkas(ekspor: Ekspor, jenis: JenisPerubahan) -> FormatEkspor:
    """What left the view is told in lines, whatever form the records have."""
    return ekspor.format if jenis is JenisPerubahan.ADA else FormatEkspor.NDJSON


def nama_berkas(ekspor: Ekspor, berkas: BerkasEkspor) -> str:
    """What a file is called."""
    begins = JENIS_EKSPOR if berkas.jenis is JenisPerubahan.ADA else berkas.jenis.value
    return f"{begins}-{berkas.nomor:04}.{bentuk_berkas(ekspor, berkas.jenis)}"


def bagi(units: Sequence[BagianEkspor], *, hands: int, most: int) -> list[BagianEkspor]:
    """Ranges side by side put together to one for each file, as many and large for each hand.

    No file holds more than `most` rows, if no unit does.
    """
    total = sum(unit.baris for unit in units)
    files = hands * max(1, math.ceil(total / (hands * most)))
    enough = math.ceil(total / files)
    parts: list[BagianEkspor] = []
    for unit in units:
        last = parts[-1] if parts else unit
        rows = last.baris + unit.baris
        if not parts or last.baris >= enough or rows > most:
            parts.append(unit)
        else:
            parts[-1] = msgspec.structs.replace(last, sampai=unit.sampai, baris=rows)
    return parts


def telusur(pandangan: View, dasar: Titik | None, terakhir: int) -> Telusur:
    """What the feed is searched for, where its newest number is `terakhir`."""
    if dasar is None:
        return Telusur(view=pandangan, nomor=0, awal=terakhir)
    if sidik_view(pandangan) == sidik_view(dasar.pandangan):
        return Telusur(view=pandangan, nomor=dasar.nomor, awal=dasar.nomor)
    return Telusur(
        view=pandangan,
        nomor=0,
        awal=terakhir,
        pegangan=((dasar.pandangan, dasar.nomor),),
        hemat=sebentuk(dasar.pandangan, pandangan),
    )


def terlalu_lama(dasar: Titik, keadaan: KeadaanUmpan, simpan: timedelta, now: datetime) -> bool:
    """Whether it is no longer known what changed since then.

    Of a store that was put back to an earlier state nobody knows what was told.
    """
    return dasar.pada < tertua(keadaan, simpan, now) or dasar.nomor > keadaan.terakhir


def termuat(dibuat: View, kini: View) -> bool:
    """Whether all that was written under the one view may be told under the other."""
    return (
        dibuat.rekaman <= kini.rekaman
        and dibuat.terbatas <= kini.terbatas
        and dibuat.samaran == kini.samaran
        and dibuat.atribut <= kini.atribut
        and _within(dibuat.kategori, kini.kategori)
        and _areas_within(dibuat.wilayah, kini.wilayah)
    )


def _within(inner: frozenset[str] | None, outer: frozenset[str] | None) -> bool:
    if outer is None:
        return True
    return inner is not None and inner <= outer


def _areas_within(inner: frozenset[str] | None, outer: frozenset[str] | None) -> bool:
    if outer is None:
        return True
    return inner is not None and all(any(memuat(big, area) for big in outer) for area in inner)
