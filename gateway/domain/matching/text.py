"""Folds a text to what is compared: plain small letters, digits and marks that mean something."""

import re
import unicodedata
from typing import Final

MOST_CHARS: Final = 200
"""Longer texts are compared as they stand only; the registry's own columns are shorter."""
_BEYOND_ALL: Final = 1000
"""Such a text is not even folded."""
MOST_WORDS: Final = 14
MOST_LETTERS: Final = 30

_APOSTROPHES: Final = dict.fromkeys(map(ord, "'\u2018\u2019\u201b\u02bc\u02bb\u2032`\u00b4\u055a"))
_STRANGE: Final = re.compile(r"[^a-z0-9.,/()&-]+")


def fold(text: str) -> str:
    """`MA'RUF  E.` -> `maruf e.`: no case, accents or apostrophes; spaces single. Idempotent."""
    if len(text) > _BEYOND_ALL:
        return ""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    plain = plain.encode("ascii", "ignore").decode().lower().translate(_APOSTROPHES)
    return _STRANGE.sub(" ", plain).strip()


def same_as_written(told: str, known: str) -> bool:
    """True where the two differ in case and spaces only, in whatever script."""
    if max(len(told), len(known)) > _BEYOND_ALL:
        return told == known
    return told.casefold().split() == known.casefold().split()


def is_comparable(*folded: str) -> bool:
    """True where every text has something to compare and is of a length that may be compared."""
    return all(0 < len(text) <= MOST_CHARS and any(map(str.isalnum, text)) for text in folded)


def are_bearable(words: list[str]) -> bool:
    """True where neither the words nor their number are beyond all names; bounds the work."""
    return 0 < len(words) <= MOST_WORDS and all(len(word) <= MOST_LETTERS for word in words)
