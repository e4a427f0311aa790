"""Whether ids differ, however many there are: sorted in files, with little of them in memory."""

import heapq
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Final, Self

_AT_ONCE: Final = 1 << 17
_ID: Final = 16
_ROW: Final = _ID + 8


class Identities:
    """Ids with their places in the log, which ascend."""

    def __init__(self, at_once: int = _AT_ONCE) -> None:
        """`at_once`: how many are sorted in memory."""
        self._at_once = at_once
        self._rows: list[bytes] = []
        self._sorted: list[IO[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in self._sorted:
            file.close()

    def add(self, entri_id: str, index: int) -> None:
        """Remember the id (a UUID) of an entry."""
        self._rows.append(bytes.fromhex(entri_id.replace("-", "")) + index.to_bytes(8))
        if len(self._rows) == self._at_once:
            self._put_aside()

    def first_repeated(self) -> int | None:
        """The first place in the log at which there is an id that was there before."""
        found, before = None, b""
        rows = heapq.merge(sorted(self._rows), *map(self._read, self._sorted))
        for row in rows:
            if row[:_ID] == before[:_ID]:
                place = int.from_bytes(row[_ID:])
                found = place if found is None else min(found, place)
            before = row
        return found

    def _put_aside(self) -> None:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._sorted.append(file)
        file.write(b"".join(sorted(self._rows)))
        self._rows.clear()

    @staticmethod
    def _read(file: IO[bytes]) -> Iterator[bytes]:
        file.seek(0)
        while row := file.read(_ROW):
            yield row
