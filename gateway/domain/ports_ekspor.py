"""What the use cases of bulk exports need from the store and from the disk."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

from gateway.domain.ekspor import (
    AlasanEkspor,
    BerkasEkspor,
    Ekspor,
    EksporJadi,
    FormatEkspor,
    Titik,
)
from gateway.domain.tugas import PemilikTugas
from gateway.domain.umpan import JenisPerubahan, KeadaanUmpan

Rows = Sequence[Any]
"""Some records as the store has them."""
Show = Callable[[Rows], Sequence[msgspec.Struct]]
"""What makes of them what a reader sees; works for a while, and in any thread."""

Note = Callable[[Sequence[str]], Awaitable[None]]
"""Told the reference keys of some whose records are being written."""
Alive = Callable[[], Awaitable[frozenset[tuple[str, int]]]]
"""Answers the id and the newest try of every export that may have files."""


class StorageFull(Exception):
    """The disk, or the part of it that exports may have, is full."""


class FileAway(Exception):
    """A file that ought to be there cannot be read."""


class ExportStore(Protocol):
    """Keeps exports for those who ask for them."""

    async def begin(self, ekspor: Ekspor, most: int) -> Ekspor | None:
        """Queue it; where the same is being made already, that one. None = `most` are there."""

    async def one(self, pemilik: PemilikTugas, ekspor_id: str, now: datetime) -> EksporJadi | None:
        """One export of its owner's, if its time is not over."""

    async def page(
        self, pemilik: PemilikTugas, before: tuple[datetime, str] | None, limit: int, now: datetime
    ) -> Sequence[EksporJadi]:
        """The owner's exports, the newest first."""

    async def all(self, now: datetime) -> Sequence[EksporJadi]:
        """Everybody's exports, the newest first."""

    async def remove(self, ekspor_id: str, pemilik: PemilikTugas | None = None) -> bool:
        """End it and forget it; False where there is none such (of this owner)."""

    async def point(self, pemilik: PemilikTugas, sejak: datetime) -> Titik | None:
        """The newest moment up to `sejak` of which the owner has a copy."""

    async def withheld(self, ekspor: Ekspor) -> bool:
        """Whether one that is made holds somebody who stopped disclosure since its moment."""


class ExportQueue(Protocol):
    """Lends exports to the workers of all processes. What is not held any more raises LeaseLost."""

    async def claim(self, pekerja: str, *, now: datetime, lease: timedelta) -> Ekspor | None:
        """One that nobody works on, the oldest first; None = there is none."""

    async def renew(self, pekerja: str, ekspor: Ekspor, *, until: datetime, tertulis: int) -> None:
        """Hold it longer, and tell how far it is."""

    async def counted(self, pekerja: str, ekspor: Ekspor, *, jumlah: int, terbayar: int) -> None:
        """Keep how many records it will hold, and how many were taken from a grant's day."""

    async def finish(
        self,
        pekerja: str,
        ekspor: Ekspor,
        berkas: Sequence[BerkasEkspor],
        titik: Titik,
        *,
        now: datetime,
    ) -> None:
        """All its files are there: from now on it can be read.

        It shows the moment `titik.pada`, or one right after it where the owner has a copy of that.
        """

    async def give_back(
        self, pekerja: str, ekspor: Ekspor, *, until: datetime, alasan: AlasanEkspor
    ) -> None:
        """Return it; it waits. `INTERNAL` is counted as a failure, what it waits for is not."""

    async def fail(
        self, pekerja: str, ekspor: Ekspor, *, now: datetime, alasan: AlasanEkspor
    ) -> None:
        """It will never be made."""

    async def sweep(self, *, now: datetime, keep_points: timedelta) -> None:
        """Forget what has lived long enough."""

    async def alive(self) -> frozenset[tuple[str, int]]:
        """Id and newest try of every export that may have files."""


class Moment(Protocol):
    """The store as one moment saw it."""

    @property
    def umpan(self) -> KeadaanUmpan:
        """How far the feed goes."""

    async def count(self) -> int:
        """How many records there are to tell."""

    async def write(self, files: "Writing", note: Note) -> None:
        """Write all records; `note` is awaited for each some of them. Raises what it raises."""

    @property
    def columns(self) -> Sequence[str]:
        """The attributes that a record may have."""

    def gone(self) -> AsyncIterator[Sequence[msgspec.Struct]]:
        """What left the view, some at a time."""


class ExportSource(Protocol):
    """Reads the records of a view, and what left it."""

    def moment(self, ekspor: Ekspor) -> AbstractAsyncContextManager[Moment]:
        """All that is read within the block is of one moment."""

    async def state(self) -> KeadaanUmpan:
        """How far the feed goes now."""

    async def number_at(self, moment: datetime) -> int:
        """Changes up to this number were surely made before the moment."""


class Writing(Protocol):
    """The files of one export while they are made. Nobody can read them."""

    @property
    def berkas(self) -> Sequence[BerkasEkspor]:
        """The files, once they are closed."""

    async def put(self, jenis: JenisPerubahan, rows: Rows, show: Show) -> None:
        """Write some records. Raises StorageFull."""

    def adopt(self, berkas: Sequence[BerkasEkspor]) -> None:
        """Count files that others put beside, under the first numbers."""

    async def close(self) -> None:
        """Have all that was put durably on the disk. Raises StorageFull."""


class ExportShelf(Protocol):
    """The disk on which files of exports lie, encrypted."""

    def writing(
        self, ekspor: Ekspor, columns: Sequence[str]
    ) -> AbstractAsyncContextManager[Writing]:
        """Make the files of an export's present try."""

    def reading(
        self, ekspor: Ekspor, berkas: BerkasEkspor, *, packed: bool
    ) -> AsyncIterator[bytes]:
        """A file's content; `packed` = NDJSON stays compressed. Raises FileAway."""

    async def used(self) -> int:
        """Bytes that are taken."""

    async def full(self) -> bool:
        """Whether as many bytes are taken as exports may have."""

    async def keep_only(self, alive: Alive) -> None:
        """Remove what belongs to no export that is there; `alive` is asked after a look."""

    @property
    def formats(self) -> frozenset[FormatEkspor]:
        """What can be written here."""
