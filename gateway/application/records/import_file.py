"""Takes an operator's file in: row by row, all of a row or nothing of it, safe to repeat."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from gateway.domain.importing import (
    Baris,
    FileBrokeOff,
    FileRefused,
    FileSource,
    Isi,
    KodeMasalah,
    Masalah,
    RingkasanImpor,
    WilayahIndex,
)
from gateway.domain.ports import HitunganImpor, ImportStore, Seen

BATCH: Final = 2000
_ROWS_IN_A_TURN: Final = 100
"""Rows read before the saving gets its turn: about a millisecond."""
_CHUNK: Final = 1 << 20

OnRows = Callable[[int], None]
OnProblem = Callable[[Masalah], None]


class ImportFile:
    """The use case behind `gateway import`."""

    def __init__(self, store: ImportStore, seen: Seen, wilayah: WilayahIndex) -> None:
        self._store = store
        self._seen = seen
        self._wilayah = wilayah

    async def __call__(
        self,
        sistem: str,
        source: FileSource,
        path: Path,
        settings: Mapping[str, str],
        *,
        dry_run: bool,
        on_rows: OnRows,
        on_problem: OnProblem,
    ) -> RingkasanImpor:
        """Read the whole file, store what is sound, report every problem as it is met.

        Raises FileRefused where the file cannot be read, FileBrokeOff where batches were stored
        before a break in the middle: they stay, and repeating the file takes up where it broke off.
        """
        digest = _sha256(path)
        tally = _Tally()
        saving = _Saving(self._store, dry_run=dry_run)
        broken: Masalah | None = None
        try:
            async for batch in _batches(source.read(path, settings, self._wilayah)):
                await saving.take(self._without_repeats(batch, tally, on_problem))
                on_rows(len(batch))
        except FileRefused as refused:
            if not tally.rows:
                raise
            broken = refused.masalah
            tally.problems[broken.kode.value] += 1
        finally:
            tally.stored = await saving.done()
        summary = tally.summary(sistem, digest, settings, dry_run=dry_run)
        if not dry_run:
            await self._store.journal(summary)
        if broken is not None:
            raise FileBrokeOff(broken, summary)
        return summary

    def _without_repeats(
        self, batch: list[Baris], tally: "_Tally", on_problem: OnProblem
    ) -> list[Isi]:
        """The contents of the batch's sound rows, without those that earlier rows told already.

        A row of which nothing is left is refused.
        """
        names = [self._store.identity(isi) for row in batch for isi in row.isi]
        fresh = iter(self._seen.add(names))
        sound: list[Isi] = []
        for row in batch:
            told = [*zip(row.isi, islice(fresh, len(row.isi)), strict=True)]
            new = [isi for isi, is_new in told if is_new]
            problems = list(row.masalah)
            if len(new) < len(told):
                problems.append(_repeated(row.baris, wholly=not new))
            for problem in problems:
                tally.problems[problem.kode.value] += 1
                on_problem(problem)
            tally.rows += 1
            tally.refused += not new
            sound += new
        return sound


class _Saving:
    """Saves batches in their order: one is being written while the next one is read and made."""

    def __init__(self, store: ImportStore, *, dry_run: bool) -> None:
        self._store = store
        self._dry_run = dry_run
        self._stored = HitunganImpor()
        self._newest: asyncio.Task[HitunganImpor] | None = None

    async def take(self, sound: list[Isi]) -> None:
        """Begin to save a batch; returns when the one before is stored."""
        before, self._newest = self._newest, None
        if sound:
            self._newest = asyncio.create_task(self._store.save(sound, dry_run=self._dry_run))
        await self._end(before)

    async def done(self) -> HitunganImpor:
        """What was stored in all."""
        await self._end(self._newest)
        return self._stored

    async def _end(self, task: asyncio.Task[HitunganImpor] | None) -> None:
        if task is not None:
            self._stored += await task


class _Tally:
    """Counts while the file goes by."""

    def __init__(self) -> None:
        self.rows = 0
        self.refused = 0
        self.stored = HitunganImpor()
        self.problems: Counter[str] = Counter()

    def summary(
        self, sistem: str, sha256: str, settings: Mapping[str, str], *, dry_run: bool
    ) -> RingkasanImpor:
        return RingkasanImpor(
            sistem=sistem,
            sha256=sha256,
            pengaturan=dict(settings),
            uji_coba=dry_run,
            baris=self.rows,
            baris_ditolak=self.refused,
            baru=self.stored.baru,
            berubah=self.stored.berubah,
            tetap=self.stored.tetap,
            masalah=dict(sorted(self.problems.items())),
        )


async def _batches(rows: Iterator[Baris]) -> AsyncIterator[list[Baris]]:
    batch: list[Baris] = []
    while part := list(islice(rows, _ROWS_IN_A_TURN)):
        batch += part
        if len(batch) >= BATCH:
            yield batch
            batch = []
        await asyncio.sleep(0)
    if batch:
        yield batch


def _repeated(line: int, *, wholly: bool) -> Masalah:
    which = "baris ini" if wholly else "sebagian isi baris ini"
    return Masalah(
        kode=KodeMasalah.DUPLICATE_ROW,
        baris=line,
        pesan=f"{which} mengulang isi sebelumnya (identitas sama); hapus salah satunya",
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
