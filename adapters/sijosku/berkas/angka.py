"""Numbers as printed tables write them."""

import re
from decimal import Decimal
from typing import Final

_COUNT: Final = re.compile(r"\d{1,9}|\d{1,3}([.,])\d{3}(\1\d{3})?", re.ASCII)
_ONE_SIGN: Final = re.compile(r"\d{1,9}([.,]\d{1,6})?", re.ASCII)
_TWO_SIGNS: Final = re.compile(
    r"(\d{1,3}(?:\.\d{3}){1,2}),(\d{1,6})|(\d{1,3}(?:,\d{3}){1,2})\.(\d{1,6})", re.ASCII
)
TANDA_KOSONG: Final = frozenset({"", "-", "\u2013", "\u2014"})
"""What a table prints where there is no number: nothing, or a dash of any length."""


def baca_jumlah(teks: str) -> int:
    """A count of persons, `1385` or `1.385`. Raises ValueError, which never holds the text."""
    if not _COUNT.fullmatch(teks):
        raise ValueError("bukan bilangan bulat")
    return int(teks.replace(".", "").replace(",", ""))


def baca_desimal(teks: str) -> Decimal:
    """A measure with a decimal point or comma: `27.56`, `18,53`, `1.241,77`.

    A sign that stands alone is the decimal sign. Raises ValueError, which never holds the text.
    """
    if _ONE_SIGN.fullmatch(teks):
        return Decimal(teks.replace(",", "."))
    if match := _TWO_SIGNS.fullmatch(teks):
        whole, fraction = match[1] or match[3], match[2] or match[4]
        return Decimal(whole.replace(".", "").replace(",", "") + "." + fraction)
    raise ValueError("bukan bilangan desimal")
