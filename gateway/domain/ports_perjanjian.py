"""What the use cases around agreements need from the cellar."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from gateway.domain.periode import Periode
from gateway.domain.perjanjian import JenisLaporan, Perjanjian
from gateway.kit.struct import Quiet


class Diserahkan(msgspec.Struct, frozen=True, kw_only=True):
    """A report that was handed in."""

    nomor: str
    jenis: JenisLaporan
    periode: str


class Agreements(Protocol):
    """The recorded agreements, and which of their reports were handed in."""

    async def one(self, nomor: str) -> Perjanjian | None:
        """One agreement."""

    async def all(self) -> Sequence[Perjanjian]:
        """All of them by number."""

    async def add(self, perjanjian: Perjanjian, *, oleh: str) -> None:
        """Store a new one. Raises Conflict where the number is there already."""

    async def update(
        self, nomor: str, step: Callable[[Perjanjian], Perjanjian], *, oleh: str, peristiwa: str
    ) -> Perjanjian:
        """Store what `step` makes of one, while nobody else can change it. Raises NotFound."""

    async def hand_in(self, laporan: Diserahkan, *, pada: datetime, oleh: str) -> None:
        """Note that a report was handed in; a second time changes nothing."""

    async def handed_in(self) -> Collection[Diserahkan]:
        """All that were."""


class Ukuran(StrEnum):
    """By what uses may be counted."""

    SEMUA = "semua"
    BULAN = "bulan"
    PERISTIWA = "peristiwa"
    HASIL = "hasil"
    ALASAN = "alasan"
    TUJUAN = "tujuan"
    CLIENT = "client_id"


class Pemakaian(msgspec.Struct, frozen=True, kw_only=True):
    """What the audit log holds of one key: entries by outcome, records, and distinct persons."""

    kunci: str
    """Month as 2026-05, event, outcome, reason, purpose or client; empty where there is none."""
    akses: int = 0
    diberikan: int = 0
    tidak_ditemukan: int = 0
    ditolak: int = 0
    gagal: int = 0
    rekaman: int = 0
    orang: int = 0


Kunci = Sequence[tuple[Ukuran, str]]
"""The row of each table that an entry is counted in."""


class UsageLog(Protocol):
    """Counts what the audit log holds of one agreement."""

    async def by(self, nomor: str, periode: Periode, ukuran: Ukuran) -> Sequence[Pemakaian]:
        """One row for each key that occurs, by key; one row with all zeros for SEMUA at least."""

    async def attributes(self, nomor: str, periode: Periode) -> Mapping[str, int]:
        """How often each attribute was disclosed."""

    def listed(self, nomor: str, periode: Periode) -> AsyncIterator[tuple[Kunci, Collection[str]]]:
        """The names in lists, list by list, with where they are counted."""

    async def asked(
        self, nomor: str, periode: Periode, subjek: Collection[str]
    ) -> Sequence[tuple[str, Kunci]]:
        """Where those of at most 500 pseudonyms are counted that entries are about."""

    async def oldest(self) -> datetime | None:
        """The moment of the oldest entry that is still there, of whatever agreement."""


class Tally(Protocol):
    """Counts distinct names by key, without growing in memory."""

    def add(self, keys: Iterable[tuple[Ukuran, str]], names: Collection[str]) -> None:
        """Count these names under each of these keys."""

    def which(self, names: Collection[str]) -> Collection[str]:
        """Those of at most 500 names that are counted under some key."""

    def drop(self, keys: Iterable[tuple[Ukuran, str]], name: str) -> None:
        """Count a name under these keys no more."""

    def counts(self) -> Mapping[tuple[Ukuran, str], int]:
        """How many names are counted under each key."""


class Tumpukan(msgspec.Struct, frozen=True, kw_only=True):
    """Whose rows: one agreement's towards one system for one period."""

    nomor: str
    sistem: str
    periode: str


class BarisBalikan(Quiet, frozen=True, kw_only=True):
    """One use of one person's data that feedback is owed for: by one client for one purpose."""

    subjek: str
    tujuan: str
    client_id: str
    jumlah: int
    pertama: datetime


class HitunganBalikan(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows are owed still, and how many were sent."""

    terutang: int
    terkirim: int


class BalikanQueue(Protocol):
    """The rows of data balikan, and which of them were sent. Persons are pseudonyms."""

    async def collect(self, tumpukan: Tumpukan, periode: Periode, *, simpanan: bool) -> None:
        """Take in from the audit log what is owed; what was sent stays as it was.

        `simpanan`: count answers from the cache, too.
        """

    async def owed(
        self, tumpukan: Tumpukan, subjek: Collection[str]
    ) -> Mapping[str, Sequence[BarisBalikan]]:
        """The rows of these persons that were not sent."""

    async def sent(
        self, tumpukan: Tumpukan, baris: Sequence[BarisBalikan], *, pada: datetime
    ) -> None:
        """Remember that rows were sent."""

    async def counts(self, tumpukan: Tumpukan) -> HitunganBalikan:
        """How many rows there are."""

    async def periods(self) -> Collection[str]:
        """The periods that there are rows of."""

    async def forget(self, periode: str) -> int:
        """Forget every row of a period; how many there were."""


class StoredNiks(Protocol):
    """The NIKs that the gateway holds anyway, sealed, with its records."""

    def batches(self) -> AsyncIterator[Sequence[str]]:
        """Every NIK once, opened, a few hundred at a time."""
