"""Unpacks a body chunk by chunk and never grows beyond a bound, compressed or not."""

import zlib
from collections.abc import Iterator
from typing import Final

ACCEPTED: Final = "gzip"
"""The only Content-Coding that is asked for and understood."""
_GZIP_WINDOW: Final = zlib.MAX_WBITS | 16
_PIECE: Final = 65_536


class BodyTooLargeError(Exception):
    """The body, after decompression, is larger than was allowed."""


class BodyUnreadableError(Exception):
    """The body is compressed in a way that was not asked for, is damaged, or ends too early."""


class BoundedStream:
    """Unpacks a body piece by piece: at most `limit` bytes, both on the wire and unpacked.

    `coding` is its Content-Encoding. Raises BodyUnreadableError for one that is not understood.
    """

    def __init__(self, *, coding: str, limit: int) -> None:
        if coding.lower() not in {"", "identity", ACCEPTED}:
            raise BodyUnreadableError
        self._packed = coding.lower() == ACCEPTED
        self._limit = limit
        self._arrived = 0
        self._unpacked = 0
        self._member = zlib.decompressobj(_GZIP_WINDOW)
        self._inside = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What a chunk from the wire holds. Raises BodyTooLargeError, BodyUnreadableError."""
        # Also what unpacks to nothing, for ever, has to end.
        self._arrived += len(chunk)
        if self._arrived > self._limit:
            raise BodyTooLargeError
        if not self._packed:
            yield chunk
            return
        has_more = False
        while chunk or has_more:
            # One byte more than is allowed is enough to know, whatever the chunk would grow to.
            room = min(_PIECE, self._limit - self._unpacked + 1)
            try:
                plain = self._member.decompress(chunk, room)
            except zlib.error:
                raise BodyUnreadableError from None
            self._unpacked += len(plain)
            if self._unpacked > self._limit:
                raise BodyTooLargeError
            yield plain
            # A full piece may have left some of its input's content inside.
            has_more = len(plain) == room
            chunk = self._member.unconsumed_tail
            if not chunk and not has_more:
                chunk = self._next_member()

    def end(self) -> None:
        """Every chunk is in. Raises BodyUnreadableError for a stream that was cut."""
        if self._inside:
            raise BodyUnreadableError

    def _next_member(self) -> bytes:
        """What follows the end of one gzip member; a body may be several, one after another."""
        self._inside = not self._member.eof
        if self._inside:
            return b""
        rest = self._member.unused_data
        self._member = zlib.decompressobj(_GZIP_WINDOW)
        return rest


class BoundedBody:
    """A body collected whole, within the bounds of a `BoundedStream`."""

    def __init__(self, *, coding: str, limit: int) -> None:
        self._stream = BoundedStream(coding=coding, limit=limit)
        self._body = bytearray()

    def add(self, chunk: bytes) -> None:
        """Take what came from the wire. Raises BodyTooLargeError, BodyUnreadableError."""
        for piece in self._stream.feed(chunk):
            self._body += piece

    def whole(self) -> bytes:
        """The body once every chunk is in. Raises BodyUnreadableError for a stream that was cut."""
        self._stream.end()
        return bytes(self._body)
