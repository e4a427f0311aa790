"""Spelling of Indonesian words: the historic one, and what sounds alike."""

import re
from typing import Final

# Spelling before 1972 (and before 1947 for `oe`) -> now.
_HISTORIC: Final = (
    ("oe", "u"), ("tj", "c"), ("dj", "j"), ("nj", "ny"), ("sj", "sy"), ("ch", "kh"),
)  # fmt: skip

# Romanised Arabic, Dutch and loan spellings of one sound; the order matters.
_SOUNDS: Final = (
    ("kh", "h"), ("sh", "s"), ("ts", "s"), ("dz", "z"), ("dh", "d"), ("th", "t"), ("gh", "g"),
    ("ph", "f"), ("bh", "b"), ("q", "k"), ("x", "ks"), ("ie", "i"), ("ee", "i"), ("ij", "i"),
    ("iy", "i"), ("ay", "ai"), ("uw", "u"), ("oo", "u"), ("ou", "u"), ("aw", "au"),
)  # fmt: skip
# Sounds that some languages of the country do not tell apart, and others do.
_MERGED: Final = (("v", "p"), ("f", "p"), ("z", "s"))
# Not in `ny`, which is a sound of its own but at the end of a word.
_INNER_Y: Final = re.compile(r"(?<=[a-mo-z])y|(?<=n)y$")
# Not in Desy, where `y` is the vowel.
_SY: Final = re.compile(r"sy(?=[aeiou])")
_DOUBLED: Final = re.compile(r"(.)\1+")
_HARDENED: Final = {"d": "t", "b": "p"}
_SILENT_END: Final = 3


def ejaan_baru(word: str) -> str:
    """A folded word in today's spelling, doubled letters single. Idempotent."""
    greek = "kr" + word[3:] if word.startswith("chr") else word
    return _settled(greek, _HISTORIC)


def bunyi_dekat(word: str) -> str:
    """A key that words of exactly one sound share. Idempotent."""
    return _heard(word, _SOUNDS)


def bunyi(word: str) -> str:
    """A key that words which sound alike share, at least in some mouths. Idempotent."""
    previous = ""
    key = word
    while key != previous:
        previous = key
        key = _hardened(_heard(key, _SOUNDS + _MERGED))
    return key


def bunyi_lama(key: str) -> str:
    """A sound key with the old letter `j` (now `y`) and today's `j` taken for one."""
    return _DOUBLED.sub(r"\1", key.replace("j", "i").replace("y", "i"))


def _heard(word: str, changes: tuple[tuple[str, str], ...]) -> str:
    previous = ""
    key = ejaan_baru(word)
    while key != previous:
        previous = key
        vowels = _INNER_Y.sub("i", _settled(_SY.sub("s", key), changes))
        key = ejaan_baru(_without_breath(vowels))
    return key


def _settled(word: str, changes: tuple[tuple[str, str], ...]) -> str:
    previous = ""
    while word != previous:
        previous = word
        for old, new in changes:
            word = word.replace(old, new)
        word = _DOUBLED.sub(r"\1", word)
    return word


def _without_breath(key: str) -> str:
    """`Maisaroh`, `Maisarah` and `Maisara` are one."""
    if len(key) <= _SILENT_END or not key.endswith("h"):
        return key
    return key[:-2] + "a" if key.endswith("oh") else key[:-1]


def _hardened(key: str) -> str:
    return key[:-1] + _HARDENED.get(key[-1], key[-1]) if len(key) > 1 else key
