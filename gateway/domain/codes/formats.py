"""Dates and RT/RW numbers as the sources write them."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

_ORDERS: Final = {
    "ymd": re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})", re.ASCII),
    "dmy": re.compile(r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})", re.ASCII),
}
_RT_RW: Final = re.compile(r"(?:R[TW]\.?\s*)?(\d{1,4})", re.ASCII | re.IGNORECASE)


def baca_tanggal(teks: str, orders: Sequence[str] = ("ymd", "dmy")) -> date:
    """A date such as `1980-01-31`, `31/01/1980`, `31-01-1980` or `31.01.1980`.

    Raises ValueError, which never holds the text, for another form or a day that does not exist.
    """
    for order in orders:
        if match := _ORDERS[order].fullmatch(teks.strip()):
            try:
                return date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                break
    msg = "tanggal tidak ada, atau tidak berbentuk tttt-bb-hh atau hh/bb/tttt"
    # The inner error tells parts of the date, which may be somebody's birth date.
    raise ValueError(msg) from None


def baca_rt_rw(teks: str) -> str | None:
    """An RT or RW number with three digits: `1` -> `001`; None for 0, nothing or no number."""
    match = _RT_RW.fullmatch(teks.strip())
    number = int(match[1]) if match else 0
    return f"{number:03}" if 0 < number < 1000 else None
