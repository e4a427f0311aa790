"""What the use cases of lookup jobs need from the store."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from gateway.domain.tugas import (
    Baris,
    BarisSalah,
    HasilTersimpan,
    JawabanBaris,
    PemilikTugas,
    Potong,
    Tugas,
)


class Digest(Protocol):
    """A keyed hash that is being made."""

    def update(self, data: bytes, /) -> None:
        """Take more."""

    def hexdigest(self) -> str:
        """The hash of all that was taken, as text."""


class LeaseLost(Exception):
    """The block is not this worker's any more, or its job has ended; what it brought is dropped."""


class TooManyOpen(Exception):
    """The owner has as many open jobs as it may."""


class JobStore(Protocol):
    """Keeps jobs for those who hand them in and read them. Rows and answers lie sealed."""

    async def begin(self, tugas: Tugas) -> None:
        """Make a job that takes rows; nobody sees it before it is handed in."""

    async def add_rows(
        self, tugas_id: str, blocks: Sequence[Sequence[Baris]], salah: Sequence[BarisSalah]
    ) -> None:
        """Add blocks of rows, and rows that cannot be asked for."""

    async def hand_in(
        self, tugas_id: str, kunci: str, sidik: str, *, now: datetime, most: int
    ) -> bool:
        """Queue a job under its owner's key. False where the key has a job already.

        Raises TooManyOpen where the owner would have more than `most` open jobs.
        """

    async def discard(self, tugas_id: str) -> None:
        """Destroy a job with all that belongs to it."""

    async def by_key(self, pemilik: PemilikTugas, kunci: str) -> tuple[Tugas, str] | None:
        """The job under a key, and the keyed hash of its body."""

    async def one(self, pemilik: PemilikTugas, tugas_id: str) -> Tugas | None:
        """One job of its owner's."""

    async def page(
        self, pemilik: PemilikTugas, before: tuple[datetime, str] | None, limit: int
    ) -> Sequence[Tugas]:
        """The owner's jobs, the newest first."""

    async def count_open(self, pemilik: PemilikTugas) -> int:
        """How many of the owner's jobs have not ended."""

    async def cancel(self, pemilik: PemilikTugas, tugas_id: str, *, now: datetime) -> Tugas | None:
        """End a job where it is open, and destroy the rows that were not asked for."""

    async def results(
        self, tugas_id: str, after: int, last: int, limit: int
    ) -> Sequence[HasilTersimpan]:
        """Results numbered from `after` (without it) to `last`, in order."""


class JobQueue(Protocol):
    """Lends the rows of open jobs to workers, block by block, in all processes together."""

    async def claim(self, pekerja: str, *, now: datetime, lease: timedelta) -> Potong | None:
        """A block that nobody works on, of the job that waited longest; None = there is none."""

    async def renew(self, pekerja: str, potong: Potong, *, until: datetime) -> None:
        """Hold a block longer. Raises LeaseLost."""

    async def store(self, pekerja: str, potong: Potong, hasil: Sequence[JawabanBaris]) -> None:
        """Keep what came of some rows, all or nothing. Raises LeaseLost."""

    async def finish(self, pekerja: str, potong: Potong, *, now: datetime) -> None:
        """Every row of a block has its result; ends the job with its last one. Raises LeaseLost."""

    async def give_back(
        self, pekerja: str, potong: Potong, *, until: datetime, alasan: str, tried: bool
    ) -> None:
        """Return a block, and have its whole job wait. `tried`: rows may never succeed."""

    async def sweep(self, *, now: datetime) -> int:
        """Destroy what has lived long enough, end what takes too long; how many jobs."""
