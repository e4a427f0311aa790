"""Compares two dates of birth, and knows how they go wrong."""

from datetime import date
from typing import Final

from gateway.domain.matching.reasons import KodeAlasan, Penilaian

SKOR_TANGGAL: Final[dict[str, int]] = {
    "sama": 100,
    "hari dan bulan tertukar": 78,
    "hari dan bulan bawaan": 76,
    "abad berbeda": 74,
    "satu angka berbeda": 72,
}
"""The score of each near miss; none reaches a threshold."""

_BAWAAN: Final = frozenset(((1, 1), (1, 7), (31, 12)))
"""Days and months that offices write where only the year is known."""


def banding_tanggal(told: date, known: date) -> Penilaian:
    """100 for the same day; the near misses by their kind; otherwise 0. Symmetric."""
    if told == known:
        return Penilaian(SKOR_TANGGAL["sama"])
    same_year = told.year == known.year
    day_and_month = (told.day, told.month), (known.day, known.month)
    checks = (
        (
            "hari dan bulan tertukar",
            KodeAlasan.TANGGAL_TERTUKAR,
            same_year and day_and_month[0] == day_and_month[1][::-1],
        ),
        (
            "hari dan bulan bawaan",
            KodeAlasan.TANGGAL_BAWAAN,
            same_year and not _BAWAAN.isdisjoint(day_and_month),
        ),
        (
            "abad berbeda",
            KodeAlasan.ABAD_BERBEDA,
            day_and_month[0] == day_and_month[1] and abs(told.year - known.year) == 100,
        ),
        ("satu angka berbeda", KodeAlasan.SATU_ANGKA_BERBEDA, _one_digit(told, known)),
    )
    for kind, reason, holds in checks:
        if holds:
            return Penilaian(SKOR_TANGGAL[kind], frozenset((reason,)))
    return Penilaian(0)


def _one_digit(one: date, other: date) -> bool:
    pairs = zip(one.isoformat(), other.isoformat(), strict=True)
    return sum(left != right for left, right in pairs) == 1
