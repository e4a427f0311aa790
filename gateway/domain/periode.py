"""Periods that reports are owed for: months, quarters and half years of Jakarta's calendar."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from gateway.domain.errors import BadInput
from gateway.domain.registry_terms import JAKARTA


class Tiap(StrEnum):
    """How often something is owed."""

    BULAN = "bulan"
    TRIWULAN = "triwulan"
    SEMESTER = "semester"


_MONTHS: Final[Mapping[Tiap, int]] = {Tiap.BULAN: 1, Tiap.TRIWULAN: 3, Tiap.SEMESTER: 6}
_MARKS: Final[Mapping[Tiap, str]] = {Tiap.BULAN: "", Tiap.TRIWULAN: "T", Tiap.SEMESTER: "S"}
_SHAPE: Final = re.compile(r"(20\d\d)-(?:S([12])|T([1-4])|(0[1-9]|1[0-2]))", re.ASCII)
_ORDER: Final = (Tiap.SEMESTER, Tiap.TRIWULAN, Tiap.BULAN)
_ROMAN: Final = ("I", "II", "III", "IV")
NAMA_BULAN: Final = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


class Periode(msgspec.Struct, frozen=True, kw_only=True):
    """One period; `ke` counts within the year from 1. As text: 2026-S1, 2026-T3, 2026-05."""

    tahun: int
    tiap: Tiap
    ke: int

    def __str__(self) -> str:
        width = 2 if self.tiap is Tiap.BULAN else 1
        return f"{self.tahun}-{_MARKS[self.tiap]}{self.ke:0{width}}"

    @property
    def mulai(self) -> datetime:
        """Its first moment."""
        return datetime(self.tahun, _MONTHS[self.tiap] * (self.ke - 1) + 1, 1, tzinfo=JAKARTA)

    @property
    def selesai(self) -> datetime:
        """The first moment after it."""
        return self.berikut.mulai

    @property
    def berikut(self) -> "Periode":
        """The next one of its kind."""
        last = self.ke == 12 // _MONTHS[self.tiap]
        tahun, ke = (self.tahun + 1, 1) if last else (self.tahun, self.ke + 1)
        return Periode(tahun=tahun, tiap=self.tiap, ke=ke)

    @property
    def bulan(self) -> tuple["Periode", ...]:
        """Its months."""
        months = _MONTHS[self.tiap]
        first = months * (self.ke - 1) + 1
        return tuple(
            Periode(tahun=self.tahun, tiap=Tiap.BULAN, ke=first + step) for step in range(months)
        )

    @property
    def judul(self) -> str:
        """How people call it: Semester I 2026, Mei 2026."""
        if self.tiap is Tiap.BULAN:
            return f"{NAMA_BULAN[self.ke - 1]} {self.tahun}"
        return f"{self.tiap.value.capitalize()} {_ROMAN[self.ke - 1]} {self.tahun}"


def periode_pada(tiap: Tiap, pada: datetime) -> Periode:
    """The period that a moment lies in."""
    here = pada.astimezone(JAKARTA)
    return Periode(tahun=here.year, tiap=tiap, ke=(here.month - 1) // _MONTHS[tiap] + 1)


def periode_lalu(tiap: Tiap, pada: datetime) -> Periode:
    """The last period that was over at a moment."""
    here = periode_pada(tiap, pada)
    tahun, ke = (here.tahun, here.ke - 1) if here.ke > 1 else (here.tahun - 1, 12 // _MONTHS[tiap])
    return Periode(tahun=tahun, tiap=tiap, ke=ke)


def baca_periode(teks: str) -> Periode:
    """The period that a text names. Raises BadInput."""
    found = _SHAPE.fullmatch(teks)
    if found is None:
        raise BadInput(
            "periode: tulis 2026-S1 (semester), 2026-T3 (triwulan) atau 2026-05 (bulan) / "
            "write a half year, a quarter or a month like these"
        )
    tahun, *parts = found.groups()
    tiap, ke = next((t, part) for t, part in zip(_ORDER, parts, strict=True) if part)
    return Periode(tahun=int(tahun), tiap=tiap, ke=int(ke))
