"""The files of one export while they are made: a thread writes while the store is read."""

import asyncio
import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec

from gateway.domain.ekspor import BerkasEkspor, Ekspor, bentuk_berkas
from gateway.domain.ports import Sealer
from gateway.domain.ports_ekspor import Rows, Show, StorageFull
from gateway.domain.umpan import JenisPerubahan
from gateway.infra.exports.formats import FORMATS, RecordFile
from gateway.infra.exports.sealed import SealedFile

_FULL: Final = frozenset((errno.ENOSPC, errno.EDQUOT))
_GONE: Final = ("jenis", "id", "versi", "pada")


class _Open(msgspec.Struct):
    """The file that takes records at the moment."""

    jenis: JenisPerubahan
    sealed: SealedFile
    records: RecordFile
    rows: int = 0


class FilesInTheMaking:
    """The `Writing` port. What is put is written while the next rows are fetched."""

    def __init__(
        self,
        ekspor: Ekspor,
        folder: Path,
        sealer: Sealer,
        columns: Sequence[str],
        *,
        rows: int,
        room: Callable[[], int],
        first: int = 1,
    ) -> None:
        """`rows` of one file; `room` tells how many bytes may be written yet.

        `first`: the number of the first file.
        """
        self._ekspor = ekspor
        self._folder = folder
        self._sealer = sealer
        self._columns = columns
        self._rows = rows
        self._room = room
        self._first = first
        self._open: _Open | None = None
        self._left = 0  # bytes that the open file may have
        self._under_way: asyncio.Task[None] | None = None
        self.berkas: list[BerkasEkspor] = []

    async def put(self, jenis: JenisPerubahan, rows: Rows, show: Show) -> None:
        """Waits for what was put before. Raises StorageFull."""
        await self._settle()
        work = asyncio.to_thread(self._write, jenis, rows, show)
        self._under_way = asyncio.create_task(work)

    def adopt(self, berkas: Sequence[BerkasEkspor]) -> None:
        """Others wrote them into the same folder."""
        self.berkas += berkas

    async def close(self) -> None:
        """Wait for the disk. Raises StorageFull."""
        await self._settle()
        await asyncio.to_thread(self._finish)

    async def abandon(self) -> None:
        """Wait until nothing is written any more."""
        with suppress(Exception):
            await asyncio.shield(self._settle())
        if self._open is not None:
            self._open.sealed.abandon()

    async def _settle(self) -> None:
        if self._under_way is not None:
            under_way, self._under_way = self._under_way, None
            await under_way

    def _write(self, jenis: JenisPerubahan, rows: Rows, show: Show) -> None:
        with _disk():
            records = show(rows)
            while records:
                file = self._file_for(jenis)
                some, records = records[: self._rows - file.rows], records[self._rows - file.rows :]
                file.records.put(some)
                file.rows += len(some)
                self._fits(file)

    def _file_for(self, jenis: JenisPerubahan) -> _Open:
        """The open file if it has room and is of this kind, else the next one."""
        if self._open is not None and self._open.jenis is jenis and self._open.rows < self._rows:
            return self._open
        self._close_file()
        number = self._next_number()
        self._left = self._room()
        path = self._folder / file_name(number)
        sealed = SealedFile(path, self._sealer, seal_name(self._ekspor, number))
        columns = self._columns if jenis is JenisPerubahan.ADA else _GONE
        make = FORMATS[bentuk_berkas(self._ekspor, jenis)]
        self._open = _Open(jenis, sealed, make(sealed, columns))
        return self._open

    def _close_file(self) -> None:
        if self._open is None:
            return
        made, self._open = self._open, None
        made.records.close()
        self._fits(made)
        number = self._next_number()
        self.berkas.append(
            BerkasEkspor(nomor=number, jenis=made.jenis, baris=made.rows, ukuran=made.sealed.size)
        )

    def _next_number(self) -> int:
        return self._first + len(self.berkas)

    def _fits(self, file: _Open) -> None:
        if file.sealed.size > self._left:
            raise StorageFull

    def _finish(self) -> None:
        with _disk():
            self._close_file()
            handle = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


@contextmanager
def _disk() -> Iterator[None]:
    """A disk without room is told apart from all else that may be wrong with it."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull from None
        raise


def file_name(number: int) -> str:
    """On the disk."""
    return f"{number:06}"


def seal_name(ekspor: Ekspor, number: int) -> str:
    """What tells a file from all others."""
    return f"ekspor|{ekspor.id}|{ekspor.percobaan}|{number}"
