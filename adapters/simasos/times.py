"""Dates and times as phones and office sheets write them, in the zone of the office."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import Final

import msgspec

_ZONES: Final = {
    "asia/jakarta": 7,
    "asia/pontianak": 7,
    "wib": 7,
    "asia/makassar": 8,
    "asia/ujung_pandang": 8,
    "wita": 8,
    "asia/jayapura": 9,
    "wit": 9,
}
"""Indonesia keeps no summer time, so hours suffice and no zone database is needed."""

_OFFSET: Final = re.compile(r"([+-])(0[0-9]|1[0-4]):?([0-5][0-9])")
_FIRST_YEAR: Final = 2009
_LAST_YEAR: Final = 2099
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari pebruari february feb peb",
            "maret march mar",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agu agt ags aug",
            "september sept sep",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        start=1,
    )
    for name in names.split()
}

ANGKA: Final = r"(?P<a>[0-9]{1,4})[/.\-](?P<b>[0-9]{1,2})[/.\-](?P<c>[0-9]{1,4})"
JAM: Final = (
    r"(?P<jam>[0-9]{1,2})(?P<pisah>[:.])(?P<menit>[0-9]{2})(?:[:.](?P<detik>[0-9]{2}))?"
    r"(?:\s?(?P<paruh>[AaPp])\.?\s?[Mm]\b\.?)?"
)
_KATA: Final = r"(?P<hari>[0-9]{1,2})[\s\-]+(?P<bulan>[A-Za-z]{3,9})\.?[\s\-]+(?P<tahun>[0-9]{2,4})"
_SHEET: Final = re.compile(
    rf"(?:[A-Za-z']{{4,6}}\s*,?\s+)?(?:{ANGKA}|{_KATA})"
    rf"(?:[\s,]+(?:(?:pukul|jam|pkl)\.?\s*)?{JAM}(?:\s*(?:WITA|WIB|WIT))?)?"
)
_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})")


class Urutan(StrEnum):
    """Which of the first two numbers of a date is the day."""

    DMY = "dmy"
    MDY = "mdy"


class Cap(msgspec.Struct, frozen=True, kw_only=True):
    """A time stamp as its numbers stand in the file."""

    a: str
    b: str
    c: str
    jam: int
    menit: int
    detik: int
    titik: bool
    """True where hours and minutes are parted by a dot, as only Indonesian phones do."""

    @property
    def tahun_dahulu(self) -> bool:
        """True for 2024-03-04, which can be read in one way only."""
        return len(self.a) == 4


def cap(found: re.Match[str]) -> Cap:
    """The stamp of a match of ANGKA and JAM. Raises ValueError for an impossible hour."""
    hour, minute, second = _clock(found)
    return Cap(
        a=found["a"],
        b=found["b"],
        c=found["c"],
        jam=hour,
        menit=minute,
        detik=second,
        titik=found["pisah"] == ".",
    )


def _clock(found: re.Match[str]) -> tuple[int, int, int]:
    hour = int(found["jam"] or 0)
    half = found["paruh"]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("jam 12-an di luar 1 sampai 12")
        hour = hour % 12 + (12 if half in "pP" else 0)
    return hour, int(found["menit"] or 0), int(found["detik"] or 0)


def saat(stempel: Cap, urutan: Urutan, zona: tzinfo) -> datetime:
    """The moment in UTC. Raises ValueError for a date that does not exist."""
    if stempel.tahun_dahulu:
        year, month, day = stempel.a, stempel.b, stempel.c
    elif urutan is Urutan.DMY:
        day, month, year = stempel.a, stempel.b, stempel.c
    else:
        month, day, year = stempel.a, stempel.b, stempel.c
    clock = (stempel.jam, stempel.menit, stempel.detik)
    return _moment(_year(year), int(month), int(day), clock, zona)


def baca_saat(teks: str, urutan: Urutan, zona: tzinfo) -> tuple[datetime, bool]:
    """A cell such as `4 Maret 2024 pukul 09.12`: the moment in UTC, and whether a time was told.

    Raises ValueError. Without a time it is the beginning of the day in `zona`.
    """
    text = " ".join(teks.split())
    if _ISO.fullmatch(text):
        moment = datetime.fromisoformat(text).astimezone(UTC)
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise ValueError("tahun di luar kebiasaan")
        return moment, True
    found = _SHEET.fullmatch(text)
    if found is None:
        raise ValueError("bukan tanggal")
    told = found["jam"] is not None
    if found["a"] is not None:
        return saat(cap(found), urutan, zona), told
    month = _MONTHS.get(found["bulan"].lower())
    if month is None:
        raise ValueError("bulan tidak dikenal")
    day, year = int(found["hari"]), _year(found["tahun"])
    return _moment(year, month, day, _clock(found), zona), told


def baca_zona(teks: str) -> tzinfo:
    """`Asia/Makassar`, `WITA` or `+08:00`. Raises ValueError."""
    hours = _ZONES.get(teks.strip().lower())
    if hours is not None:
        return timezone(timedelta(hours=hours))
    found = _OFFSET.fullmatch(teks.strip())
    if found is None:
        raise ValueError("zona waktu tidak dikenal")
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-offset if found[1] == "-" else offset)


def _year(text: str) -> int:
    if len(text) not in (2, 4):
        raise ValueError("tahun harus 2 atau 4 angka")
    year = int(text) + (2000 if len(text) == 2 else 0)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError("tahun di luar kebiasaan")
    return year


def _moment(year: int, month: int, day: int, clock: tuple[int, int, int], zona: tzinfo) -> datetime:
    return datetime(year, month, day, *clock, tzinfo=zona).astimezone(UTC)
