"""The folder in which files of exports lie. All instances of the gateway share it.

An export's files lie under its id and the number of the try that made them, so that a try that was
given up, by a process that is gone or only slow, never gets in the way of the next one.
"""

import asyncio
import shutil
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from gateway.domain.ekspor import BerkasEkspor, Ekspor, FormatEkspor, bentuk_berkas
from gateway.domain.ports import SealBroken, Sealer
from gateway.domain.ports_ekspor import Alive, FileAway
from gateway.infra.exports.formats import formats_here
from gateway.infra.exports.sealed import sealed_chunks
from gateway.infra.exports.writing import FilesInTheMaking, file_name, seal_name

_PIECE: Final = 1 << 20
_GZIP: Final = 31


class ExportFiles:
    """The `ExportShelf` port."""

    def __init__(
        self, folder: Path, sealer: Sealer, *, rows_per_file: int, most_bytes: int
    ) -> None:
        self._folder = folder
        self._sealer = sealer
        self._rows = rows_per_file
        self._most = most_bytes
        self.formats: frozenset[FormatEkspor] = formats_here()

    @asynccontextmanager
    async def writing(
        self, ekspor: Ekspor, columns: Sequence[str]
    ) -> AsyncIterator[FilesInTheMaking]:
        """What breaks off leaves nothing."""
        folder = self._of(ekspor)
        await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True)
        made = self.begun(ekspor, columns)
        try:
            yield made
        except BaseException:
            await made.abandon()
            await asyncio.to_thread(_remove, folder)
            raise

    def begun(self, ekspor: Ekspor, columns: Sequence[str], first: int = 1) -> FilesInTheMaking:
        """Files from the number `first` on, in the folder that whoever makes the export made."""
        return FilesInTheMaking(
            ekspor,
            self._of(ekspor),
            self._sealer,
            columns,
            rows=self._rows,
            room=self._room,
            first=first,
        )

    async def reading(
        self, ekspor: Ekspor, berkas: BerkasEkspor, *, packed: bool
    ) -> AsyncIterator[bytes]:
        """Opened chunk by chunk, each beside the event loop."""
        path = self._of(ekspor) / file_name(berkas.nomor)
        pieces: Iterator[bytes] = sealed_chunks(path, self._sealer, seal_name(ekspor, berkas.nomor))
        if not packed and bentuk_berkas(ekspor, berkas.jenis) is FormatEkspor.NDJSON:
            pieces = _inflated(pieces)
        while True:
            try:
                piece = await asyncio.to_thread(next, pieces, None)
            except (OSError, SealBroken, zlib.error) as error:
                raise FileAway(type(error).__name__) from None
            if piece is None:
                return
            yield piece

    async def used(self) -> int:
        """Measured on the disk."""
        return await asyncio.to_thread(_size, self._folder)

    async def full(self) -> bool:
        """Whether no other export can be begun."""
        return await self.used() >= self._most

    async def keep_only(self, alive: Alive) -> None:
        """What is there is looked at first: whoever makes a folder said so in the store before."""
        there = await asyncio.to_thread(_tries, self._folder)
        if not there:
            return
        living = await alive()
        for ekspor_id, number in there - living:
            await asyncio.to_thread(_remove, self._folder / ekspor_id / str(number))

    def _of(self, ekspor: Ekspor) -> Path:
        return self._folder / ekspor.id / str(ekspor.percobaan)

    def _room(self) -> int:
        return self._most - _size(self._folder)


def _inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    gzip = zlib.decompressobj(_GZIP)
    for piece in pieces:
        rest = piece
        while rest:
            yield gzip.decompress(rest, _PIECE)
            rest = gzip.unconsumed_tail
    if end := gzip.flush():
        yield end


def _tries(folder: Path) -> frozenset[tuple[str, int]]:
    if not folder.is_dir():
        return frozenset()
    return frozenset(
        (one.parent.name, int(one.name)) for one in folder.glob("*/*") if one.name.isdecimal()
    )


def _size(folder: Path) -> int:
    total = 0
    for path in folder.glob("*/*/*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.parent.rmdir()
    except OSError:
        return
