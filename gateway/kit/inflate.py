"""Collects an answer's body chunk by chunk and never grows beyond a bound, compressed or not."""

import zlib
from typing import Final

ACCEPTED: Final = "gzip"
"""The only Content-Coding that is asked for and understood."""
_GZIP_WINDOW: Final = zlib.MAX_WBITS | 16


class BodyTooLargeError(Exception):
    """The body, after decompression, is larger than was allowed."""


class BodyUnreadableError(Exception):
    """The body is compressed in a way that was not asked for, is damaged, or ends too early."""


class BoundedBody:
    """A body of at most `limit` bytes, both on the wire and unpacked.

    `coding` is the answer's Content-Encoding. Raises BodyUnreadableError for one not asked for.
    """

    def __init__(self, *, coding: str, limit: int) -> None:
        if coding.lower() not in {"", "identity", ACCEPTED}:
            raise BodyUnreadableError
        self._packed = coding.lower() == ACCEPTED
        self._limit = limit
        self._arrived = 0
        self._body = bytearray()
        self._member = zlib.decompressobj(_GZIP_WINDOW)
        self._inside = False

    def add(self, chunk: bytes) -> None:
        """Take what came from the wire. Raises BodyTooLargeError, BodyUnreadableError."""
        # Also what unpacks to nothing, for ever, has to end.
        self._arrived += len(chunk)
        if self._arrived > self._limit:
            raise BodyTooLargeError
        if not self._packed:
            self._body += chunk
            return
        while chunk:
            # One byte more than is allowed is enough to know, whatever the chunk would grow to.
            room = self._limit - len(self._body) + 1
            try:
                plain = self._member.decompress(chunk, room)
            except zlib.error:
                raise BodyUnreadableError from None
            if len(self._body) + len(plain) > self._limit:
                raise BodyTooLargeError
            self._body += plain
            chunk = self._next_member()

    def whole(self) -> bytes:
        """The body once every chunk is in. Raises BodyUnreadableError for a stream that was cut."""
        if self._inside:
            raise BodyUnreadableError
        return bytes(self._body)

    def _next_member(self) -> bytes:
        """What follows the end of one gzip member; a body may be several, one after another."""
        self._inside = not self._member.eof
        if self._inside:
            return b""
        rest = self._member.unused_data
        self._member = zlib.decompressobj(_GZIP_WINDOW)
        return rest
