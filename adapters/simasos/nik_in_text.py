"""Finds the one NIK that a citizen wrote into a message, and leaves other long numbers alone."""

import re
from typing import Final

# Sixteen ASCII digits in one piece, or written 4-4-4-4 or 6-6-4 with one and the same mark.
_SIXTEEN: Final = re.compile(
    r"(?<![0-9])(?:[0-9]{16}"
    r"|(?<![0-9][ .\-])[0-9]{4}(?P<a>[ .\-])[0-9]{4}(?P=a)[0-9]{4}(?P=a)[0-9]{4}(?!(?P=a)[0-9])"
    r"|(?<![0-9][ .\-])[0-9]{6}(?P<b>[ .\-])[0-9]{6}(?P=b)[0-9]{4}(?!(?P=b)[0-9])"
    r")(?![0-9])"
)
# Family cards, aid cards and bank accounts have 16 digits as well.
_OTHER_NUMBER: Final = re.compile(
    r"\b(?:kk|kks|va|atm|kartu(?:\s+keluarga)?(?:\s+sejahtera)?|(?:no)?rek(?:ening)?)[\s:.=\-]*"
    r"(?:(?:no|nomor|nya|saya|ini|bri|bni|btn|bsi|mandiri)[\s:.=\-]*)*$",
    re.IGNORECASE,
)
_NOT_DIGIT: Final = re.compile(r"[^0-9]")
_LOOK_BACK: Final = 40


def cari_nik(teks: str) -> tuple[str, ...]:
    """The different numbers in the text that may be a NIK, in order, as 16 digits."""
    found: dict[str, None] = {}
    for match in _SIXTEEN.finditer(teks):
        before = teks[max(0, match.start() - _LOOK_BACK) : match.start()]
        if not _OTHER_NUMBER.search(before):
            found[_NOT_DIGIT.sub("", match[0])] = None
    return tuple(found)
