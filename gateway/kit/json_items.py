"""Cuts the entries out of a JSON body `{"items": [...]}` as it arrives, never holding all of it."""

import re
from collections.abc import Iterator
from typing import Final

Item = tuple[int, bytes | None]
"""Number from 1, and the entry's text; None for one that is too long to be held."""

_BEGIN: Final = re.compile(rb'[ \t\r\n]*\{[ \t\r\n]*"items"[ \t\r\n]*:[ \t\r\n]*\[')
_LONGEST_BEGIN: Final = 200
# A text is skipped whole, so that brackets in it do not count; or where it goes on, not at all.
# Possessive, so that a text without an end is looked through once and not in all its parts.
_MARK: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["{}\[\],]', re.DOTALL)
_BLANK: Final = b" \t\r\n"
_BRACE: Final = b"}"
_DEEPEST: Final = 16
_STEPS: Final = {b"{": 1, b"[": 1, b"}": -1, b"]": -1}


class NotItems(ValueError):
    """The body is not such an object, or ends too early."""


class JsonItems:
    """Feed it pieces and take the entries out in between. Raises NotItems.

    What stands between two commas is not looked into: whether that is JSON the taker finds out.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._rest = b""
        self._looked = 0
        self._depth = 0
        self._number = 0
        self._begun = self._ended = self._too_long = False

    def feed(self, piece: bytes) -> Iterator[Item]:
        """The entries that end in this piece; take them all."""
        self._rest += piece
        if not self._begun and not self._begin():
            return
        if not self._ended:
            yield from self._entries()
        if self._ended:
            # Of what follows only the brace is kept, however much of it is blank.
            self._rest = self._rest.strip(_BLANK)
            if self._rest not in {b"", _BRACE}:
                raise NotItems

    def end(self) -> Iterator[Item]:
        """Nothing more comes; an entry was told when it ended."""
        if not self._ended or self._rest != _BRACE:
            raise NotItems
        yield from ()

    def _begin(self) -> bool:
        found = _BEGIN.match(self._rest)
        if found is None:
            if len(self._rest) > _LONGEST_BEGIN:
                raise NotItems
            return False
        self._rest = self._rest[found.end() :]
        self._begun = True
        return True

    def _entries(self) -> Iterator[Item]:
        start = 0
        for mark in _MARK.finditer(self._rest, self._looked):
            sign = mark[0]
            if sign == b'"':
                # A text that goes on in the next piece.
                break
            self._looked = mark.end()
            if self._depth == 0 and sign in {b",", b"]"}:
                yield from self._told(self._rest[start : mark.start()], last=sign == b"]")
                start = mark.end()
                if self._ended:
                    break
            self._depth += _STEPS.get(sign, 0)
            if not 0 <= self._depth <= _DEEPEST:
                raise NotItems
        self._keep(start)

    def _told(self, text: bytes, *, last: bool) -> Iterator[Item]:
        self._ended = last
        if last and self._number == 0 and not text.strip() and not self._too_long:
            return
        self._number += 1
        is_sound = not self._too_long and len(text) <= self._longest
        self._too_long = False
        yield self._number, text if is_sound else None

    def _keep(self, start: int) -> None:
        self._rest = self._rest[start:]
        self._looked = max(0, self._looked - start)
        if len(self._rest) > self._longest and not self._ended:
            # Of an entry that has no end in sight only what is not yet understood is kept.
            self._rest = self._rest[self._looked :]
            self._looked, self._too_long = 0, True
            if len(self._rest) > self._longest:
                raise NotItems
