"""Compares what has no spelling of its own: numbers, codes, terms of a list."""

import re

from gateway.domain.matching.reasons import KodeAlasan, Penilaian
from gateway.domain.matching.text import fold, is_comparable
from gateway.domain.wilayah import memuat

_SAME = Penilaian(100)
_ANOTHER = Penilaian(0)
_TERMS_IN_ONE = 2
"""The list's own terms have two parts; a longer one would be many guesses in one."""
_PART = Penilaian(90, frozenset((KodeAlasan.SEBAGIAN,)))


def banding_persis(told: object, known: object) -> Penilaian:
    """The same or not."""
    return _SAME if told == known else _ANOTHER


def banding_angka(told: object, known: object) -> Penilaian | None:
    """Digits alone, without leading zeros: `RT. 05` is `005`. None where one side has no digit."""
    left, right = (re.sub(r"[^0-9]", "", fold(str(value))) for value in (told, known))
    if not left or not right:
        return None
    return _SAME if left.lstrip("0") == right.lstrip("0") else _ANOTHER


def banding_kode_wilayah(told: object, known: object) -> Penilaian:
    """An area that holds the known one is right, as far as it goes."""
    ours, theirs = (".".join(re.findall(r"[0-9]+", str(value))) for value in (told, known))
    return _SAME if ours and memuat(ours, theirs) else _ANOTHER


def banding_istilah(told: object, known: object) -> Penilaian | None:
    """Terms such as `PETANI/PEKEBUN`, whose parts stand for the whole."""
    left, right = fold(str(told)), fold(str(known))
    if not is_comparable(left, right):
        return None
    ours, theirs = (
        {re.sub(r"[^a-z0-9]", "", part) for part in side.split("/")} - {""}
        for side in (left, right)
    )
    if ours == theirs:
        return _SAME
    part_of_two = len(ours | theirs) == _TERMS_IN_ONE and (ours < theirs or theirs < ours)
    return _PART if part_of_two else _ANOTHER
