"""Cuts a stream of bytes into lines, holding never more than one line of bounded length."""

from codecs import BOM_UTF8
from collections.abc import Iterator

Line = tuple[int, bytes | None]
"""Number from 1, and content without its end; None for a line that is too long to be held."""


class Lines(Iterator[Line]):
    """Feed it pieces and take the whole lines out in between; `end` gives up the last one.

    A byte order mark, with which editors begin a file, is no part of the first line.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._number = 0
        self._rest = b""
        self._too_long = False
        self._lines: Iterator[bytes] = iter(())

    def feed(self, piece: bytes) -> None:
        """Take the next piece. Every line of the one before was taken out."""
        *lines, rest = piece.split(b"\n")
        if lines:
            lines[0] = self._rest + lines[0]
            self._rest = rest
        else:
            self._rest += rest
        self._lines = iter(lines)

    def __next__(self) -> Line:
        line = next(self._lines, None)
        if line is None:
            self._forget_too_long()
            raise StopIteration
        return self._told(line)

    def end(self) -> Line | None:
        """The last line, where it does not end with a newline."""
        rest, self._rest = self._rest, b""
        return self._told(rest) if rest or self._too_long else None

    def _told(self, line: bytes) -> Line:
        self._number += 1
        if self._number == 1:
            line = line.removeprefix(BOM_UTF8)
        is_sound = not self._too_long and len(line) <= self._longest
        self._too_long = False
        return self._number, line.removesuffix(b"\r") if is_sound else None

    def _forget_too_long(self) -> None:
        """Of a line that has no end in sight, only remember that it is too long."""
        if len(self._rest) > self._longest:
            self._rest = b""
            self._too_long = True
