"""What a person is told: who looked at their data, and what became of their requests."""

from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Final

from gateway.kit.struct import Quiet


class Zona(StrEnum):
    """By which clock days are told."""

    WIB = "WIB"
    WITA = "WITA"
    WIT = "WIT"

    @property
    def zone(self) -> timezone:
        """The zone of the clock."""
        return _ZONES[self]


_ZONES: Final = {
    zona: timezone(timedelta(hours=hours), zona.value)
    for zona, hours in ((Zona.WIB, 7), (Zona.WITA, 8), (Zona.WIT, 9))
}


class Sebutan(Quiet, frozen=True, kw_only=True):
    """A name for people, with the code beside it."""

    nama: str
    kode: str | None = None


class HariAkses(Quiet, frozen=True, kw_only=True):
    """How often on one day."""

    tanggal: date
    kali: int


class KelompokAkses(Quiet, frozen=True, kw_only=True):
    """Accesses that differ in nothing but their time."""

    instansi: Sebutan
    kegiatan: Sebutan
    tujuan: Sebutan
    dasar_hukum: str | None
    nomor_pks: str | None
    grant_id: str | None
    hasil: Sebutan
    alasan: Sebutan | None
    atribut: tuple[Sebutan, ...]
    """What was given, or compared; empty where nothing was."""
    sumber: tuple[Sebutan, ...]
    catatan: tuple[str, ...]
    kali: int
    pertama: datetime
    terakhir: datetime
    per_hari: tuple[HariAkses, ...]


class PermintaanTampak(Quiet, frozen=True, kw_only=True):
    """One of the person's requests."""

    id: str
    jenis: Sebutan
    status: Sebutan
    berkas: str
    diterima_pada: datetime
    batas_pada: datetime
    diputus_pada: datetime | None
    berakhir_pada: datetime | None
    alasan: str | None
    menahan: bool
    """Whether it stops disclosure now."""


class DaftarTanpaNama(Quiet, frozen=True, kw_only=True):
    """Disclosures of one client that were noted without saying whose records left."""

    instansi: Sebutan
    kali: int
    rekaman: int
    pertama: datetime
    terakhir: datetime


class Ringkasan(Quiet, frozen=True, kw_only=True):
    """The report in four numbers."""

    akses: int
    diberikan: int
    tidak_diberikan: int
    instansi: int
    """How many different ones were given something."""


class LaporanSubjek(Quiet, frozen=True, kw_only=True):
    """The whole report. Moments are UTC; days are those of `zona`."""

    dibuat_pada: datetime
    dari: datetime | None
    sampai: datetime
    zona: Zona
    catatan_tertua: datetime | None
    """When the oldest entry of the log was written; of before that nothing is known."""
    ringkasan: Ringkasan
    kelompok: tuple[KelompokAkses, ...]
    permintaan: tuple[PermintaanTampak, ...]
    lengkap: bool
    """Whether every disclosure of the period names the persons; else see `tanpa_nama`."""
    tanpa_nama: tuple[DaftarTanpaNama, ...]
    batas: tuple[str, ...]
    """What the report cannot tell."""
