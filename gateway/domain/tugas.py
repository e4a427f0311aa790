"""A lookup job (tugas): many residents at once, asked for in the background."""

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from gateway.domain.freshness import Keadaan
from gateway.domain.narrowing import Penyempitan
from gateway.domain.nik_cache import CachedAnswer
from gateway.kit.struct import Quiet


class StatusTugas(StrEnum):
    """Where a job stands. From SELESAI on nothing more is asked."""

    MENERIMA = "menerima"
    """Its rows are still arriving; nobody sees it yet."""
    ANTRE = "antre"
    BERJALAN = "berjalan"
    MENUNGGU = "menunggu"
    """Told, never stored: it runs, but not before a moment that it names, with the reason."""
    SELESAI = "selesai"
    DIBATALKAN = "dibatalkan"
    KEDALUWARSA = "kedaluwarsa"
    """It was not finished within the time that an installation gives jobs."""


TERBUKA: Final = (StatusTugas.ANTRE, StatusTugas.BERJALAN)
"""Rows of these are asked for."""


class KodeBaris(StrEnum):
    """Why a row of the input cannot be asked for."""

    NOT_SIXTEEN_DIGITS = "not_sixteen_digits"
    NIK_MISSING = "nik_missing"
    NOT_JSON = "not_json"
    NOT_CSV = "not_csv"
    NOT_UTF8 = "not_utf8"
    LINE_TOO_LONG = "line_too_long"


class Baris(Quiet, frozen=True, kw_only=True, array_like=True):
    """One row to ask for. `baris` is its line in the input, counted from 1."""

    baris: int
    nik: str


class BarisSalah(msgspec.Struct, frozen=True, kw_only=True):
    """One row that cannot be asked for."""

    baris: int
    kode: KodeBaris


class PemilikTugas(msgspec.Struct, frozen=True, kw_only=True):
    """Whose job it is: only this client, under this grant, can see it."""

    client_id: str
    grant_id: str


class Tugas(Quiet, frozen=True, kw_only=True):
    """One job as its owner may know it: counts of rows, never whom they are about."""

    id: str
    pemilik: PemilikTugas
    status: StatusTugas
    sempit: Penyempitan | None
    """What the token left of the grant with which the job was handed in."""
    jumlah: int = 0
    """Rows to ask for."""
    salah: int = 0
    terjawab: int = 0
    gagal: int = 0
    dibuat_pada: datetime
    mulai_pada: datetime | None = None
    selesai_pada: datetime | None = None
    lanjut_pada: datetime | None = None
    """Nothing is asked before this moment."""
    alasan: str | None = None
    """Why not: an error code."""
    hapus_pada: datetime | None = None
    """When all of it is destroyed."""

    @property
    def sisa(self) -> int:
        """Rows that are still to be asked for."""
        return self.jumlah - self.terjawab - self.gagal

    @property
    def tersimpan(self) -> int:
        """Results that are there; the number of the last one."""
        return self.salah + self.terjawab + self.gagal

    @property
    def terbuka(self) -> bool:
        """Whether rows are still asked for."""
        return self.status in TERBUKA

    def menunggu(self, now: datetime) -> bool:
        """Whether nothing is asked at the moment, and why stands in `alasan`."""
        return self.terbuka and self.lanjut_pada is not None and now < self.lanjut_pada


class JawabanBaris(Quiet, frozen=True, kw_only=True):
    """What came of one row: an answer, reduced to what was granted, or why there is none.

    Neither: nobody was asked, because the person had disclosure stopped.
    """

    baris: int
    nik: str
    jawaban: CachedAnswer | None = None
    keadaan: Keadaan = Keadaan.SEGAR
    gagal: str | None = None
    """An error code."""


class HasilTersimpan(Quiet, frozen=True, kw_only=True):
    """One stored result. `urut` counts a job's results in the order in which they were stored."""

    urut: int
    baris: int
    salah: KodeBaris | None = None
    jawaban: JawabanBaris | None = None
    """None for a row that could not be asked for."""


class Potong(Quiet, frozen=True, kw_only=True):
    """A block of a job's rows, lent to one worker until its lease ends."""

    tugas: Tugas
    nomor: int
    baris: tuple[Baris, ...]
    """Those of its rows that have no result yet."""
    percobaan: int
    """How often rows of it were tried that may never succeed."""
