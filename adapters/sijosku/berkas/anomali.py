"""Flags numbers of a yearly series that no honest count is likely to give."""

from collections.abc import Iterable, Mapping
from itertools import groupby, pairwise

from adapters.sijosku.config import Config
from gateway.domain.person import Peringatan

LONJAKAN = "LONJAKAN"
TURUN_KE_NOL = "TURUN_KE_NOL"
SERI_TETAP = "SERI_TETAP"


def tandai(seri: Mapping[int, int], config: Config) -> dict[int, tuple[Peringatan, ...]]:
    """Year -> what is odd about its number; years without a number are left out of the series."""
    flags: dict[int, list[Peringatan]] = {tahun: [] for tahun in seri}
    for (_, before), (tahun, now) in pairwise(seri.items()):
        if now == 0 < before:
            flags[tahun].append(_flag(TURUN_KE_NOL, f"turun dari {before} ke nol"))
        elif _jumps(before, now, config):
            flags[tahun].append(_flag(LONJAKAN, f"{before} menjadi {now} dalam satu langkah"))
    for tahun, years in _constant(seri.items(), config.constant_years):
        flags[tahun].append(_flag(SERI_TETAP, f"nilai sama {years} kali berturut-turut"))
    return {tahun: tuple(found) for tahun, found in flags.items()}


def _jumps(before: int, now: int, config: Config) -> bool:
    low, high = sorted((before, now))
    return high - low >= config.jump_least and high >= config.jump_factor * low


def _constant(seri: Iterable[tuple[int, int]], least: int) -> Iterable[tuple[int, int]]:
    """The last year of each run of equal numbers, and the run's length; runs of zeros are usual."""
    for nilai, run in groupby(seri, key=lambda item: item[1]):
        years = [tahun for tahun, _ in run]
        if nilai and len(years) >= least:
            yield years[-1], len(years)


def _flag(kode: str, pesan: str) -> Peringatan:
    return Peringatan(kode=kode, atribut="nilai", pesan=pesan)
