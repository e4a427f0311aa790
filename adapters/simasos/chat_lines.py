"""Takes an exported chat apart: which lines begin a message, when it was, and who wrote it."""

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Final

from adapters.simasos.times import ANGKA, JAM, Cap, cap
from gateway.kit.struct import Quiet

MARK: Final = "\u200e"
"""The invisible mark that iPhones put before words of their own."""

# Directions, the byte order mark and unusual spaces; the joiner inside emoji stays.
_INVISIBLE: Final = {
    **dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)),
    0x202F: " ",
    0x00A0: " ",
}
_AT: Final = rf"{ANGKA},?\s(?:pukul\s|at\s)?{JAM}"
_LEAD: Final = r"[\u200e\u200f\ufeff]*"


MAX_TEXT: Final = 66_000
"""WhatsApp ends a message at 65,536 characters; more means that lines do not belong together."""


class Gaya(Enum):
    """The two ways in which phones write the beginning of a message."""

    TANDA_HUBUNG = re.compile(rf"{_LEAD}{_AT}\s[-\u2013]\s(?P<sisa>.*)", re.DOTALL)
    """Android: `12/03/24 09.12 - Nama: isi`."""
    KURUNG = re.compile(rf"{_LEAD}\[{_AT}\]\s?(?P<sisa>.*)", re.DOTALL)
    """iPhone: `[12/03/24, 09.12.33] Nama: isi`."""

    def match(self, line: str) -> re.Match[str] | None:
        """The beginning of a message, or None for a line that continues one."""
        pattern: re.Pattern[str] = self.value
        return pattern.fullmatch(line)


class Pesan(Quiet, frozen=True, kw_only=True):
    """One message of the file. `pengirim` None = a line of the app itself."""

    baris: int
    stempel: Cap | None
    """None where the hour is impossible."""
    pengirim: str | None
    teks: str
    bertanda: bool
    """True where the app marked the text as its own words."""


def clean(text: str) -> str:
    """The text without the invisible marks that the export adds."""
    return text.translate(_INVISIBLE)


def gaya_of(line: str) -> Gaya | None:
    """How this line begins a message, or None where it does not."""
    return next((style for style in Gaya if style.match(line)), None)


def read_messages(lines: Iterable[str], gaya: Gaya) -> Iterator[Pesan]:
    """The messages in file order; lines before the first one are not part of any.

    A text is cut soon after MAX_TEXT, so that a file of another kind cannot fill the memory.
    """
    start, begun, more, size = 0, None, list[str](), 0
    for number, raw in enumerate(lines, start=1):
        line = raw.rstrip("\r\n")
        found = gaya.match(line)
        if found is None:
            if size <= MAX_TEXT:
                more.append(line)
            size += len(line) + 1
            continue
        if begun is not None:
            yield _message(start, begun, more)
        start, begun, more, size = number, found, [], 0
    if begun is not None:
        yield _message(start, begun, more)


def _message(number: int, begun: re.Match[str], more: list[str]) -> Pesan:
    rest: str = begun["sisa"]
    sender, colon, first = rest.partition(": ")
    # An editor that trims line ends takes the space after the colon of a message without a line.
    if not colon and rest.endswith(":"):
        sender, colon = rest[:-1], ":"
    try:
        stamp = cap(begun)
    except ValueError:
        stamp = None
    return Pesan(
        baris=number,
        stempel=stamp,
        pengirim=clean(sender).strip() if colon else None,
        teks=clean("\n".join((first if colon else rest, *more))).strip(),
        bertanda=first.startswith(MARK),
    )
